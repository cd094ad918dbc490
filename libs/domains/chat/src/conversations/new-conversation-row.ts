import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type User } from '@caas/identity';
import { type Member, newMember, toParticipant } from '../members/member.js';
import { conversationDefaults, metadataDefaults } from './conversation-defaults.js';
import { ACTIVE_PARTICIPANTS_MAX, type conversations } from './conversations.collection.js';
import { type NewConversation } from './conversations.service.js';
import { type ConversationRole } from './member-shape.js';

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

/** The row of a new conversation, and its members: in the row, or to be written beside it when they are many and in every channel. */
export function newConversationRow(
  input: NewConversation,
  { conversationId, directKey, members: users, inviterId, createdBy, now }: NewConversationFacts,
): { row: NewConversationRow; members: readonly Member[] } {
  const members = users.map((user, index) =>
    newMember(user, { role: roleOf(input, index), invitedBy: inviterId ?? null, at: now, sequence: 0 }),
  );
  const isEmbedded = input.type !== 'channel' && members.length <= ACTIVE_PARTICIPANTS_MAX;
  const defaults = metadataDefaults(input.type);
  const row: NewConversationRow = {
    conversation_id: conversationId,
    type: input.type,
    direct_key: directKey,
    created_by: createdBy,
    last_activity_at: now,
    ...conversationDefaults(),
    ...(input.encryption && { encryption: { ...ENCRYPTED, protocol: input.encryption.protocol } }),
    membership: isEmbedded ? 'embedded' : 'collection',
    participants: isEmbedded ? members.map(toParticipant) : [],
    channel:
      input.type === 'channel'
        ? { is_public: input.is_public ?? false, subscriber_count: members.filter(({ role }) => role === 'subscriber').length }
        : null,
    metadata: {
      ...defaults,
      name: input.name ?? null,
      description: input.description ?? null,
      avatar_url: input.avatar_url ?? null,
      settings: defaults.settings === null ? null : { ...defaults.settings, ...input.settings },
      custom: input.metadata ?? null,
    },
    stats: { message_count: 0, media_count: 0, file_count: 0, participant_count: members.length },
  };
  return { row, members };
}

/** Of a conversation that is encrypted from the beginning: the first key is its members' to make. */
const ENCRYPTED = { enabled: true, group_key_id: null, key_version: 1, last_key_rotation_at: null } as const;

/** Whoever creates a group or channel owns it; without an acting user the first member does. */
function roleOf({ type }: NewConversation, index: number): ConversationRole {
  if (type === 'direct') return 'member';
  if (index === 0) return 'owner';
  return type === 'channel' ? 'subscriber' : 'member';
}
