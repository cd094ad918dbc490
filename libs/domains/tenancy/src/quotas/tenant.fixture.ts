import { type Plan, PLAN_LIMITS, type PlanLimits, type TenantContext } from '@caas/runtime';
import { newTenantId } from '@caas/schema';

/** A tenant of a plan, with some of its limits changed. */
export function aTenant({ plan = 'free', limits = {} }: { plan?: Plan; limits?: Partial<PlanLimits> } = {}): TenantContext {
  return {
    tenantId: newTenantId(),
    name: 'Example',
    plan,
    status: 'active',
    provisioning: 'ready',
    isolation: { model: 'shared', epoch: 1 },
    limits: { ...PLAN_LIMITS[plan], ...limits },
  };
}
