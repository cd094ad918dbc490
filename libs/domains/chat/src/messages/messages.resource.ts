import { dateTime, freeForm, idOf, int32, int64, text, z } from '@caas/schema';
import { MESSAGE_TYPES, messageContent } from './message-content.js';
import { type StoredMessage } from './messages.collection.js';
import { contentTypeOf, plainContentOf } from './stored-content.js';

/** A message as the API shows it. `sequence` is null until it is stored. */
export const messageResource = z.strictObject({
  message_id: idOf('msg'),
  conversation_id: idOf('conv'),
  sequence: int64({ min: 1 }).nullable(),
  sender: z.strictObject({
    user_id: idOf('usr').nullable(),
    external_id: text({ max: 255 }).nullable(),
    display_name: text({ max: 100 }).nullable(),
    avatar_url: text({ max: 2_048 }).nullable(),
  }),
  type: z.enum(MESSAGE_TYPES),
  /** Null when it is end-to-end encrypted or was erased. */
  content: messageContent.nullable(),
  root_message_id: idOf('msg').nullable(),
  parent_message_id: idOf('msg').nullable(),
  reply_count: int32({ min: 0 }),
  status: z.enum(['accepted', 'sent']),
  edited: z.strictObject({ is_edited: z.boolean(), edited_at: dateTime().nullable(), count: int32({ min: 0 }) }),
  deleted: z.strictObject({
    is_deleted: z.boolean(),
    at: dateTime().nullable(),
    by_type: z.enum(['sender', 'admin', 'system', 'retention']).nullable(),
  }),
  client_message_id: text({ min: 1, max: 64 }).nullable(),
  metadata: freeForm().nullable(),
  created_at: dateTime(),
  updated_at: dateTime(),
});
export type MessageResource = z.output<typeof messageResource>;

export const NOT_EDITED: MessageResource['edited'] = { is_edited: false, edited_at: null, count: 0 };
export const NOT_DELETED: MessageResource['deleted'] = { is_deleted: false, at: null, by_type: null };

export function toMessageResource(message: StoredMessage): MessageResource {
  const { sender, thread, edit, deletion } = message;
  return {
    message_id: message.message_id,
    conversation_id: message.conversation_id,
    sequence: message.sequence,
    sender: {
      user_id: sender.user_id,
      external_id: sender.external_user_id,
      display_name: sender.display_name,
      avatar_url: sender.avatar_url,
    },
    type: contentTypeOf(message.content),
    content: plainContentOf(message.content),
    root_message_id: thread.root_message_id,
    parent_message_id: thread.parent_message_id,
    reply_count: thread.reply_count,
    status: 'sent',
    edited: { is_edited: edit.is_edited, edited_at: edit.edited_at?.toISOString() ?? null, count: edit.edit_count },
    deleted: deletion === null ? NOT_DELETED : { is_deleted: true, at: message.deleted_at?.toISOString() ?? null, by_type: deletion.type },
    client_message_id: message.metadata.client_message_id,
    metadata: message.metadata.custom,
    created_at: message.created_at.toISOString(),
    updated_at: message.updated_at.toISOString(),
  };
}
