import { defineEvent, defineTopic } from '@caas/messaging-kafka';
import { deviceSnapshot, idOf, text, timestampMs, z } from '@caas/schema';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a user shows. `invisible` is stored so and shown to others as `offline`. */
export const presenceStatus = z.strictObject({
  status: z.enum(['online', 'offline', 'away', 'busy', 'invisible']),
  text: text({ max: 200 }).optional(),
  emoji: text({ max: 32 }).optional(),
  expires_at: timestampMs().optional(),
});

const activity = z.strictObject({
  type: z.enum(['typing', 'in_call', 'in_meeting', 'custom']),
  details: text({ max: 200 }).optional(),
  conversation_id: idOf('conv').optional(),
  started_at: timestampMs(),
  expires_at: timestampMs().optional(),
});

/** The topic keeps only the last record of a user, so each record is the whole state. */
const state = {
  user_id: idOf('usr'),
  status: presenceStatus,
  device: deviceSnapshot(),
  session_id: text({ min: 1, max: 100 }).optional(),
  came_online_at: timestampMs(),
  last_seen: timestampMs(),
  activity: activity.optional(),
  capabilities: z
    .array(text({ min: 1, max: 50 }))
    .max(50)
    .optional(),
};

/** The first connection of a user. */
export const userOnline = defineEvent({
  type: 'user.online',
  version: '1.0.0',
  key: 'user_id',
  description: 'The first connection of a user came up',
  payload: z.strictObject(state),
});

/** The last connection of a user is gone. */
export const userOffline = defineEvent({
  type: 'user.offline',
  version: '1.0.0',
  key: 'user_id',
  description: 'The last connection of a user is gone',
  payload: z.strictObject({ ...state, went_offline_at: timestampMs(), last_activity: timestampMs() }),
});

/** Status or text of a user changed. */
export const userStatusChanged = defineEvent({
  type: 'user.status_changed',
  version: '1.0.0',
  key: 'user_id',
  description: 'A user changed their status or its text',
  payload: z.strictObject({ ...state, old_status: presenceStatus, changed_at: timestampMs(), expires_at: timestampMs().optional() }),
});

/**
 * Who is there. Compacted to the last record of each user, and expired after a day: compaction alone would keep the silent for ever. A tombstone says
 * that the user is gone.
 */
export const presence = defineTopic({
  family: 'presence',
  scope: 'tenant',
  format: 'avro',
  partitions: 4,
  retentionMs: DAY_MS,
  segmentMs: HOUR_MS,
  cleanup: 'compact,delete',
  settings: { 'min.cleanable.dirty.ratio': '0.1', 'delete.retention.ms': String(DAY_MS) },
  lane: 'low_latency',
  description: 'Who is there: the last known state of each user',
  events: [userOnline, userOffline, userStatusChanged],
});
