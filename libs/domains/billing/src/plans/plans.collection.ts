import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { PLANS, type Plan } from '@caas/runtime';
import { currency, int32, int64, text, z } from '@caas/schema';
import { planFeatures, planLimits } from '@caas/tenancy';

/** The zod field for the id of a plan: its tier and the version of its content. */
export const planReference = (): z.ZodString =>
  z.string().regex(/^plan_(?:free|starter|pro|enterprise)_v[1-9][0-9]{0,4}$/u, 'must be a plan such as plan_pro_v1');

/** The id of one version of a tier's plan. */
export function planIdOf(tier: Plan, version: number): string {
  return `plan_${tier}_v${version}`;
}

/** Minor units; null where a contract says the price. */
const price = int64({ min: 0 }).nullable();

/** What may cost extra, in minor units; null where nothing is sold beyond the limit, or a contract says the price. */
const overage = z.strictObject({
  per_extra_user: price,
  per_1000_messages: price,
  per_gb_storage: price,
  per_1000_api_calls: price,
  /** Percent of a limit beyond which calls are refused; 100 sells nothing beyond it, null never refuses. */
  hard_cap_percent: int32({ min: 100 }).nullable(),
});

const pricing = { amount: price, currency: currency(), stripe_price_id: text({ min: 1, max: 255 }).nullable() };

/** The catalogue. A plan that somebody subscribed to never changes: another content is another version. */
export const plans = defineCollection({
  name: 'plans',
  scope: 'platform',
  database: 'billing',
  id: { field: 'plan_id', prefix: 'name' },
  description: 'Catalogue of plans, by tier and version',
  schema: z.strictObject({
    name: text({ min: 1, max: 100 }),
    description: text({ min: 1, max: 1000 }),
    tier: z.enum(PLANS),
    version: int32({ min: 1, max: 99_999 }),
    pricing: z.strictObject({
      monthly: z.strictObject(pricing),
      yearly: z.strictObject({ ...pricing, savings_percent: int32({ min: 0, max: 100 }) }),
    }),
    limits: planLimits,
    features: planFeatures,
    overage,
    trial: z.strictObject({ enabled: z.boolean(), days: int32({ min: 0, max: 365 }) }),
    /** `deprecated` plans keep their subscribers and take no new ones. */
    status: z.enum(['active', 'deprecated', 'hidden']),
    metadata: z
      .strictObject({ display_order: int32({ min: 0 }), highlight: z.boolean(), badge_text: text({ max: 50 }).nullable() })
      .nullable(),
  }),
  indexes: [
    { name: 'tier_status', keys: { tier: 1, status: 1 } },
    {
      name: 'stripe_monthly_unique',
      keys: { 'pricing.monthly.stripe_price_id': 1 },
      unique: true,
      partial: { 'pricing.monthly.stripe_price_id': { $type: 'string' } },
    },
    {
      name: 'stripe_yearly_unique',
      keys: { 'pricing.yearly.stripe_price_id': 1 },
      unique: true,
      partial: { 'pricing.yearly.stripe_price_id': { $type: 'string' } },
    },
  ],
});

export type PlanDocument = DocumentOf<typeof plans>;
