import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, currency, idOf, int32, int64, tenantReference, text, z } from '@caas/schema';
import { planReference } from '../plans/plans.collection.js';

/** States of a subscription that is in force, or may be again. A tenant has one such. */
export const LIVE_STATUSES = ['trialing', 'active', 'past_due', 'paused', 'incomplete'] as const;
const STATUSES = [...LIVE_STATUSES, 'cancelled'] as const;

/** Minor units of the currency beside it. */
const amount = int64({ min: 0 });
const providerId = text({ min: 1, max: 255 });

/** Periods are UTC and half-open. */
const billing = z.strictObject({
  cycle: z.enum(['monthly', 'yearly']),
  current_period_start: bsonDate(),
  current_period_end: bsonDate(),
  trial_start: bsonDate().nullable(),
  trial_end: bsonDate().nullable(),
  base_amount: amount,
  discount_amount: amount,
  tax_amount: amount,
  total_amount: amount,
  currency: currency(),
});

const payment = z.strictObject({
  method_id: idOf('pm').nullable(),
  stripe_subscription_id: providerId.nullable(),
  stripe_customer_id: providerId.nullable(),
  last_payment_at: bsonDate().nullable(),
  last_payment_amount: amount.nullable(),
  next_payment_at: bsonDate().nullable(),
  failed_payment_count: int32({ min: 0 }),
  last_failed_at: bsonDate().nullable(),
  past_due_since: bsonDate().nullable(),
});

const discount = z.strictObject({
  coupon_id: providerId,
  coupon_code: text({ min: 1, max: 100 }),
  discount_type: z.enum(['percent', 'amount']),
  /** Percent, or minor units. */
  discount_value: amount,
  applied_at: bsonDate(),
  expires_at: bsonDate().nullable(),
});

const addon = z.strictObject({
  addon_id: text({ min: 1, max: 100 }),
  name: text({ min: 1, max: 200 }),
  quantity: int32({ min: 1 }),
  unit_price: amount,
  total_price: amount,
});

const cancellation = z.strictObject({
  cancelled_at: bsonDate(),
  cancel_at_period_end: z.boolean(),
  cancellation_reason: text({ max: 500 }).nullable(),
  feedback: text({ max: 4000 }).nullable(),
  cancelled_by: text({ min: 1, max: 100 }),
});

/** The plan in force for a tenant, and how it is paid. */
export const subscriptions = defineCollection({
  name: 'subscriptions',
  scope: 'platform',
  database: 'billing',
  id: { field: 'subscription_id', prefix: 'sub' },
  description: 'Plan in force for a tenant',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    plan_id: planReference(),
    status: z.enum(STATUSES),
    billing,
    payment,
    discounts: z.array(discount).max(10),
    addons: z.array(addon).max(20),
    /** A downgrade waits for the end of the period. */
    pending_change: z.strictObject({ plan_id: planReference(), effective_at: bsonDate() }).nullable(),
    activated_at: bsonDate().nullable(),
    cancellation: cancellation.nullable(),
  }),
  indexes: [
    { name: 'tenant_one_live', keys: { tenant_id: 1 }, unique: true, partial: { status: { $in: [...LIVE_STATUSES] } } },
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'status_period_end', keys: { status: 1, 'billing.current_period_end': 1 } },
    { name: 'status_next_payment', keys: { status: 1, 'payment.next_payment_at': 1 } },
    {
      name: 'stripe_subscription_unique',
      keys: { 'payment.stripe_subscription_id': 1 },
      unique: true,
      partial: { 'payment.stripe_subscription_id': { $type: 'string' } },
    },
  ],
});

export type Subscription = DocumentOf<typeof subscriptions>;
