import { type TenantContext } from './tenant-context.js';

/** What the fence looks at: whose record it is, where its sender believes the topics to be, and whether they may be about to move. */
export type SendingTenant = Pick<TenantContext, 'tenantId'> & Partial<Pick<TenantContext, 'topics' | 'provisioning'>>;

/**
 * Holds back what is sent for a tenant while its topics change place. Every record of a tenant passes through before it is queued. Synchronous and on the
 * hot path of every send: an implementation looks at memory only.
 */
export interface SendFence {
  /**
   * Lets one record in, and returns what to call when its outcome is known. Throws `TenantMigratingError` while the fence is closed for the tenant, and
   * when the sender's copy of the placement is older than the one known here. While the old place is drained, records that follow from others pass
   * (`follows`): the consumers that drain it could not finish otherwise.
   */
  enter(tenant: SendingTenant, follows: () => boolean): () => void;
}
