import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, country, int32, postalAddress, tenantReference, text, z } from '@caas/schema';

const providerId = text({ min: 1, max: 255 });
const lastFour = z.string().regex(/^[0-9]{4}$/u, 'must be the last four digits');

/** What may be shown of a card. Numbers and codes of cards are nowhere in CAAS. */
const card = z.strictObject({
  brand: text({ min: 1, max: 50 }),
  last4: lastFour,
  exp_month: int32({ min: 1, max: 12 }),
  exp_year: int32({ min: 2000, max: 2200 }),
  funding: z.enum(['credit', 'debit']),
  country: country(),
});

const bankAccount = z.strictObject({
  bank_name: text({ min: 1, max: 200 }),
  last4: lastFour,
  routing_number_last4: lastFour,
  account_type: z.enum(['checking', 'savings']),
});

/** How a tenant pays. `card` and `bank_account` are set for their own type only. */
export const paymentMethods = defineCollection({
  name: 'payment_methods',
  scope: 'platform',
  database: 'billing',
  id: { field: 'payment_method_id', prefix: 'pm' },
  description: 'How a tenant pays: references to the payment provider, and what may be shown',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    type: z.enum(['card', 'bank_account', 'paypal']),
    card: card.nullable(),
    bank_account: bankAccount.nullable(),
    stripe: z.strictObject({ payment_method_id: providerId, customer_id: providerId, fingerprint: providerId }),
    billing_address: postalAddress()
      .extend({ name: text({ min: 1, max: 200 }) })
      .nullable(),
    is_default: z.boolean(),
    status: z.enum(['active', 'expired', 'removed']),
    removed_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'tenant_status', keys: { tenant_id: 1, status: 1 } },
    { name: 'stripe_unique', keys: { 'stripe.payment_method_id': 1 }, unique: true },
    {
      name: 'tenant_fingerprint_unique',
      keys: { tenant_id: 1, 'stripe.fingerprint': 1 },
      unique: true,
      partial: { status: 'active' },
    },
    { name: 'tenant_one_default', keys: { tenant_id: 1 }, unique: true, partial: { is_default: true, status: 'active' } },
  ],
});

export type PaymentMethod = DocumentOf<typeof paymentMethods>;
