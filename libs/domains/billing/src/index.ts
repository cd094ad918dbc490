/**
 * billing → tenancy → composition → data-access-mongo → runtime → schema
 *
 * What tenants may use and what they pay. Amounts are integers in the minor unit of the currency beside them; tax rates are basis points.
 *
 * - *plan*: one version of a tier's limits, features and prices; *overage*: use beyond a limit that is sold.
 * - *bucket*: an hour, a day or a month of usage.
 */
export { billingModule } from './billing.module.js';
export { type Counter } from './invoices/counters.collection.js';
export { type Invoice } from './invoices/invoices.collection.js';
export { type PaymentMethod } from './payment-methods/payment-methods.collection.js';
export { PLAN_CATALOGUE } from './plans/plan-catalogue.js';
export { type PlanDocument, planIdOf } from './plans/plans.collection.js';
export { type Subscription } from './subscriptions/subscriptions.collection.js';
export { type UsageRecord } from './usage/usage-records.collection.js';
