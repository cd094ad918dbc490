import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Capability } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { newId, newTenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { billingModule } from './billing.module.js';
import { aCard, anInvoice, aSubscription, aUsageRecord } from './fixtures/billing-documents.fixture.js';
import { counters } from './invoices/counters.collection.js';
import { invoices } from './invoices/invoices.collection.js';
import { paymentMethods } from './payment-methods/payment-methods.collection.js';
import { subscriptions } from './subscriptions/subscriptions.collection.js';
import { usageRecords } from './usage/usage-records.collection.js';

const databases = await temporaryDatabases({
  uri: process.env['MONGODB_URI'] ?? stack().mongodb_uri,
  collections: billingModule.collections,
});
const { mongo } = databases;
afterAll(() => databases.end());

const isTaken = { code: 'RES_CONFLICT' };

function itNeeds(capability: Capability, name: string, spec: () => Promise<void>): void {
  if (mongo.capabilities.has(capability)) it(name, spec);
  else it.skip(`${name} (skipped: server lacks ${capability})`, () => undefined);
}

async function aCounter(): Promise<string> {
  const counter = `invoice:${randomUUID()}`;
  await mongo.platform(counters).insert({ counter, value: 0 });
  return counter;
}

/** The number that each of writers at once is given. */
function countAtOnce(counter: string, writers: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: writers }, async () => (await mongo.platform(counters).update(counter, { inc: { value: 1 } })).value),
  );
}

describe('billing', () => {
  itNeeds('partialIndexes', 'knows one live subscription per tenant, and any number of past ones', async () => {
    const tenantId = newTenantId();
    const subscribe = (status: 'active' | 'paused' | 'cancelled') =>
      mongo.platform(subscriptions).insert({
        ...aSubscription,
        tenant_id: tenantId,
        status,
        payment: { ...aSubscription.payment, stripe_subscription_id: null },
      });
    await subscribe('cancelled');
    await subscribe('cancelled');
    await subscribe('active');

    await expect(subscribe('paused')).rejects.toMatchObject(isTaken);
  });

  itNeeds('partialIndexes', 'knows one standing invoice per subscription and period, and many drafts without a number', async () => {
    const subscriptionId = newId('sub');
    const charge = (status: 'draft' | 'void', subscription_id = subscriptionId) =>
      mongo.platform(invoices).insert({
        ...anInvoice,
        subscription_id,
        status,
        invoice_number: null,
        payment: { ...anInvoice.payment, stripe_invoice_id: null },
      });
    await charge('void');
    await charge('draft');
    await charge('draft', newId('sub'));

    await expect(charge('draft')).rejects.toMatchObject(isTaken);
  });

  itNeeds('partialIndexes', 'knows one default payment method per tenant', async () => {
    const tenantId = newTenantId();
    const add = (isDefault: boolean) =>
      mongo.platform(paymentMethods).insert({
        ...aCard,
        tenant_id: tenantId,
        is_default: isDefault,
        stripe: { payment_method_id: randomUUID(), customer_id: 'cus_1', fingerprint: randomUUID() },
      });
    await add(true);
    await add(false);

    await expect(add(true)).rejects.toMatchObject(isTaken);
  });

  it('stores one row per bucket, however often it is rolled up', async () => {
    const record = { ...aUsageRecord, tenant_id: newTenantId() };

    const { inserted, duplicates } = await mongo
      .platform(usageRecords)
      .insertMany([record, record, { ...record, metric_type: 'mau' as const }]);

    expect([inserted.length, duplicates.length]).toEqual([2, 1]);
    expect(await mongo.platform(usageRecords).findOne({ tenant_id: record.tenant_id, metric_type: 'storage_bytes' })).toMatchObject(record);
  });

  it('loses no count of writers at once', async () => {
    const counter = await aCounter();

    await countAtOnce(counter, 20);

    expect(await mongo.platform(counters).findOne({ counter })).toMatchObject({ value: 20 });
  });

  // Some relatives of MongoDB answer with the document as it is when the answer is written, which may show the count of a later writer.
  itNeeds('transactions', 'gives each of the writers at once a number of its own', async () => {
    const values = await countAtOnce(await aCounter(), 20);

    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});
