import { definePlatformSeed } from '@caas/composition/seeding';
import { PLAN_CATALOGUE } from '../plans/plan-catalogue.js';
import { plans } from '../plans/plans.collection.js';

/** The catalogue, as the first migration puts it there. */
export const plansSeed = definePlatformSeed({
  name: 'plans',
  collection: plans,
  permanent: true,
  plan: (context) => ({
    total: PLAN_CATALOGUE.length,
    rows: PLAN_CATALOGUE.map((plan) => ({ ...plan, plan_id: String(plan.plan_id), created_at: context.asOf })),
  }),
});
