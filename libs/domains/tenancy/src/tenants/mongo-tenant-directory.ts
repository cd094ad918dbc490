import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import { type TenantContext, type TenantDirectory } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { saasClients } from './tenants.collection.js';
import { toTenantContext } from './to-tenant-context.js';

/** A suspension holds everywhere within this time, also when the message about it got lost. */
const TTL_MS = 5_000;
const NEGATIVE_TTL_MS = 1_000;
const ENTRIES_MAX = 10_000;

/** Tenants by id, from their records, cached in this process; a change invalidates every process. */
export class MongoTenantDirectory implements TenantDirectory {
  readonly #mongo: Mongo;
  readonly #cache: Cache<TenantContext>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: RedisAccess }) {
    this.#mongo = mongo;
    this.#cache = redis.cache('tenant', { l1TtlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS, l1Max: ENTRIES_MAX });
  }

  get(tenantId: TenantId): TenantContext | undefined | Promise<TenantContext | undefined> {
    return this.#cache.wrap(tenantId, async () => {
      const client = await this.#mongo.platform(saasClients).find(tenantId, { readFrom: 'primary' });
      return client === undefined ? undefined : toTenantContext(client);
    });
  }

  invalidate(tenantId: TenantId): Promise<void> {
    return this.#cache.delete(tenantId);
  }
}
