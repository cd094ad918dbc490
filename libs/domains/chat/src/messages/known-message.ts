import { type JsonObject } from '@caas/schema';
import { fromContentResource } from './content.resource.js';
import { type MessageContent, type MessageType } from './message-content.js';
import { type MessageResource } from './messages.resource.js';
import { type StoredMessage } from './messages.collection.js';
import { contentTypeOf, plainContentOf } from './stored-content.js';

/** A message that is stored, or accepted and on its way there, as whatever acts on it needs it. */
export interface KnownMessage {
  readonly messageId: string;
  readonly conversationId: string;
  readonly senderId: string | null;
  readonly type: MessageType;
  /** What it says in clear; null when it is encrypted or erased. */
  readonly content: MessageContent | null;
  readonly custom: JsonObject | null;
  readonly isEncrypted: boolean;
  readonly isDeleted: boolean;
  readonly isRejected: boolean;
  readonly rootMessageId: string | null;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly editedAt: number | null;
  readonly expiresAt: number | null;
  /** Where it lies: the row, or what was accepted. */
  readonly source:
    { readonly stored: StoredMessage; readonly recent?: never } | { readonly recent: MessageResource; readonly stored?: never };
}

export function knownFromStore(stored: StoredMessage): KnownMessage {
  return {
    messageId: stored.message_id,
    conversationId: stored.conversation_id,
    senderId: stored.sender.user_id,
    type: contentTypeOf(stored.content),
    content: plainContentOf(stored.content),
    custom: stored.metadata.custom,
    isEncrypted: stored.content.type === 'encrypted',
    isDeleted: stored.deletion !== null,
    isRejected: false,
    rootMessageId: stored.thread.root_message_id,
    sentAt: stored.delivery.sent_at.getTime(),
    editedAt: stored.edit.edited_at?.getTime() ?? null,
    expiresAt: stored.expires_at?.getTime() ?? null,
    source: { stored },
  };
}

export function knownFromRecent(recent: MessageResource): KnownMessage {
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  return {
    messageId: recent.message_id,
    conversationId: recent.conversation_id,
    senderId: recent.sender.user_id,
    type: recent.type,
    content: recent.content === null ? null : fromContentResource(recent.content, recent.mentions),
    custom: recent.metadata,
    isEncrypted: recent.content?.type === 'encrypted',
    isDeleted: recent.deleted.is_deleted,
    isRejected: recent.status === 'rejected',
    rootMessageId: recent.root_message_id,
    sentAt: Date.parse(recent.created_at),
    editedAt: time(recent.edited.edited_at),
    expiresAt: time(recent.expires_at),
    source: { recent },
  };
}
