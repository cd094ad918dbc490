import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type conversations, type ConversationType } from './conversations.collection.js';

type NewConversationRow = NewDocumentOf<typeof conversations>;
type Defaults = Pick<
  NewConversationRow,
  'membership' | 'channel' | 'last_sequence' | 'last_message' | 'pinned_messages' | 'encryption' | 'status'
>;

/** What a new direct or group conversation has that nobody said anything about. A fresh object each time. */
export function conversationDefaults(): Defaults {
  return {
    membership: 'embedded',
    channel: null,
    last_sequence: 0,
    last_message: null,
    pinned_messages: [],
    encryption: { enabled: false, protocol: null, group_key_id: null, key_version: 0, last_key_rotation_at: null },
    status: 'active',
  };
}

/** The look and the settings of a new conversation; a direct one has no settings. A fresh object each time. */
export function metadataDefaults(type: ConversationType): Pick<NewConversationRow['metadata'], 'avatar_url' | 'theme' | 'settings'> {
  return {
    avatar_url: null,
    theme: null,
    settings:
      type === 'direct'
        ? null
        : {
            join_approval_required: false,
            only_admins_can_message: false,
            only_admins_can_add_members: false,
            message_retention_days: 0,
            slow_mode_seconds: 0,
            disappearing_seconds: 0,
          },
  };
}
