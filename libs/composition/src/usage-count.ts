import { type QuotaResource, type TenantContext } from '@caas/runtime';

/** A resource whose usage can be counted from the rows that cause it: what mends a counter that is wrong. */
export interface UsageCount {
  /** At most one module counts a resource. */
  readonly resource: QuotaResource;
  /** Whether rows can go before the period ends; then the count can only raise a counter, never lower it. */
  readonly isLowerBound: boolean;
  /** Usage of the tenant, of a counter within the half-open period. May take seconds. */
  count(tenant: TenantContext, period: { readonly start: Date; readonly end: Date }): Promise<number>;
}
