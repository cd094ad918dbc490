import { bsonDate, int32, tenantIdField, text, z } from '@caas/schema';
import { defineCollection } from '../definition/define-collection.js';
import { CHANGE_OPERATIONS } from '../repository/watch.js';

/** One row per stream: how far it got, and who owns it. Position and lease are one row, so that only the owner can move the position. */
export const resumeTokens = defineCollection({
  name: '_resume_tokens',
  scope: 'platform',
  id: { field: 'stream', prefix: 'name' },
  description: 'How far each change stream got, and which process follows it',
  schema: z.strictObject({
    token: text({ max: 16_384 }).nullable(),
    operation_time: bsonDate().nullable(),
    owner: text({ min: 1, max: 200 }).nullable(),
    fence: int32({ min: 1 }),
    acquired_at: bsonDate(),
    lease_until: bsonDate(),
  }),
});

/** Changes that a handler could not handle. The id is the event's, so that one that fails again is one row. */
export const streamDeadLetters = defineCollection({
  name: '_stream_dead_letters',
  scope: 'platform',
  id: { field: 'event_id', prefix: 'evt' },
  description: 'Changes that the handler of a change stream could not handle; the rows themselves are where they were',
  schema: z.strictObject({
    stream: text({ min: 1, max: 60 }),
    collection: text({ min: 1, max: 48 }),
    operation: z.enum(CHANGE_OPERATIONS),
    tenant_id: tenantIdField.nullable(),
    document_id: text({ min: 1, max: 200 }),
    attempts: int32({ min: 1 }),
    error: z.strictObject({ class: text({ max: 200 }), message: text({ max: 1_000 }) }),
    failed_at: bsonDate(),
    /** Thirty days after the failure. */
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'stream_failed', keys: { stream: 1, failed_at: -1, event_id: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

/** Kept by the streams; every process that lists collections knows them. */
export const STREAM_COLLECTIONS = [resumeTokens, streamDeadLetters] as const;
