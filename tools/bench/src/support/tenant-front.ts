import { ApiKeyAuthenticator } from '@caas/identity';
import { tenantLevel } from '@caas/gateway-middleware';
import { type Principal, runWithTenant, systemClock, type TenantContext } from '@caas/runtime';
import { MongoTenantDirectory, QuotasService } from '@caas/tenancy';
import { stubKey } from './stub-keys.js';
import { type Stores, tenantCollection } from './stores.js';
import { PEPPERS, type TenantRecords } from './tenant-records.js';

const messages = tenantCollection('messages');

/** The parts of a process that know tenants: authenticator, directory, limiter, quotas, repositories; with empty caches. */
export class TenantFront {
  readonly #stores: Stores;
  readonly #authenticator: ApiKeyAuthenticator;
  readonly #directory: MongoTenantDirectory;
  readonly #limiter: ReturnType<Stores['redis']['rateLimiter']>;
  readonly #quotas: QuotasService;

  constructor(stores: Stores, { source }: TenantRecords) {
    this.#stores = stores;
    this.#authenticator = new ApiKeyAuthenticator({ mongo: source, redis: stores.redis, peppers: PEPPERS, clock: systemClock });
    this.#directory = new MongoTenantDirectory({ mongo: source, redis: stores.redis });
    this.#limiter = stores.redis.rateLimiter({ timeoutMs: 5_000 });
    const { redis, outbox, logger, metrics } = stores;
    this.#quotas = new QuotasService({ mongo: source, redis, outbox, logger, metrics, clock: systemClock, ledger: { timeoutMs: 5_000 } });
  }

  /**
   * What a request does to come into a tenant, up to a repository of its messages: key, tenant, limit, quota, context, repository. Synchronous when everything is
   * cached and leased, as in the gateway.
   */
  enter(tenant: number, key: number): Promise<void> | undefined {
    const principal = this.#authenticator.authenticate(stubKey(tenant, key));
    return principal instanceof Promise ? principal.then((found) => this.#resolve(found)) : this.#resolve(principal);
  }

  #resolve({ tenantId }: Principal): Promise<void> | undefined {
    if (tenantId === null) throw new Error('a key has no tenant');
    const tenant = this.#directory.get(tenantId);
    return tenant instanceof Promise ? tenant.then((found) => this.#admit(found)) : this.#admit(tenant);
  }

  #admit(tenant: TenantContext | undefined): Promise<void> | undefined {
    if (tenant === undefined) throw new Error('a tenant is missing');
    const decision = this.#limiter.take({ scope: tenant.tenantId, levels: [tenantLevel(tenant)] });
    return decision instanceof Promise
      ? decision.then(({ allowed }) => this.#count(tenant, allowed))
      : this.#count(tenant, decision.allowed);
  }

  #count(tenant: TenantContext, allowed: boolean): Promise<void> | undefined {
    if (!allowed) throw new Error('the limiter refused');
    const check = this.#quotas.require(tenant, 'api_calls');
    if (check instanceof Promise) return check.then(() => this.#work(tenant));
    this.#work(tenant);
    return undefined;
  }

  #work(tenant: TenantContext): void {
    runWithTenant(tenant, () => this.#stores.mongo.forTenant(tenant).repository(messages));
  }
}
