import { type Mongo, type Page } from '@caas/data-access-mongo';
import { NotFoundError } from '@caas/runtime';
import { type SaasClient, saasClients } from './tenants.collection.js';

/** Reading tenants, for operators. */
export class TenantsService {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** Newest first; those that were cancelled only when asked for. */
  list({ limit, cursor, includeDeleted = false }: ListOptions): Promise<Page<SaasClient>> {
    return this.#mongo.platform(saasClients).page({}, { sort: { created_at: -1 }, limit, cursor, includeDeleted });
  }

  /** By id or slug. Throws `NotFoundError`; also for one that was cancelled, unless those are asked for. */
  async get(reference: string, { includeDeleted = false }: { includeDeleted?: boolean } = {}): Promise<SaasClient> {
    const repository = this.#mongo.platform(saasClients);
    const client = reference.startsWith('clnt_')
      ? await repository.find(reference, { includeDeleted })
      : await repository.findOne({ slug: reference }, { includeDeleted });
    if (client === undefined) throw new NotFoundError(`There is no tenant ${reference}.`);
    return client;
  }
}

/** A page of tenants. */
export interface ListOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly includeDeleted?: boolean;
}
