import { type TenantContext } from '@caas/runtime';

/**
 * One step of making a tenant usable. Steps run in the order of their modules; each must be idempotent, because a run that was killed
 * starts again at the first step that is not recorded as done.
 */
export interface ProvisioningStep {
  /** Unique over all modules; recorded in the operation, so it is never renamed. */
  readonly name: string;
  run(tenant: TenantContext): Promise<void>;
  /** Undoes `run` when a later step fails for good. Absent where what was made is shared and stays. */
  compensate?(tenant: TenantContext): Promise<void>;
}
