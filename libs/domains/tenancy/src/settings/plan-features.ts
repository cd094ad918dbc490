import { type Plan } from '@caas/runtime';
import { PLAN_FEATURES, type PlanFeature } from '../tenants/plan-terms.js';
import { type SaasClient } from '../tenants/tenants.collection.js';

/** The first feature that a plan does not have; those before it, it has. */
const FIRST_MISSING: Readonly<Record<Plan, PlanFeature | undefined>> = {
  free: 'voice_calls',
  starter: 'video_calls',
  pro: 'sso',
  enterprise: undefined,
};

/** The features of a plan. */
export function featuresOfPlan(plan: Plan): ReadonlySet<PlanFeature> {
  const missing = FIRST_MISSING[plan];
  return new Set(missing === undefined ? PLAN_FEATURES : PLAN_FEATURES.slice(0, PLAN_FEATURES.indexOf(missing)));
}

/** The features that a tenant has: its plan's, with the contract's overrides. */
export function featuresOf({
  tier,
  feature_overrides: overrides,
}: Pick<SaasClient, 'tier' | 'feature_overrides'>): ReadonlySet<PlanFeature> {
  const plan = featuresOfPlan(tier);
  return new Set(PLAN_FEATURES.filter((feature) => overrides?.[feature] ?? plan.has(feature)));
}
