import { bsonDate, freeForm, int32, int64, tenantReference, text, z } from '@caas/schema';
import { defineCollection } from '../definition/define-collection.js';
import { type DocumentOf } from '../definition/document-types.js';

/** Bytes of an event's envelope; Kafka takes records of 1 MB. */
const ENVELOPE_BYTES_MAX = 524_288;

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
    /** Events of one topic and key are published in their order; the event's own id where it has no key. */
    key: text({ min: 1, max: 255 }),
    /** Rises within a key by at least one: microseconds of the writer's clock, or one more than the row before. */
    order: int64({ min: 1 }),
    /** `pending` until it is known whether what it tells of was stored; only on servers without transactions. */
    state: z.enum(['ready', 'pending']),
    /** How a pending one is decided when its writer is gone. */
    proof: z
      .strictObject({
        collection: text({ min: 1, max: 48 }),
        tenant_id: tenantReference().nullable(),
        id: text({ min: 1, max: 200 }),
        version: int32({ min: 0 }),
      })
      .nullable(),
    /** The whole envelope, as it is validated on publication. */
    payload: freeForm({ maxBytes: ENVELOPE_BYTES_MAX, maxDepth: 12, maxKeys: 2_000 }),
    /** When Kafka acknowledged it; null until then. */
    published_at: bsonDate().nullable(),
    /** Publications that failed for a reason in the event itself. */
    attempts: int32({ min: 0 }),
    last_error: text({ max: 500 }).nullable(),
    next_attempt_at: bsonDate(),
    /** Seven days after publication; null until then, so nothing unpublished is ever removed. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'unpublished', keys: { order: 1, event_id: 1 }, partial: { published_at: null } },
    { name: 'order_of_key', keys: { topic: 1, key: 1, order: 1 }, unique: true },
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type OutboxEvent = DocumentOf<typeof eventOutbox>;

/** Kept by the outbox; every process that lists collections knows it. */
export const OUTBOX_COLLECTIONS = [eventOutbox] as const;
