import { type MigrationPlace, type MigrationTenant, type MigrationTenants, type Mongo } from '@caas/data-access-mongo';
import { NotFoundError, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type SaasClient, saasClients } from './tenants.collection.js';
import { toTenantContext } from './to-tenant-context.js';

const PAGE = 100;
/** Their data was never made, or is gone. */
const WITHOUT_DATA: ReadonlySet<SaasClient['provisioning']['state']> = new Set(['none', 'purged']);

/** All tenants from their records, for whoever works on the data of every tenant: schema runs and migrations. */
export class TenantRecords implements MigrationTenants {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** Every tenant that has data, suspended and deleted ones included, the oldest first. */
  async *all(): AsyncGenerator<MigrationTenant> {
    for await (const page of this.#pages()) {
      for (const client of page) yield { tenant: toTenantContext(client), schemaVersion: client.provisioning.schema_version };
    }
  }

  /** The same without their versions. */
  async *contexts(): AsyncGenerator<TenantContext> {
    for await (const { tenant } of this.all()) yield tenant;
  }

  /** One of them, whatever its state. Rejects with `NotFoundError`. */
  async context(tenantId: TenantId): Promise<TenantContext> {
    const client = await this.#mongo.platform(saasClients).find(tenantId, { includeDeleted: true, readFrom: 'primary' });
    if (client === undefined) throw new NotFoundError(`There is no tenant ${tenantId}.`);
    return toTenantContext(client);
  }

  /** One of them, whatever its state; `undefined` for one that never was, and for one whose data is gone. */
  async known(tenantId: TenantId): Promise<TenantContext | undefined> {
    const client = await this.#mongo.platform(saasClients).find(tenantId, { includeDeleted: true, readFrom: 'primary' });
    return client === undefined || client.provisioning.state === 'purged' ? undefined : toTenantContext(client);
  }

  /** Leaves `__v` alone: an operation on the tenant that runs beside must not fail for it. */
  async recordVersion(place: Exclude<MigrationPlace, 'platform'>, schemaVersion: number): Promise<void> {
    const repository = this.#mongo.platform(saasClients);
    const change = { set: { 'provisioning.schema_version': schemaVersion } };
    if (place !== 'shared') return void (await repository.updateManyById([{ id: place, ...change }]));
    for await (const page of this.#pages()) {
      const shared = page.filter(({ isolation }) => isolation.model === 'shared');
      await repository.updateManyById(shared.map(({ client_id: id }) => ({ id, ...change })));
    }
  }

  async *#pages(): AsyncGenerator<SaasClient[]> {
    const repository = this.#mongo.platform(saasClients);
    let cursor: string | undefined;
    do {
      const page = await repository.page({}, { sort: { created_at: 1 }, limit: PAGE, includeDeleted: true, readFrom: 'primary', cursor });
      yield page.items.filter(({ provisioning }) => !WITHOUT_DATA.has(provisioning.state));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
}
