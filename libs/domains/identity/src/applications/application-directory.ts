import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import { type TenantId } from '@caas/schema';
import { type Application, applications } from './applications.collection.js';

/** How old an application's settings may be; longer than that only where a message got lost. */
const TTL_MS = 5_000;
const ENTRIES_MAX = 10_000;

/** What requests need to know of an application. */
export type KnownApplication = Pick<Application, 'app_id' | 'tenant_id' | 'environment' | 'status' | 'config' | 'security'>;

/** Applications by id, cached in this process. */
export class ApplicationDirectory {
  readonly #mongo: Mongo;
  readonly #cache: Cache<KnownApplication>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: RedisAccess }) {
    this.#mongo = mongo;
    this.#cache = redis.cache<KnownApplication>('applications', { l1TtlMs: TTL_MS, l1Max: ENTRIES_MAX });
  }

  /** `undefined` when there is no such application, or it was deleted. Synchronous when cached. */
  get(appId: string): KnownApplication | undefined | Promise<KnownApplication | undefined> {
    return this.#cache.wrap(appId, () =>
      this.#mongo
        .platform(applications)
        .find(appId, { readFrom: 'primary', select: ['app_id', 'tenant_id', 'environment', 'status', 'config', 'security'] }),
    );
  }

  /** The same, of one tenant: another tenant's application is none. */
  async ofTenant(tenantId: TenantId, appId: string): Promise<KnownApplication | undefined> {
    const application = await this.get(appId);
    return application?.tenant_id === tenantId ? application : undefined;
  }

  /** Makes every process look again. Call it after each change of an application. Never rejects. */
  async changed(appId: string): Promise<void> {
    await this.#cache.delete(appId);
  }
}

/** The environment of keys and tokens that fit an application. */
export function environmentOf({ environment }: Pick<Application, 'environment'>): 'live' | 'test' {
  return environment === 'production' ? 'live' : 'test';
}
