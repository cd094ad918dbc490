import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type User } from '@caas/identity';
import { conversationDefaults, metadataDefaults } from './conversation-defaults.js';
import { type conversations } from './conversations.collection.js';
import { type NewConversation } from './conversations.service.js';
import { type ConversationRole, memberSettingsDefaults } from './member-shape.js';

export type NewConversationRow = NewDocumentOf<typeof conversations> & { readonly conversation_id: string };

export interface NewConversationFacts {
  readonly conversationId: string;
  /** Of a direct pair only. */
  readonly directKey: string | null;
  readonly members: readonly User[];
  /** The acting user; absent for a server key. */
  readonly inviterId: string | undefined;
  readonly createdBy: string;
  readonly now: Date;
}

/** The row of a new conversation with its members. */
export function newConversationRow(input: NewConversation, facts: NewConversationFacts): NewConversationRow {
  const { conversationId, directKey, members, inviterId, createdBy, now } = facts;
  return {
    conversation_id: conversationId,
    type: input.type,
    direct_key: directKey,
    participants: members.map((member, index) => ({
      user_id: member.user_id,
      external_user_id: member.external_id,
      display_name: member.profile.display_name,
      avatar_url: member.profile.avatar_url,
      role: roleOf(input, index),
      permissions: null,
      status: 'active',
      settings: memberSettingsDefaults(),
      joined_at: now,
      invited_by: inviterId ?? null,
      left_at: null,
      removed_at: null,
      joined_sequence: 0,
    })),
    metadata: {
      ...metadataDefaults(input.type),
      name: input.name ?? null,
      description: input.description ?? null,
      custom: input.metadata ?? null,
    },
    created_by: createdBy,
    last_activity_at: now,
    ...conversationDefaults(),
    stats: { message_count: 0, media_count: 0, file_count: 0, participant_count: members.length },
  };
}

function roleOf(input: NewConversation, index: number): ConversationRole {
  return input.type === 'group' && index === 0 ? 'owner' : 'member';
}
