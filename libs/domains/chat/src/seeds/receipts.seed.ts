import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { type CastMember } from '@caas/identity/seeds';
import { readReceipts } from '../receipts/read-receipts.collection.js';
import { readStates } from '../receipts/read-states.collection.js';
import { type SeededConversation, seededConversations } from './seeded-conversations.js';
import { type SeededMessage, seededMessages } from './seeded-messages.js';

/** Messages at the end of each conversation that have receipts. */
const WITH_RECEIPTS = 3;
const UNREAD = { min: 0, max: 3 } as const;
const READ_AFTER_MS = 90_000;
const KEPT_DAYS = 30;

/** How far everybody has read every conversation. */
export const readStatesSeed = defineTenantSeed({
  name: 'read states',
  collection: readStates,
  plan: (context) => {
    const rows = everyMembership(context).map(({ conversation, messages, member, readUpTo }): SeedRow<typeof readStates> => {
      const read = messages[readUpTo - 1];
      const readAt = read === undefined ? null : readAtOf(read);
      return {
        read_state_id: context.rowId('read state', conversation.index, member.index),
        conversation_id: conversation.conversationId,
        user_id: member.userId,
        last_read_sequence: readUpTo,
        last_read_message_id: read?.messageId ?? null,
        last_read_at: readAt,
        last_delivered_sequence: conversation.messageCount,
        last_delivered_at: messages.at(-1)?.at ?? null,
        unread_mentions: 0,
        created_at: conversation.startedAt,
        updated_at: readAt ?? conversation.startedAt,
      };
    });
    return { total: rows.length, rows };
  },
});

/** Who has got and read the last messages. */
export const readReceiptsSeed = defineTenantSeed({
  name: 'read receipts',
  collection: readReceipts,
  plan: (context) => {
    const rows = everyMembership(context).flatMap(({ messages, member, readUpTo, conversation }) =>
      conversation.type === 'channel'
        ? []
        : messages
            .slice(-WITH_RECEIPTS)
            .filter(({ from }) => from !== null && from.userId !== member.userId)
            .map((message) => receipt(context, { message, member, isRead: message.sequence <= readUpTo })),
    );
    return { total: rows.length, rows };
  },
});

interface ReadUpTo {
  readonly conversation: SeededConversation;
  readonly messages: readonly SeededMessage[];
  readonly member: CastMember;
  readonly readUpTo: number;
}

/** Every member of every conversation. What somebody sent they have read. */
function everyMembership(context: TenantSeedContext): readonly ReadUpTo[] {
  return seededConversations(context).flatMap((conversation) => {
    const messages = seededMessages(context)[conversation.index] ?? [];
    return conversation.members.map((member) => {
      const unread = context.number(UNREAD, 'unread', conversation.index, member.index);
      const own = messages.findLast(({ from }) => from?.userId === member.userId)?.sequence ?? 0;
      return { conversation, messages, member, readUpTo: Math.max(own, conversation.messageCount - unread, 0) };
    });
  });
}

function receipt(
  context: TenantSeedContext,
  { message, member, isRead }: { message: SeededMessage; member: CastMember; isRead: boolean },
): SeedRow<typeof readReceipts> {
  const readAt = isRead ? readAtOf(message) : null;
  return {
    receipt_id: context.rowId('receipt', message.messageId, member.index),
    message_id: message.messageId,
    conversation_id: message.conversation.conversationId,
    user_id: member.userId,
    device_id: member.deviceId,
    status: isRead ? 'read' : 'delivered',
    delivered_at: message.at,
    read_at: readAt,
    is_visible: true,
    expires_at: new Date(message.at.getTime() + KEPT_DAYS * 86_400_000),
    created_at: message.at,
    updated_at: readAt ?? message.at,
  };
}

function readAtOf({ at }: SeededMessage): Date {
  return new Date(at.getTime() + READ_AFTER_MS);
}
