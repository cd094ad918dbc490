import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { snapshotOf } from '@caas/identity/seeds';
import { messageHides } from '../messages/message-hides.collection.js';
import { messages } from '../messages/messages.collection.js';
import { contentOf, originalOf } from './message-words.js';
import { messageIdOf, type SeededMessage, seededMessages } from './seeded-messages.js';

type Row = SeedRow<typeof messages>;

const NOBODY = { user_id: null, external_user_id: null, display_name: null, avatar_url: null };
const EDITED_AFTER_MS = 45_000;

/** Messages of every kind. */
export const messagesSeed = defineTenantSeed({
  name: 'messages',
  collection: messages,
  plan: (context) => {
    const all = seededMessages(context);
    return { total: all.reduce((sum, { length }) => sum + length, 0), rows: rowsOf(context, all) };
  },
});

/** A message that somebody deleted for themselves, in every conversation with a scene. */
export const messageHidesSeed = defineTenantSeed({
  name: 'message hides',
  collection: messageHides,
  plan: (context) => {
    const hidden = seededMessages(context).flatMap((own) =>
      own.filter(({ sequence, conversation }) => sequence === 4 && conversation.scene !== undefined),
    );
    return {
      total: hidden.length,
      rows: hidden.map(({ messageId, conversation, sequence, at }) => ({
        hide_id: context.rowId('hide', messageId),
        user_id: conversation.members.at(-1)!.userId,
        conversation_id: conversation.conversationId,
        message_id: messageId,
        sequence,
        expires_at: null,
        created_at: new Date(at.getTime() + 60_000),
      })),
    };
  },
});

function* rowsOf(context: TenantSeedContext, all: readonly (readonly SeededMessage[])[]): Iterable<Row> {
  for (const own of all) for (const message of own) yield row(context, message, own);
}

function row(context: TenantSeedContext, message: SeededMessage, own: readonly SeededMessage[]): Row {
  const { conversation, sequence, from, at, kind } = message;
  const erasedAt = kind === 'erased' ? new Date(at.getTime() + EDITED_AFTER_MS) : null;
  const editedAt = message.isEdited === true ? new Date(at.getTime() + EDITED_AFTER_MS) : null;
  const original = editedAt === null ? null : originalOf(context, message);
  return {
    message_id: message.messageId,
    conversation_id: conversation.conversationId,
    sequence,
    sender: {
      ...(from === null ? NOBODY : snapshotOf(from)),
      kind: from === null ? 'system' : 'user',
      device_id: from?.deviceId ?? null,
      bot_id: null,
    },
    content: contentOf(context, message),
    thread: threadOf(context, message, own),
    forwarded: message.isForwarded === true ? forwardedOf(context, message) : null,
    reactions_summary: summaryOf(message),
    delivery: { status: 'sent', sent_at: at, failed_reason: null },
    edit: {
      is_edited: editedAt !== null,
      edited_at: editedAt,
      edit_count: editedAt === null ? 0 : 1,
      original,
      history: original === null ? [] : [{ content: original, edited_at: at }],
    },
    deletion: erasedAt === null ? null : { type: 'sender', reason: null },
    metadata: {
      client_message_id: from === null ? null : `seed-${context.seed}-${conversation.index}-${sequence}`,
      event_id: context.id('evt', conversation.index, sequence),
      reply_to_story_id: null,
      flags: [],
      custom: null,
    },
    expires_at: null,
    created_at: at,
    updated_at: erasedAt ?? editedAt ?? at,
    deleted_at: erasedAt,
    deleted_by: erasedAt === null ? null : (from?.userId ?? null),
  };
}

function threadOf(
  context: TenantSeedContext,
  { conversation, sequence, rootSequence, parentSequence }: SeededMessage,
  own: readonly SeededMessage[],
): Row['thread'] {
  const replies = own.filter((message) => message.rootSequence === sequence);
  return {
    root_message_id: rootSequence === undefined ? null : messageIdOf(context, conversation, rootSequence),
    parent_message_id: parentSequence === undefined ? null : messageIdOf(context, conversation, parentSequence),
    reply_count: replies.length,
    last_reply_at: replies.at(-1)?.at ?? null,
    last_repliers: [...new Set(replies.toReversed().map(({ from }) => from!.userId))].slice(0, 3),
  };
}

/** Out of the group that the first scene is in. */
function forwardedOf(context: TenantSeedContext, { at }: SeededMessage): Row['forwarded'] {
  const source = seededMessages(context)[0]?.[1];
  if (source === undefined) return null;
  return {
    original_message_id: source.messageId,
    original_sender_name: source.from?.displayName ?? null,
    original_conversation_id: source.conversation.conversationId,
    forwarded_at: at,
  };
}

/** What {@link reactionsSeed} writes, counted. */
function summaryOf({ reactions }: SeededMessage): Row['reactions_summary'] {
  const byEmoji: Record<string, number> = {};
  for (const { emoji } of reactions) byEmoji[emoji] = (byEmoji[emoji] ?? 0) + 1;
  return { total_count: reactions.length, by_emoji: byEmoji };
}
