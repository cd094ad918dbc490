import { defineEvent, fieldChanges, TENANT_KEY } from '@caas/messaging-kafka';
import { idOf, tenantReference, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';

/** Without the secret that signs deliveries. */
const payload = z.strictObject({
  webhook_id: idOf('whk'),
  tenant_id: tenantReference(),
  events: z.array(text({ min: 1, max: 100 })).max(100),
  active: z.boolean(),
  /** Of an update. */
  changes: fieldChanges.optional(),
  by: text({ min: 1, max: 100 }),
  at: timestampMs(),
});

const describe = { version: VERSION, key: TENANT_KEY, payload } as const;

export const webhookCreated = defineEvent({ ...describe, type: 'webhook.created', description: 'A webhook was registered' });
export const webhookUpdated = defineEvent({ ...describe, type: 'webhook.updated', description: 'A webhook changed' });
export const webhookDeleted = defineEvent({ ...describe, type: 'webhook.deleted', description: 'A webhook is gone' });

/** Facts about registered webhooks. */
export const WEBHOOK_EVENTS = [webhookCreated, webhookUpdated, webhookDeleted] as const;
