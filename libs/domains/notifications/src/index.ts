/**
 * notifications → composition → data-access-mongo, messaging-kafka → schema
 *
 * How tenants and users hear of what happened: webhooks, the list in the app, and work that answers later.
 *
 * - *delivery*: one attempt to tell a webhook of an event; *dead*: given up.
 * - *job*: work whose result is fetched later by its id.
 */
export { notificationsModule } from './notifications.module.js';
export {
  NOTIFICATION_CHANNELS,
  notificationEvents,
  notificationFailed,
  notificationQueued,
  notificationRead,
  notificationSent,
} from './inbox/notifications.events.js';
export { webhookDelivered, webhookDeliveryFailed, webhookDeliveryRequested, webhooks } from './webhooks/webhooks.events.js';
export { type Notification, NOTIFICATION_TYPES } from './inbox/notifications.collection.js';
export { DELIVERY_ATTEMPTS_MAX, type WebhookDelivery } from './webhooks/webhook-deliveries.collection.js';
export { type WebhookEndpoint } from './webhooks/webhook-endpoints.collection.js';
export { WEBHOOK_EVENTS, type WebhookEvent } from './webhooks/webhook-events.js';
