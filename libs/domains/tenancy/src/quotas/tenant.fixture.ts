import { type Plan, PLAN_LIMITS, type PlanLimits, type TenantContext } from '@caas/runtime';
import { aTenant as aTenantWith } from '@caas/testing';

/** A tenant of a plan, with some of its limits changed. */
export function aTenant({ plan = 'free', limits = {} }: { plan?: Plan; limits?: Partial<PlanLimits> } = {}): TenantContext {
  return aTenantWith({ plan, limits: { ...PLAN_LIMITS[plan], ...limits } });
}
