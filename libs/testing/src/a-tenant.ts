import { PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { newTenantId } from '@caas/schema';

/** An active tenant of its own, so that specs and runs never meet. Its limits are those of its plan. */
export function aTenant(change: Partial<TenantContext> = {}): TenantContext {
  const { plan = 'free' } = change;
  return {
    tenantId: newTenantId(),
    name: 'Example',
    plan,
    status: 'active',
    provisioning: 'ready',
    isolation: { model: 'shared', epoch: 1 },
    limits: PLAN_LIMITS[plan],
    ...change,
  };
}
