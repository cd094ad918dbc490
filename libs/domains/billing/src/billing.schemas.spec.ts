import { describe, expect, it } from '@jest/globals';
import { type BadField, expectRenderingsAgree, storedCases } from '@caas/testing/schema';
import { billingModule } from './billing.module.js';
import { aCard, anInvoice, aSubscription, aUsageRecord } from './fixtures/billing-documents.fixture.js';
import { counters } from './invoices/counters.collection.js';
import { invoices } from './invoices/invoices.collection.js';
import { paymentMethods } from './payment-methods/payment-methods.collection.js';
import { PLAN_CATALOGUE } from './plans/plan-catalogue.js';
import { plans } from './plans/plans.collection.js';
import { subscriptions } from './subscriptions/subscriptions.collection.js';
import { usageRecords } from './usage/usage-records.collection.js';

const CASES = [
  {
    definition: plans,
    good: Object.fromEntries(PLAN_CATALOGUE.map(({ plan_id: planId, ...plan }) => [String(planId), plan])),
    bad: {
      'a price with a fraction': ['pricing.monthly.amount', 49.5],
      'an invented currency': ['pricing.yearly.currency', 'XYZ'],
      'a limit that is missing': ['limits.max_users', undefined],
      'a feature that is missing': ['features.sso', undefined],
      'requests without a limit': ['limits.requests_per_minute', -1],
      'a cap below the limit': ['overage.hard_cap_percent', 99],
      'an alias of a tier': ['tier', 'startup'],
    },
  },
  {
    definition: subscriptions,
    good: { 'a subscription': aSubscription, 'a cancelled one': { ...aSubscription, status: 'cancelled', pending_change: null } },
    bad: {
      'an unknown status': ['status', 'unpaid'],
      'a plan that cannot be': ['plan_id', 'plan_gold_v1'],
      'a plan without a version': ['pending_change.plan_id', 'plan_pro'],
      'a negative amount': ['billing.total_amount', -1],
      'a period without an end': ['billing.current_period_end', null],
      'too many discounts': ['discounts', Array(11).fill(aSubscription.discounts[0])],
      'too many add-ons': ['addons', Array(21).fill(aSubscription.addons[0])],
      'an add-on of which there is none': ['addons.0.quantity', 0],
    },
  },
  {
    definition: invoices,
    good: { 'a paid invoice': anInvoice, 'a draft': { ...anInvoice, status: 'draft', invoice_number: null, finalized_at: null } },
    bad: {
      'a number of another form': ['invoice_number', '2026-42'],
      'a tax rate beyond 100 %': ['line_items.0.tax_rate_bp', 10_001],
      'an unknown kind of item': ['line_items.1.type', 'gift'],
      'a fraction of a cent': ['totals.total', 0.5],
      'a negative amount due': ['totals.amount_due', -1],
      'a receipt without TLS': ['payment.receipt_url', 'http://pay.example'],
      'too many items': ['line_items', Array(201).fill(anInvoice.line_items[0])],
    },
  },
  {
    definition: paymentMethods,
    good: { 'a card': aCard, 'an account': { ...aCard, type: 'paypal', card: null, billing_address: null } },
    bad: {
      'the number of a card': ['card.number', '4242424242424242'],
      'more than the last four digits': ['card.last4', '24242'],
      'a month that does not exist': ['card.exp_month', 13],
      'no reference to the provider': ['stripe.fingerprint', ''],
      'another type': ['type', 'cash'],
    },
  },
  {
    definition: usageRecords,
    good: { 'a day of storage': aUsageRecord, 'a month of users': { ...aUsageRecord, metric_type: 'mau', unit: 'count', dim_key: '' } },
    bad: {
      'a metric of its own': ['metric_type', 'cats'],
      'a weekly bucket': ['bucket.type', 'weekly'],
      'negative usage': ['value', -1],
      'a readable dimension key': ['dim_key', 'app=1'],
      'a dimension of its own': ['dimensions.country', 'CH'],
    },
  },
  {
    definition: counters,
    good: { 'a counter': { value: 0 } },
    bad: { 'a counter below zero': ['value', -1], 'a counter that is no number': ['value', '1'] },
  },
] as const;

describe('schemas of billing', () => {
  it.each(billingModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 60 });
    },
  );

  it('has cases for every collection', () => {
    expect(CASES.map(({ definition }) => definition.name).sort()).toEqual(billingModule.collections.map(({ name }) => name).sort());
  });
});

describe.each(CASES)('$definition.name', ({ definition, good, bad }) => {
  const { takes, refuses } = storedCases(definition);

  it.each(Object.entries<object>(good))('takes %s', (_, fields) => takes(fields));

  it.each(Object.entries<BadField>(bad))('refuses %s', (_, field) => refuses(Object.values(good)[0] as object, field));
});
