import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connectMongo } from '@caas/data-access-mongo';
import { createLogger, Metrics } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { billingModule } from './billing.module.js';
import { aCard, anInvoice, aSubscription, aUsageRecord } from './fixtures/billing-documents.fixture.js';
import { counters } from './invoices/counters.collection.js';
import { invoices } from './invoices/invoices.collection.js';
import { paymentMethods } from './payment-methods/payment-methods.collection.js';
import { subscriptions } from './subscriptions/subscriptions.collection.js';
import { usageRecords } from './usage/usage-records.collection.js';

const mongo = await connectMongo({
  config: { MONGODB_URI: process.env['MONGODB_URI'] ?? stack().mongodb_uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: billingModule.collections,
  databasePrefix: 'spec_billing',
});
await mongo.ensure();
afterAll(() => mongo.close());

const isTaken = { code: 'RES_CONFLICT' };
const itHas = mongo.capabilities.has('partialIndexes')
  ? it
  : (name: string): void => it.skip(`${name} (skipped: server lacks partialIndexes)`, () => undefined);

describe('billing', () => {
  itHas('knows one live subscription per tenant, and any number of past ones', async () => {
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

  itHas('knows one standing invoice per subscription and period, and many drafts without a number', async () => {
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

  itHas('knows one default payment method per tenant', async () => {
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

  it('counts without gaps among writers at once', async () => {
    const counter = `invoice:${randomUUID()}`;
    await mongo.platform(counters).insert({ counter, value: 0 });

    const values = await Promise.all(
      Array.from({ length: 20 }, async () => (await mongo.platform(counters).update(counter, { inc: { value: 1 } })).value),
    );

    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});
