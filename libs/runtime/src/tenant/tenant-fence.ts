import { type TenantContext } from './tenant-context.js';

/** What the fence looks at: whose write it is, where the writer believes the data to be, and whether it may be about to move. */
export type FencedTenant = Pick<TenantContext, 'tenantId' | 'isolation' | 'provisioning'>;

/**
 * Holds back a tenant's writes while its data changes place. Every write of a repository passes through: `enter` before it is sent, `leave`
 * when its outcome is known (in a transaction: when that has ended). Both are synchronous and on the hot path of every write, so an implementation
 * looks at memory only; what it knows of other processes arrives by itself.
 *
 * Why both: closing the fence stops new writes, but one that has entered may still be on its way to the old place. Whoever moves the data
 * closes the fence, waits until all that entered have left, and copies the rest.
 */
export interface TenantFence {
  /**
   * Lets one write in. Throws `TenantMigratingError` while the fence is closed for the tenant, and when `isolation.epoch` is older than the
   * placement known here: such a write would reach the place that the data has left. A write that was refused must not `leave`.
   */
  enter(tenant: FencedTenant): void;
  /** The outcome of a write that entered is known. Never throws. */
  leave(tenant: FencedTenant): void;
}
