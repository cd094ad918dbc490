import { defineModule } from '@caas/composition';
import { counters } from './invoices/counters.collection.js';
import { invoices } from './invoices/invoices.collection.js';
import { paymentMethods } from './payment-methods/payment-methods.collection.js';
import { plans } from './plans/plans.collection.js';
import { subscriptions } from './subscriptions/subscriptions.collection.js';
import { usageRecords } from './usage/usage-records.collection.js';

/** What tenants may use and what they pay. */
export const billingModule = defineModule({
  name: 'billing',
  collections: [plans, subscriptions, invoices, paymentMethods, usageRecords, counters],
  topics: [],
  migrations: () => import('./billing.migrations.js'),
  seeds: () => import('./seeds/index.js'),
});
