import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, int32, tenantReference, text, z } from '@caas/schema';

/** Bytes of an event's envelope; Kafka takes records of 1 MB. */
const ENVELOPE_BYTES_MAX = 524_288;
const HEADERS_MAX = 30;

/**
 * Events that are committed together with the state they tell of. A relay publishes them in the order of their keys and marks them; what is
 * published is kept for a week. The row's id is the event's id, so a second publication is recognised as the same event.
 */
export const eventOutbox = defineCollection({
  name: 'event_outbox',
  scope: 'platform',
  id: { field: 'event_id', prefix: 'evt' },
  description: 'Events that wait for their publication to Kafka',
  schema: z.strictObject({
    /** Null for events of the platform itself. */
    tenant_id: tenantReference().nullable(),
    /** The topic's family; the tenant's plan decides on the topic when it is published. */
    topic: text({ min: 1, max: 249 }),
    /** Events of one key are published in the order of their ids. */
    key: text({ min: 1, max: 255 }),
    /** The whole envelope, as it is validated on publication. */
    payload: freeForm({ maxBytes: ENVELOPE_BYTES_MAX, maxDepth: 12, maxKeys: 2_000 }),
    headers: z.array(z.strictObject({ name: text({ min: 1, max: 100 }), value: text({ max: 1_000 }) })).max(HEADERS_MAX),
    /** When Kafka acknowledged it; null until then. */
    published_at: bsonDate().nullable(),
    attempts: int32({ min: 0 }),
    last_error: text({ max: 500 }).nullable(),
    next_attempt_at: bsonDate(),
    /** Seven days after publication; null until then, so nothing unpublished is ever removed. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'unpublished', keys: { next_attempt_at: 1, event_id: 1 }, partial: { published_at: null } },
    { name: 'unpublished_by_key', keys: { topic: 1, key: 1, event_id: 1 }, partial: { published_at: null } },
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type OutboxEvent = DocumentOf<typeof eventOutbox>;
