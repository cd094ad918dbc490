import { definePlatformSeed, type SeedContext, type SeedRow } from '@caas/composition/seeding';
import { type SeededClient, seededClients } from '@caas/tenancy/seeds';
import { planIdOf } from '../plans/plans.collection.js';
import { subscriptions } from '../subscriptions/subscriptions.collection.js';

/** Minor units a month; that of enterprise is what a contract might say. */
const MONTHLY = { free: 0, starter: 4_900, pro: 19_900, enterprise: 250_000 } as const;
const DAYS_INTO_PERIOD = 10;
const DAYS_OF_PERIOD = 30;

/** What each client pays for. */
export const subscriptionsSeed = definePlatformSeed({
  name: 'subscriptions',
  collection: subscriptions,
  plan: (context) => {
    const clients = seededClients(context);
    return { total: clients.length, rows: clients.map((client) => subscription(context, client)) };
  },
});

function subscription(context: SeedContext, { plan, tenantId, subscriptionId, signedUpAt }: SeededClient): SeedRow<typeof subscriptions> {
  const amount = MONTHLY[plan];
  const [start, end] = [context.daysAgo(DAYS_INTO_PERIOD), context.daysAgo(DAYS_INTO_PERIOD - DAYS_OF_PERIOD)];
  return {
    subscription_id: subscriptionId,
    tenant_id: tenantId,
    plan_id: planIdOf(plan, 1),
    status: 'active',
    billing: {
      cycle: 'monthly',
      current_period_start: start,
      current_period_end: end,
      trial_start: null,
      trial_end: null,
      base_amount: amount,
      discount_amount: 0,
      tax_amount: 0,
      total_amount: amount,
      currency: 'USD',
    },
    payment: {
      method_id: null,
      stripe_subscription_id: null,
      stripe_customer_id: null,
      last_payment_at: amount === 0 ? null : start,
      last_payment_amount: amount === 0 ? null : amount,
      next_payment_at: amount === 0 ? null : end,
      failed_payment_count: 0,
      last_failed_at: null,
      past_due_since: null,
    },
    discounts: [],
    addons: [],
    pending_change: null,
    activated_at: signedUpAt,
    cancellation: null,
    created_at: signedUpAt,
  };
}
