import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { DEAD_LETTER } from '@caas/messaging-kafka';
import { bsonDate, bytes, freeForm, int32, tenantReference, text, z } from '@caas/schema';

/** Bytes of a part of a record: the broker takes no larger one. */
const PART_BYTES_MAX = 1_500_000;
/** Characters of a part that is kept as text; a longer one is kept as bytes, like one that is no UTF-8. */
export const PART_TEXT_MAX = 8_192;
const { topic, partition, consumer_group, error, category, status } = DEAD_LETTER.shape;

const header = z.strictObject({
  name: text({ max: PART_TEXT_MAX }),
  value: text({ max: PART_TEXT_MAX }).nullable(),
  raw_value: bytes({ max: PART_BYTES_MAX }).nullable(),
});

/**
 * Records that a consumer group could not handle, as `internal.dlq` carried them, with dates and bytes as MongoDB knows them. The id follows from
 * group and place in the topic, so that a record seen twice is one row. Nothing leaves by itself but by its age.
 */
export const dlqMessages = defineCollection({
  name: 'dlq_messages',
  scope: 'platform',
  id: { field: 'dlq_id', prefix: 'dlq' },
  description: 'Records that a consumer group could not handle, and what became of them',
  schema: z.strictObject({
    topic,
    partition,
    /** 64 bits, hence text. */
    offset: z.string().regex(/^[0-9]{1,20}$/u),
    consumer_group,
    /** What follows is known when the record could be read. */
    tenant_id: tenantReference().nullable(),
    event_id: text({ max: 100 }).nullable(),
    event_type: text({ max: 100 }).nullable(),
    correlation_id: text({ max: 100 }).nullable(),
    trace_id: text({ max: 100 }).nullable(),
    envelope: freeForm({ maxBytes: 65_536, maxDepth: 12, maxKeys: 1_000 }).nullable(),
    /** The original, untouched; a null value is a tombstone. */
    key: text({ max: PART_TEXT_MAX }).nullable(),
    raw_key: bytes({ max: PART_BYTES_MAX }).nullable(),
    headers: z.array(header).max(10_000),
    raw_value: bytes({ max: PART_BYTES_MAX }).nullable(),
    /** What an operator made of the value; a replay sends this one. The original stays. */
    correction: z
      .strictObject({
        raw_value: bytes({ max: PART_BYTES_MAX }),
        /** Paths that differ from the original. */
        fields: z.array(text({ max: 200 })).max(100),
        reason: text({ min: 1, max: 500 }),
        by: text({ min: 1, max: 100 }),
        at: bsonDate(),
      })
      .nullable(),
    error: z.strictObject({
      class: error.shape.class,
      code: error.shape.code,
      message: error.shape.message,
      stack: text({ max: 8_192 }).nullable(),
      stage: text({ max: 100 }).nullable(),
    }),
    category,
    retryable: z.boolean(),
    retry_count: int32({ min: 0 }),
    /** The last ones. */
    attempts: z.array(z.strictObject({ at: bsonDate(), class: text({ max: 200 }), message: text({ max: 1_000 }) })).max(20),
    status,
    first_failed_at: bsonDate(),
    failed_at: bsonDate(),
    last_retry_at: bsonDate().nullable(),
    resolved_at: bsonDate().nullable(),
    resolved_by: text({ min: 1, max: 100 }).nullable(),
    /** Thirty days after the failure. */
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'record_unique', keys: { topic: 1, partition: 1, offset: 1, consumer_group: 1 }, unique: true },
    { name: 'topic_failed', keys: { topic: 1, failed_at: -1 } },
    { name: 'tenant_status_failed', keys: { tenant_id: 1, status: 1, failed_at: -1 } },
    { name: 'status_retryable_failed', keys: { status: 1, retryable: 1, failed_at: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type DlqMessage = DocumentOf<typeof dlqMessages>;
