import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type users } from './users.collection.js';

type Defaults = Pick<
  NewDocumentOf<typeof users>,
  'presence' | 'settings' | 'encryption' | 'stats' | 'permissions' | 'moderation' | 'saas_metadata'
>;

/** What a new user has that nobody said anything about. A fresh object each time: the caller may change it. */
export function userDefaults(): Defaults {
  return {
    presence: {
      state: 'offline',
      message: null,
      emoji: null,
      expires_at: null,
      last_seen: null,
      last_active_at: null,
      last_changed_at: null,
    },
    settings: {
      notifications: {
        push_enabled: true,
        email_enabled: false,
        sound_enabled: true,
        vibrate_enabled: true,
        mute_all: false,
        mute_until: null,
        quiet_hours: { enabled: false, start: '22:00', end: '07:00', timezone: 'UTC' },
      },
      privacy: {
        show_online_status: true,
        show_last_seen: true,
        show_read_receipts: true,
        show_typing_indicator: true,
        allow_message_requests: 'everyone',
        profile_visibility: 'public',
      },
      chat: { theme: 'system', language: 'en', message_preview: true, enter_to_send: true, font_size: 'medium' },
    },
    encryption: { enabled: false, registered_at: null, key_version: 0 },
    stats: {
      conversations_count: 0,
      messages_sent: 0,
      messages_received: 0,
      files_shared: 0,
      calls_made: 0,
      call_minutes: 0,
      joined_groups: 0,
    },
    permissions: { can_create_groups: true, can_start_calls: true, can_share_files: true, max_file_size_mb: -1, max_group_members: -1 },
    moderation: { ban_reason: null, banned_until: null, banned_by: null, warnings: [], warning_count: 0, reports_against: 0 },
    saas_metadata: null,
  };
}
