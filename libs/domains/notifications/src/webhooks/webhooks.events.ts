import { defineEvent, defineTopic } from '@caas/messaging-kafka';
import { idOf, int32, text, timestampMs, z } from '@caas/schema';

const WEEK_MS = 7 * 86_400_000;
/** A request body that carries any event, which fills one record at most. */
const BODY_CHARACTERS_MAX = 900_000;

const about = { delivery_id: idOf('wdl'), webhook_id: idOf('whk'), event_id: idOf('evt') };
const attempt = int32({ min: 1 });

/** A webhook asked for an event. One record for each webhook, so that one failing endpoint is retried alone. */
export const webhookDeliveryRequested = defineEvent({
  type: 'webhook.delivery_requested',
  version: '1.0.0',
  key: 'webhook_id',
  description: 'A webhook has to hear of an event',
  payload: z.strictObject({
    ...about,
    event_type: text({ min: 1, max: 100 }),
    /** Exactly the text that is signed and sent. */
    body: text({ min: 1, max: BODY_CHARACTERS_MAX }),
    created_at: timestampMs(),
  }),
});

/** The endpoint answered 2xx. */
export const webhookDelivered = defineEvent({
  type: 'webhook.delivered',
  version: '1.0.0',
  key: 'webhook_id',
  description: 'An endpoint took an event',
  payload: z.strictObject({
    ...about,
    attempt,
    status_code: int32({ min: 100, max: 599 }),
    duration_ms: int32({ min: 0 }),
    delivered_at: timestampMs(),
  }),
});

/** An attempt failed; `will_retry` says whether there is another one. */
export const webhookDeliveryFailed = defineEvent({
  type: 'webhook.delivery_failed',
  version: '1.0.0',
  key: 'webhook_id',
  description: 'An attempt to tell an endpoint failed',
  payload: z.strictObject({
    ...about,
    attempt,
    /** Absent when there was no answer. */
    status_code: int32({ min: 100, max: 599 }).optional(),
    error: text({ max: 500 }),
    will_retry: z.boolean(),
    next_attempt_at: timestampMs().optional(),
    failed_at: timestampMs(),
  }),
});

/** Deliveries to webhooks, in order for each of them. */
export const webhooks = defineTopic({
  family: 'webhooks',
  scope: 'tenant',
  format: 'json',
  partitions: 4,
  retentionMs: WEEK_MS,
  cleanup: 'delete',
  description: 'Deliveries to webhooks: one record for each event and webhook',
  events: [webhookDeliveryRequested, webhookDelivered, webhookDeliveryFailed],
});
