import { defineModule } from '@caas/composition';
import { notifications } from './inbox/notifications.collection.js';
import { notificationEvents } from './inbox/notifications.events.js';
import { webhookDeliveries } from './webhooks/webhook-deliveries.collection.js';
import { webhookEndpoints } from './webhooks/webhook-endpoints.collection.js';
import { webhooks } from './webhooks/webhooks.events.js';

/** How tenants and users hear of what happened. */
export const notificationsModule = defineModule({
  name: 'notifications',
  collections: [webhookEndpoints, webhookDeliveries, notifications],
  topics: [notificationEvents, webhooks],
});
