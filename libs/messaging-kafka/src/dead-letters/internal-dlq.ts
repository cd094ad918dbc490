import { freeForm, idOf, int32, text, timestampMs } from '@caas/schema';
import { z } from 'zod';
import { defineTopic } from '../definitions/topic.js';
import { DEAD_LETTER_CATEGORIES } from './categories.js';

const DAY_MS = 86_400_000;

/**
 * One record that a consumer group could not handle: the original, untouched, and why. The stored document has the same fields.
 * `dlq_id` follows from group, topic, partition and offset, so that the same failure seen twice is one dead letter.
 */
export const DEAD_LETTER = z.strictObject({
  dlq_id: idOf('dlq'),
  topic: text({ min: 1, max: 249 }),
  partition: int32({ min: 0 }),
  /** 64-bit, hence text. */
  offset: text({ min: 1, max: 20 }),
  consumer_group: text({ min: 1, max: 200 }),
  tenant_id: text({ max: 50 }).optional(),
  event_id: text({ max: 100 }).optional(),
  event_type: text({ max: 100 }).optional(),
  correlation_id: text({ max: 100 }).optional(),
  trace_id: text({ max: 100 }).optional(),
  /** The decoded envelope where there is one; left out when it does not fit. */
  envelope: freeForm({ maxBytes: 65_536, maxDepth: 12, maxKeys: 1_000 }).optional(),
  /** Original key as text; absent when there was none or it is not UTF-8. */
  key: text({ max: 1_500_000 }).optional(),
  /** Original key, base64, when it is not UTF-8. */
  raw_key: text({ max: 1_500_000 }).optional(),
  /** Original headers in order. A list, since names may repeat and may hold what a field name may not. */
  headers: z
    .array(
      z.strictObject({
        name: text({ max: 1_500_000 }),
        value: text({ max: 1_500_000 }).optional(),
        raw_value: text({ max: 1_500_000 }).optional(),
      }),
    )
    .max(10_000),
  /** Original value, base64; absent for a tombstone. */
  raw_value: text({ max: 1_500_000 }).optional(),
  error: z.strictObject({
    class: text({ max: 200 }),
    code: text({ max: 100 }),
    message: text({ max: 1_000 }),
    stack: text({ max: 8_192 }).optional(),
    stage: text({ max: 100 }).optional(),
  }),
  category: z.enum(DEAD_LETTER_CATEGORIES),
  retryable: z.boolean(),
  retry_count: int32({ min: 0 }),
  attempts: z.array(z.strictObject({ at: timestampMs(), class: text({ max: 200 }), message: text({ max: 1_000 }) })).max(20),
  status: z.enum(['pending', 'retrying', 'resolved', 'failed']),
  first_failed_at: timestampMs(),
  failed_at: timestampMs(),
  expires_at: timestampMs(),
});
export type DeadLetter = z.output<typeof DEAD_LETTER>;

/** Where records go that a group cannot handle. Nothing leaves it by itself. */
export const internalDlq = defineTopic({
  family: 'internal.dlq',
  scope: 'internal',
  format: 'json',
  partitions: 4,
  retentionMs: 30 * DAY_MS,
  cleanup: 'delete',
  // A record may be as large as the broker allows; as base64 with its frame it needs more.
  settings: { 'max.message.bytes': '2097152' },
  compatibility: 'FULL',
  record: DEAD_LETTER,
  description: 'Records that a consumer group could not handle, with raw bytes and cause',
});
