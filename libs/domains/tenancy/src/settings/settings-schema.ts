import { hexColor, httpUrl, int32, language, sealed, text, timeZone, z } from '@caas/schema';

const CSS_MAX = 65_536;
const MINUTES_OF_A_DAY = 1_440;
const DAYS_MAX = 3_650;

const flag = z.boolean();
/** Subject and body with placeholders; the built-in text when null. */
const emailTemplate = z.strictObject({ subject: text({ min: 1, max: 200 }), body: text({ min: 1, max: 20_000 }) }).nullable();

const general = z.strictObject({
  default_language: language(),
  default_timezone: timeZone(),
  date_format: z.enum(['MM/DD/YYYY', 'DD/MM/YYYY']),
  time_format: z.enum(['12h', '24h']),
});

const chat = z.strictObject({
  max_message_length: int32({ min: 1, max: 10_000 }),
  max_file_size_mb: int32({ min: 1, max: 10_000 }),
  /** Media types; `image/*` for all of a kind. */
  allowed_file_types: z.array(z.string().regex(/^[a-z0-9.+\-]{1,64}\/(?:\*|[a-z0-9.+\-]{1,64})$/u, 'must be a media type')).max(100),
  /** 0 is for ever. */
  message_retention_days: int32({ min: 0, max: DAYS_MAX }),
  auto_delete_enabled: flag,
  max_group_members: int32({ min: 2, max: 100_000 }),
  max_groups_per_user: int32({ min: 1, max: 10_000 }),
  voice_messages_enabled: flag,
  video_messages_enabled: flag,
  location_sharing_enabled: flag,
  reactions_enabled: flag,
  read_receipts_default: flag,
  typing_indicators_default: flag,
  receipt_detail: z.enum(['off', 'direct', 'small_groups']),
  receipt_retention_days: int32({ min: 1, max: DAYS_MAX }),
  /** How long a sender can edit, and delete for everyone; -1 is for ever. */
  message_edit_window_seconds: int32({ min: -1 }),
  message_delete_window_seconds: int32({ min: -1 }),
});

const calls = z.strictObject({
  voice_calls_enabled: flag,
  video_calls_enabled: flag,
  screen_sharing_enabled: flag,
  max_call_participants: int32({ min: 2, max: 1_000 }),
  max_call_duration_minutes: int32({ min: 1, max: MINUTES_OF_A_DAY }),
  recording_enabled: flag,
  recording_storage_days: int32({ min: 1, max: DAYS_MAX }),
});

const moderation = z.strictObject({
  profanity_filter_enabled: flag,
  spam_detection_enabled: flag,
  link_preview_enabled: flag,
  media_scanning_enabled: flag,
  custom_blocked_words: z.array(text({ min: 1, max: 100 })).max(1_000),
  /** Whether a text with a blocked word is refused, or stands with the word masked. */
  blocked_words_action: z.enum(['reject', 'mask']),
  /** Warnings. */
  auto_ban_threshold: int32({ min: 1, max: 100 }),
  /** Reports. */
  report_threshold: int32({ min: 1, max: 1_000 }),
});

const branding = z.strictObject({
  primary_color: hexColor(),
  secondary_color: hexColor().nullable(),
  logo_url: httpUrl({ httpsOnly: true }).nullable(),
  favicon_url: httpUrl({ httpsOnly: true }).nullable(),
  custom_css: text({ max: CSS_MAX }).nullable(),
  powered_by_visible: flag,
});

const notifications = z.strictObject({
  push_enabled: flag,
  email_enabled: flag,
  email_templates: z.strictObject({ welcome: emailTemplate, password_reset: emailTemplate, invite: emailTemplate }),
  default_push_enabled: flag,
  default_email_enabled: flag,
  default_sound_enabled: flag,
});

const integrations = z.strictObject({
  analytics: z.strictObject({
    google_analytics_id: z
      .string()
      .regex(/^G-[A-Z0-9]{4,20}$/u, 'must be a measurement id such as G-ABC1234567')
      .nullable(),
    mixpanel_token: sealed({ maxBytes: 256 }).nullable(),
  }),
});

const security = z.strictObject({
  e2e_encryption_required: flag,
  session_timeout_minutes: int32({ min: 5, max: 30 * MINUTES_OF_A_DAY }),
  max_devices_per_user: int32({ min: 1, max: 10 }),
  strip_exif_gps: flag,
  password_policy: z.strictObject({
    min_length: int32({ min: 8, max: 128 }),
    require_uppercase: flag,
    require_lowercase: flag,
    require_numbers: flag,
    require_symbols: flag,
  }),
});

const events = z.strictObject({
  /** Whether names, addresses and profiles of users are in the events about them; who reads events looks them up otherwise. */
  include_pii: flag,
});

/** Every setting of a tenant. */
export const settingsSchema = z.strictObject({
  general,
  chat,
  calls,
  moderation,
  branding,
  notifications,
  integrations,
  security,
  events,
});
export type SettingsDocument = z.output<typeof settingsSchema>;

/** The same as it is stored: a setting that is younger than the row is not there, and reads give its default. */
export const storedSettingsSchema = z.strictObject({
  general: general.partial().optional(),
  chat: chat.partial().optional(),
  calls: calls.partial().optional(),
  moderation: moderation.partial().optional(),
  branding: branding.partial().optional(),
  notifications: notifications.extend({ email_templates: notifications.shape.email_templates.partial() }).partial().optional(),
  integrations: z.strictObject({ analytics: integrations.shape.analytics.partial().optional() }).optional(),
  security: security.extend({ password_policy: security.shape.password_policy.partial() }).partial().optional(),
  events: events.partial().optional(),
});
