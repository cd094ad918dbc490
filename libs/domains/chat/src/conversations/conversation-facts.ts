import { type PayloadOf } from '@caas/messaging-kafka';
import { type conversationCreated, PARTICIPANTS_TOLD_MAX } from './conversations.events.js';
import { type Member } from '../members/member.js';
import { type NewConversationRow } from './new-conversation-row.js';

/** What `conversation.created` says of a new row: the first members, the rest is asked for. */
export function createdFact(row: NewConversationRow, members: readonly Member[], createdAt: number): PayloadOf<typeof conversationCreated> {
  const { conversation_id, type, metadata, channel, encryption, created_by } = row;
  const { name, description, settings } = metadata;
  return {
    conversation_id,
    type,
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    created_by,
    participants: members.slice(0, PARTICIPANTS_TOLD_MAX).map(({ user_id, role, joined_at, invited_by }) => ({
      user_id,
      role,
      joined_at: joined_at.getTime(),
      ...(invited_by !== null && { invited_by }),
    })),
    settings: {
      is_public: channel?.is_public ?? false,
      allow_invites: settings !== null && !settings.only_admins_can_add_members,
      require_approval: settings?.join_approval_required ?? false,
      mute_notifications: false,
      encryption_enabled: encryption.enabled,
      ...(settings !== null && {
        message_retention_days: settings.message_retention_days,
        only_admins_can_message: settings.only_admins_can_message,
        slow_mode_seconds: settings.slow_mode_seconds,
      }),
    },
    created_at: createdAt,
  };
}
