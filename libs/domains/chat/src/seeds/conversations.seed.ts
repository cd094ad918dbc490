import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember, snapshotOf } from '@caas/identity/seeds';
import { conversationDefaults, metadataDefaults } from '../conversations/conversation-defaults.js';
import { conversations } from '../conversations/conversations.collection.js';
import { type ConversationRole, memberSettingsDefaults } from '../conversations/member-shape.js';
import { contentTypeOf, plainContentOf } from '../messages/stored-content.js';
import { previewOf } from '../messages/message-content.js';
import { contentOf } from './message-words.js';
import { type SeededConversation, seededConversations } from './seeded-conversations.js';
import { type SeededMessage, seededMessages } from './seeded-messages.js';

type Row = SeedRow<typeof conversations>;

/** Groups, a channel where there are enough of them, and direct conversations. */
export const conversationsSeed = defineTenantSeed({
  name: 'conversations',
  collection: conversations,
  plan: (context) => {
    const all = seededConversations(context);
    const messages = seededMessages(context);
    return { total: all.length, rows: all.map((conversation) => row(context, conversation, messages[conversation.index] ?? [])) };
  },
});

/** What a member is in a conversation: the first one owns groups and channels, the second one helps. */
export function roleOf({ type }: SeededConversation, position: number): ConversationRole {
  if (type === 'direct') return 'member';
  if (position < 2) return position === 0 ? 'owner' : 'admin';
  return type === 'channel' ? 'subscriber' : 'member';
}

function row(context: TenantSeedContext, conversation: SeededConversation, messages: readonly SeededMessage[]): Row {
  const { conversationId, type, directKey, members, isEncrypted, startedAt, messageCount, index } = conversation;
  const last = messages.at(-1);
  const second = messages[1];
  const defaults = conversationDefaults();
  const isDirect = type === 'direct';
  const fake = context.fake('conversation', index);
  return {
    conversation_id: conversationId,
    type,
    direct_key: directKey,
    ...defaults,
    membership: type === 'channel' ? 'collection' : 'embedded',
    participants: type === 'channel' ? [] : members.map((member, position) => participant(conversation, member, position)),
    metadata: {
      name: isDirect ? null : fake.company.buzzPhrase().slice(0, 100),
      description: isDirect ? null : fake.company.catchPhrase(),
      ...metadataDefaults(type),
      custom: null,
    },
    channel: type === 'channel' ? { is_public: true, subscriber_count: members.length } : null,
    created_by: members[0]!.userId,
    last_sequence: messageCount,
    last_message: last === undefined ? null : lastMessage(context, last),
    last_activity_at: last?.at ?? startedAt,
    pinned_messages: index === 0 && second ? [{ message_id: second.messageId, pinned_by: members[0]!.userId, pinned_at: second.at }] : [],
    stats: {
      message_count: messageCount,
      media_count: messages.filter(({ kind }) => ['image', 'video', 'voice', 'audio'].includes(kind)).length,
      file_count: messages.filter(({ kind }) => kind === 'file').length,
      participant_count: members.length,
    },
    encryption: isEncrypted
      ? { enabled: true, protocol: 'signal', group_key_id: null, key_version: 1, last_key_rotation_at: startedAt }
      : defaults.encryption,
    created_at: startedAt,
  };
}

function participant(conversation: SeededConversation, member: CastMember, position: number): Row['participants'][number] {
  const settings = memberSettingsDefaults();
  const isMuted = position === 1 && conversation.index % 5 === 4;
  return {
    ...snapshotOf(member),
    role: roleOf(conversation, position),
    permissions: null,
    status: 'active',
    settings: isMuted ? { ...settings, muted: true } : settings,
    joined_at: conversation.startedAt,
    invited_by: position === 0 ? null : conversation.members[0]!.userId,
    left_at: null,
    removed_at: null,
    joined_sequence: 0,
  };
}

function lastMessage(context: TenantSeedContext, message: SeededMessage): Row['last_message'] {
  const content = contentOf(context, message);
  const plain = plainContentOf(content);
  return {
    message_id: message.messageId,
    sequence: message.sequence,
    sender_id: message.from?.userId ?? null,
    sender_name: message.from?.displayName ?? null,
    content_type: contentTypeOf(content),
    content_preview: plain === null ? null : previewOf(plain),
    sent_at: message.at,
    is_encrypted: content.type === 'encrypted',
  };
}
