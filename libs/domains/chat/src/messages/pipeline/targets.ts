import { type Mongo } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { typeOf } from '../encrypted-content.js';
import { type MessageType } from '../message-content.js';
import { messages } from '../messages.collection.js';
import { contentTypeOf } from '../stored-content.js';
import { changesOf, type MessageItem, sendsOf } from './message-item.js';

/** A message that another one answers to, or that is to be changed. */
export interface Target {
  readonly conversationId: string;
  readonly senderId: string | null;
  readonly type: MessageType;
  readonly isEncrypted: boolean;
  readonly isDeleted: boolean;
  readonly sentAt: number;
  readonly expiresAt: number | null;
  readonly editedAt: number | null;
  /** The thread that it is in; null for one that is in none, or begins one. */
  readonly rootMessageId: string | null;
}

/** Messages that a batch refers to, as they are stored; one query. `undefined` when it refers to nothing. */
export async function storedTargets(
  mongo: Mongo,
  tenant: TenantContext,
  items: readonly MessageItem[],
): Promise<Map<string, Target> | undefined> {
  const asked = new Set<string | null>();
  for (const { work } of sendsOf(items)) asked.add(work.message.rootMessageId).add(work.message.parentMessageId);
  for (const { work } of changesOf(items)) asked.add(work.change.messageId);
  const ids = [...asked].filter((id) => id !== null);
  if (ids.length === 0) return undefined;
  const rows = await mongo
    .forTenant(tenant)
    .repository(messages)
    .findExisting(ids, ['conversation_id', 'sender', 'content', 'deletion', 'delivery', 'expires_at', 'edit', 'thread']);
  return new Map(
    [...rows].map(([id, row]) => [
      id,
      {
        conversationId: row.conversation_id,
        senderId: row.sender.user_id,
        type: contentTypeOf(row.content),
        isEncrypted: row.content.type === 'encrypted',
        isDeleted: row.deletion !== null,
        sentAt: row.delivery.sent_at.getTime(),
        expiresAt: row.expires_at?.getTime() ?? null,
        editedAt: row.edit.edited_at?.getTime() ?? null,
        rootMessageId: row.thread.root_message_id,
      },
    ]),
  );
}

/** A message of the same batch, which will be stored before anything that refers to it. */
export function targetOf({ work }: MessageItem): Target | undefined {
  if (work.kind !== 'sent') return undefined;
  const { conversationId, senderId, content, acceptedAt, expiresAt, rootMessageId } = work.message;
  return {
    conversationId,
    senderId,
    type: typeOf(content),
    isEncrypted: content.type === 'encrypted',
    isDeleted: false,
    sentAt: acceptedAt,
    expiresAt,
    editedAt: null,
    rootMessageId,
  };
}
