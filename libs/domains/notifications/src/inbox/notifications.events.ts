import { defineEvent, defineTopic } from '@caas/messaging-kafka';
import { freeForm, httpUrl, idOf, int32, text, timestampMs, z } from '@caas/schema';

const WEEK_MS = 7 * 86_400_000;

/** Ways to reach a user; a push over an open socket is `in_app`. */
export const NOTIFICATION_CHANNELS = ['push', 'email', 'sms', 'in_app', 'webhook'] as const;

const about = { notification_id: idOf('ntf'), recipient_id: idOf('usr') };
const channel = z.enum(NOTIFICATION_CHANNELS);

/** A user should be told. The id follows from event, recipient and type, so that a repeat is the same notification. */
export const notificationQueued = defineEvent({
  type: 'notification.queued',
  version: '1.0.0',
  key: 'recipient_id',
  description: 'A user should be told of something',
  payload: z.strictObject({
    ...about,
    type: z.enum([
      'message',
      'mention',
      'reaction',
      'friend_request',
      'group_invite',
      'call_incoming',
      'call_missed',
      'system',
      'security',
      'billing',
    ]),
    priority: z.enum(['low', 'normal', 'high', 'urgent']),
    title: text({ min: 1, max: 100 }),
    body: text({ max: 500 }),
    /** For the app: what to open. */
    action_data: freeForm(),
    actions: z
      .array(
        z.strictObject({
          id: text({ min: 1, max: 50 }),
          title: text({ min: 1, max: 50 }),
          type: text({ min: 1, max: 50 }),
          url: httpUrl().optional(),
        }),
      )
      .max(5)
      .optional(),
    channels: z.array(channel).min(1).max(NOTIFICATION_CHANNELS.length),
    collapse_key: text({ min: 1, max: 100 }).optional(),
    scheduled_at: timestampMs().optional(),
    expires_at: timestampMs().optional(),
    queued_at: timestampMs(),
  }),
});

/** A provider took it. */
export const notificationSent = defineEvent({
  type: 'notification.sent',
  version: '1.0.0',
  key: 'recipient_id',
  description: 'A provider took a notification',
  payload: z.strictObject({ ...about, channel, sent_at: timestampMs(), provider_message_id: text({ min: 1, max: 255 }).optional() }),
});

/** An attempt failed; `final` says that there is no further one. */
export const notificationFailed = defineEvent({
  type: 'notification.failed',
  version: '1.0.0',
  key: 'recipient_id',
  description: 'An attempt to notify failed',
  payload: z.strictObject({
    ...about,
    channel,
    failed_at: timestampMs(),
    error: text({ max: 500 }),
    retry_count: int32({ min: 0 }),
    final: z.boolean(),
  }),
});

/** The user opened it. */
export const notificationRead = defineEvent({
  type: 'notification.read',
  version: '1.0.0',
  key: 'recipient_id',
  description: 'A user opened a notification',
  payload: z.strictObject({ ...about, read_at: timestampMs() }),
});

/** What users are told, in order for each of them. */
export const notificationEvents = defineTopic({
  family: 'notifications',
  scope: 'tenant',
  format: 'json',
  partitions: 4,
  retentionMs: WEEK_MS,
  cleanup: 'delete',
  description: 'What users are told, and what became of it',
  events: [notificationQueued, notificationSent, notificationFailed, notificationRead],
});
