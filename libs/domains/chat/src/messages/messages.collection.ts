import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, idOf, int32, int64, text, z } from '@caas/schema';
import { messageContent } from './message-content.js';

/** One row per message. Written by the persistence pipeline only; ordered by `sequence` inside a conversation. */
export const messages = defineCollection({
  name: 'messages',
  scope: 'tenant',
  id: { field: 'message_id', prefix: 'msg' },
  softDelete: true,
  description: 'One row per message',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    sequence: int64({ min: 1 }),
    sender: z.strictObject({
      kind: z.enum(['user', 'bot', 'system']),
      user_id: idOf('usr').nullable(),
      external_user_id: text({ max: 255 }).nullable(),
      display_name: text({ max: 100 }).nullable(),
      avatar_url: text({ max: 2_048 }).nullable(),
    }),
    content: messageContent,
    thread: z.strictObject({
      root_message_id: idOf('msg').nullable(),
      parent_message_id: idOf('msg').nullable(),
      reply_count: int32({ min: 0 }),
    }),
    reactions_summary: z.strictObject({
      total_count: int32({ min: 0 }),
      by_emoji: z.record(z.string().regex(/^[^$.]{1,64}$/u), int32({ min: 0 })),
    }),
    delivery: z.strictObject({ status: z.enum(['sent', 'failed']), sent_at: bsonDate(), failed_reason: text({ max: 500 }).nullable() }),
    edit: z.strictObject({ is_edited: z.boolean(), edited_at: bsonDate().nullable(), edit_count: int32({ min: 0 }) }),
    metadata: z.strictObject({
      client_message_id: text({ min: 1, max: 64 }).nullable(),
      event_id: idOf('evt'),
      custom: freeForm().nullable(),
    }),
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'conversation_sequence_unique', keys: { tenant_id: 1, conversation_id: 1, sequence: -1 }, unique: true },
    { name: 'conversation_created', keys: { tenant_id: 1, conversation_id: 1, created_at: -1 } },
    { name: 'sender_created', keys: { tenant_id: 1, 'sender.user_id': 1, created_at: -1 } },
    {
      name: 'sender_client_message_id_unique',
      keys: { tenant_id: 1, 'sender.user_id': 1, 'metadata.client_message_id': 1 },
      unique: true,
      partial: { 'metadata.client_message_id': { $type: 'string' } },
    },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type StoredMessage = DocumentOf<typeof messages>;
