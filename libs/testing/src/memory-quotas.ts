import { type QuotaCheck, QuotaExceededError, type QuotaResource, type Quotas, type TenantContext } from '@caas/runtime';

/** Quotas of one process in its memory: without leases, periods and overage. `limits` bounds a resource for every tenant alike. */
export class MemoryQuotas implements Quotas {
  /** Every call of {@link count}, in order. */
  readonly counted: [tenantId: string, resource: QuotaResource, quantity: number][] = [];
  readonly limits: Partial<Record<QuotaResource, number>>;
  readonly #used = new Map<string, number>();

  constructor(limits: Partial<Record<QuotaResource, number>> = {}) {
    this.limits = limits;
  }

  used({ tenantId }: TenantContext, resource: QuotaResource): number {
    return this.#used.get(`${tenantId} ${resource}`) ?? 0;
  }

  check(tenant: TenantContext, resource: QuotaResource, quantity = 1): QuotaCheck {
    const limit = this.limits[resource] ?? -1;
    const allowed = limit < 0 || this.used(tenant, resource) + quantity <= limit;
    if (allowed) this.#add(tenant, resource, quantity);
    const used = this.used(tenant, resource);
    const remaining = limit < 0 ? -1 : limit - used;
    return { resource, allowed, limit, used, remaining, percent: limit > 0 ? (100 * used) / limit : 0, mode: allowed ? 'ok' : 'blocked' };
  }

  require(tenant: TenantContext, resource: QuotaResource, quantity = 1): QuotaCheck {
    const check = this.check(tenant, resource, quantity);
    if (!check.allowed) throw new QuotaExceededError(check);
    return check;
  }

  release(tenant: TenantContext, resource: QuotaResource, quantity = 1): void {
    this.#add(tenant, resource, -quantity);
  }

  count(tenant: TenantContext, resource: QuotaResource, quantity: number): Promise<void> {
    this.counted.push([tenant.tenantId, resource, quantity]);
    this.#add(tenant, resource, quantity);
    return Promise.resolve();
  }

  #add(tenant: TenantContext, resource: QuotaResource, quantity: number): void {
    this.#used.set(`${tenant.tenantId} ${resource}`, this.used(tenant, resource) + quantity);
  }
}
