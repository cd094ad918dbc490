import { type Membership } from '../conversations/conversation-directory.js';
import { type AcceptedMessage } from './message-outcome.js';
import { type Forwarded } from './messages.events.js';
import { contentTypeOf, type StoredContent, storedPreviewOf, toStoredContent } from './stored-content.js';
import { type TextFacts } from './text-facts.js';

/** A message that has its number and is about to be stored. */
export interface NumberedMessage {
  readonly message: AcceptedMessage;
  /** Absent for what CAAS itself says. */
  readonly sender: Membership | undefined;
  readonly sequence: number;
}

/** A stored message as its conversation's summary needs it. */
export interface PlacedMessage {
  readonly message: AcceptedMessage;
  /** What is stored now: a repeated message may have been edited or erased since. */
  readonly content: StoredContent;
  readonly sequence: number;
  readonly senderName: string | null;
}

/** The row of a message, with its sender as they are now. */
export function toDocument({ message, sender, sequence }: NumberedMessage) {
  const acceptedAt = new Date(message.acceptedAt);
  return {
    message_id: message.messageId,
    conversation_id: message.conversationId,
    sequence,
    sender: {
      kind: sender === undefined ? ('system' as const) : ('user' as const),
      user_id: message.senderId,
      external_user_id: sender?.externalUserId ?? null,
      display_name: sender?.displayName ?? null,
      avatar_url: sender?.avatarUrl ?? null,
      device_id: null,
      bot_id: null,
    },
    content: toStoredContent(message.content),
    thread: {
      root_message_id: message.rootMessageId,
      parent_message_id: message.parentMessageId,
      reply_count: 0,
      last_reply_at: null,
      last_repliers: [],
    },
    forwarded: message.forwarded && forwardedFields(message.forwarded, acceptedAt),
    reactions_summary: { total_count: 0, by_emoji: {} },
    delivery: { status: 'sent' as const, sent_at: acceptedAt, failed_reason: null },
    edit: { is_edited: false, edited_at: null, edit_count: 0, original: null, history: [] },
    deletion: null,
    metadata: {
      client_message_id: message.clientMessageId,
      event_id: message.eventId,
      reply_to_story_id: null,
      flags: message.silent ? ['silent'] : [],
      custom: message.custom,
      ...textFields(message.text),
    },
    expires_at: message.expiresAt === null ? null : new Date(message.expiresAt),
  };
}

/** What a list of conversations shows of its newest message. */
export function summaryOf({ message, content, sequence, senderName }: PlacedMessage) {
  return {
    message_id: message.messageId,
    sequence,
    sender_id: message.senderId,
    sender_name: senderName,
    content_type: contentTypeOf(content),
    content_preview: storedPreviewOf(content),
    sent_at: new Date(message.acceptedAt),
    is_encrypted: content.type === 'encrypted',
  };
}

function forwardedFields({ message_id, conversation_id, sender_name }: Forwarded, at: Date) {
  return {
    original_message_id: message_id,
    original_sender_name: sender_name ?? null,
    original_conversation_id: conversation_id,
    forwarded_at: at,
  };
}

/** Only what there is: most messages have neither links nor hashtags. */
function textFields(text: TextFacts | null) {
  if (text === null) return {};
  const { links, hashtags, wordCount } = text;
  return { ...(links.length > 0 && { links }), ...(hashtags.length > 0 && { hashtags }), word_count: wordCount };
}
