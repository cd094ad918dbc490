import { type Mongo, type Page } from '@caas/data-access-mongo';
import { NotFoundError } from '@caas/runtime';
import { type SaasClient, saasClients } from './tenants.collection.js';

/** Reading tenants, for operators. */
export class TenantsService {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** Newest first. */
  list({ limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<Page<SaasClient>> {
    return this.#mongo.platform(saasClients).page({}, { sort: { created_at: -1 }, limit, cursor });
  }

  /** By id or slug. Throws `NotFoundError`. */
  async get(reference: string): Promise<SaasClient> {
    const repository = this.#mongo.platform(saasClients);
    const client = reference.startsWith('clnt_') ? await repository.find(reference) : await repository.findOne({ slug: reference });
    if (client === undefined) throw new NotFoundError(`There is no tenant ${reference}.`);
    return client;
  }
}
