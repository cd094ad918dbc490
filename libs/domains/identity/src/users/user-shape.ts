import { bsonDate, int32, int64, language, text, timeZone, z } from '@caas/schema';
import { actor } from './user-snapshot.js';

/** How available a user is. `away` follows five minutes without activity; `invisible` is shown as offline. */
export const PRESENCE_STATES = ['online', 'offline', 'away', 'dnd', 'invisible'] as const;

/** The last warnings that are kept; `warning_count` counts all. */
export const WARNINGS_MAX = 20;

/** The snapshot that is written on disconnect and at most once a minute; live presence is not in MongoDB. */
export const presence = z.strictObject({
  state: z.enum(PRESENCE_STATES),
  message: text({ max: 140 }).nullable(),
  emoji: text({ max: 64 }).nullable(),
  /** When message and emoji clear themselves. */
  expires_at: bsonDate().nullable(),
  last_seen: bsonDate().nullable(),
  last_active_at: bsonDate().nullable(),
  last_changed_at: bsonDate().nullable(),
});

const timeOfDay = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be HH:MM');

export const settings = z.strictObject({
  notifications: z.strictObject({
    push_enabled: z.boolean(),
    email_enabled: z.boolean(),
    sound_enabled: z.boolean(),
    vibrate_enabled: z.boolean(),
    mute_all: z.boolean(),
    mute_until: bsonDate().nullable(),
    quiet_hours: z.strictObject({
      enabled: z.boolean(),
      start: timeOfDay,
      end: timeOfDay,
      timezone: timeZone(),
    }),
  }),
  privacy: z.strictObject({
    show_online_status: z.boolean(),
    show_last_seen: z.boolean(),
    show_read_receipts: z.boolean(),
    show_typing_indicator: z.boolean(),
    allow_message_requests: z.enum(['everyone', 'contacts', 'none']),
    profile_visibility: z.enum(['public', 'contacts', 'private']),
  }),
  chat: z.strictObject({
    theme: z.enum(['light', 'dark', 'system']),
    language: language(),
    message_preview: z.boolean(),
    enter_to_send: z.boolean(),
    font_size: z.enum(['small', 'medium', 'large']),
  }),
});

/** Flags only: all key material is in `user_keys` and `prekey_bundles`. */
export const userEncryption = z.strictObject({
  enabled: z.boolean(),
  registered_at: bsonDate().nullable(),
  key_version: int32({ min: 0 }),
});

const counter = int64({ min: 0 });

/** Refreshed by a job, not per message. */
export const stats = z.strictObject({
  conversations_count: counter,
  messages_sent: counter,
  messages_received: counter,
  files_shared: counter,
  calls_made: counter,
  call_minutes: counter,
  joined_groups: counter,
});

/** What the user may do at most; limits of plan and tenant apply as well. -1 is no limit of its own. */
export const permissions = z.strictObject({
  can_create_groups: z.boolean(),
  can_start_calls: z.boolean(),
  can_share_files: z.boolean(),
  max_file_size_mb: int32({ min: -1 }),
  max_group_members: int32({ min: -1 }),
});

/** That somebody is banned is said by `status`; here is why, by whom and how long. */
export const moderation = z.strictObject({
  ban_reason: text({ max: 500 }).nullable(),
  /** Null for good. */
  banned_until: bsonDate().nullable(),
  banned_by: actor.nullable(),
  warnings: z.array(z.strictObject({ reason: text({ max: 500 }), issued_at: bsonDate(), issued_by: actor })).max(WARNINGS_MAX),
  warning_count: int32({ min: 0 }),
  reports_against: int32({ min: 0 }),
});

/** What the tenant's own business knows of its customer. */
export const saasMetadata = z.strictObject({
  tier: text({ max: 50 }).nullable(),
  subscription_status: text({ max: 50 }).nullable(),
  registered_via: z.enum(['mobile', 'web', 'api']).nullable(),
  referrer_id: text({ max: 255 }).nullable(),
  tags: z.array(text({ min: 1, max: 50 })).max(50),
});
