import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, hash, idOf, int32, tenantReference, text, z } from '@caas/schema';

/** The first try and three more, after 1, 5 and 30 minutes. */
export const DELIVERY_ATTEMPTS_MAX = 4;

/**
 * Attempts to tell a webhook of an event, one row each; attempts of one event share `webhook_id` and `event_id`. Bodies are not kept: a digest and
 * an excerpt of the answer are.
 */
export const webhookDeliveries = defineCollection({
  name: 'webhook_deliveries',
  scope: 'platform',
  id: { field: 'delivery_id', prefix: 'wdl' },
  description: 'Attempts to deliver events to webhooks, kept for 30 days',
  schema: z.strictObject({
    webhook_id: idOf('whk'),
    tenant_id: tenantReference(),
    event_id: idOf('evt'),
    event_type: text({ min: 1, max: 100 }),
    attempt: int32({ min: 1, max: DELIVERY_ATTEMPTS_MAX }),
    /** `failed` will be tried again at `next_attempt_at`, `dead` will not. */
    status: z.enum(['pending', 'success', 'failed', 'dead']),
    /** Asked for by hand: neither tried again nor counted. */
    is_test: z.boolean(),
    /** The attempt that a replay repeats. */
    replay_of: idOf('wdl').nullable(),
    response_code: int32({ min: 100, max: 599 }).nullable(),
    duration_ms: int32({ min: 0 }).nullable(),
    error: text({ max: 500 }).nullable(),
    request_digest: hash().nullable(),
    response_excerpt: text({ max: 1024 }).nullable(),
    next_attempt_at: bsonDate().nullable(),
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'webhook_created', keys: { webhook_id: 1, created_at: -1 } },
    { name: 'webhook_status_created', keys: { webhook_id: 1, status: 1, created_at: -1 } },
    { name: 'tenant_event', keys: { tenant_id: 1, event_id: 1, webhook_id: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type WebhookDelivery = DocumentOf<typeof webhookDeliveries>;
