import { defineMigration } from '@caas/data-access-mongo';
import { ConflictError } from '@caas/runtime';
import { PLAN_CATALOGUE } from '../plans/plan-catalogue.js';
import { plans } from '../plans/plans.collection.js';
import { subscriptions } from '../subscriptions/subscriptions.collection.js';

/** The first version of every plan. Plans that are there already stay as they are. */
export const v007SeedPlans = defineMigration({
  version: 'V007',
  name: 'seed_plans',
  scope: 'platform',
  up: async (context) => {
    await context.platform(plans).insertMany(PLAN_CATALOGUE);
  },
  down: async (context) => {
    if (await context.platform(subscriptions).exists({})) {
      throw new ConflictError('There are subscriptions, and they name these plans.', { code: 'RES_STATE' });
    }
    for (const { plan_id: planId } of PLAN_CATALOGUE) await context.platform(plans).delete(String(planId));
  },
});
