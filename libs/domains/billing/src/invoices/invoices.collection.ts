import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, currency, httpUrl, idOf, int32, int64, tenantReference, text, z } from '@caas/schema';

/** States of an invoice that stands for its period; there is one such per subscription and period. */
export const STANDING_STATUSES = ['draft', 'pending', 'paid', 'overdue'] as const;
const STATUSES = [...STANDING_STATUSES, 'void', 'refunded'] as const;

/** Minor units of `totals.currency`. */
const amount = int64({ min: 0 });
/** Credits are negative. */
const signedAmount = int64();
const providerId = text({ min: 1, max: 255 });

const lineItem = z.strictObject({
  item_id: text({ min: 1, max: 100 }),
  description: text({ min: 1, max: 500 }),
  type: z.enum(['subscription', 'overage', 'addon', 'credit']),
  quantity: int64({ min: 0 }),
  unit_price: signedAmount,
  amount: signedAmount,
  /** Basis points: 770 is 7.7 %. */
  tax_rate_bp: int32({ min: 0, max: 10_000 }),
  tax_amount: signedAmount,
});

/** `total = subtotal + tax − discount`; `amount_due = total − credits_applied − amount_paid`. */
const totals = z.strictObject({
  subtotal: signedAmount,
  tax: signedAmount,
  discount: amount,
  credits_applied: amount,
  total: signedAmount,
  amount_due: amount,
  amount_paid: amount,
  currency: currency(),
});

const payment = z.strictObject({
  due_date: bsonDate().nullable(),
  paid_at: bsonDate().nullable(),
  payment_method: idOf('pm').nullable(),
  stripe_invoice_id: providerId.nullable(),
  stripe_payment_intent_id: providerId.nullable(),
  receipt_url: httpUrl({ httpsOnly: true }).nullable(),
});

/** Immutable once it is finalised, except for payment and refund. Kept for as long as the law says, also when the tenant is gone. */
export const invoices = defineCollection({
  name: 'invoices',
  scope: 'platform',
  database: 'billing',
  id: { field: 'invoice_id', prefix: 'inv' },
  description: 'Invoices, numbered without gaps when they are finalised',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    subscription_id: idOf('sub'),
    /** From `counters`, in the transaction that finalises; null for a draft. */
    invoice_number: z
      .string()
      .regex(/^INV-[0-9]{4}-[0-9]{5,9}$/u, 'must be a number such as INV-2026-00042')
      .nullable(),
    status: z.enum(STATUSES),
    finalized_at: bsonDate().nullable(),
    period: z.strictObject({ start: bsonDate(), end: bsonDate() }),
    line_items: z.array(lineItem).max(200),
    totals,
    payment,
    pdf: z.strictObject({ url: httpUrl({ httpsOnly: true }), generated_at: bsonDate() }).nullable(),
    refund: z
      .strictObject({
        refunded_at: bsonDate(),
        refund_amount: amount,
        reason: text({ max: 500 }).nullable(),
        stripe_refund_id: providerId.nullable(),
      })
      .nullable(),
  }),
  indexes: [
    { name: 'number_unique', keys: { invoice_number: 1 }, unique: true, partial: { invoice_number: { $type: 'string' } } },
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'status_due', keys: { status: 1, 'payment.due_date': 1 } },
    {
      name: 'stripe_invoice_unique',
      keys: { 'payment.stripe_invoice_id': 1 },
      unique: true,
      partial: { 'payment.stripe_invoice_id': { $type: 'string' } },
    },
    {
      name: 'one_per_period',
      keys: { subscription_id: 1, 'period.start': 1 },
      unique: true,
      partial: { status: { $in: [...STANDING_STATUSES] } },
    },
  ],
});

export type Invoice = DocumentOf<typeof invoices>;
