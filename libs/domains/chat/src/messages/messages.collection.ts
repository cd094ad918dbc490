import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { userSnapshot } from '@caas/identity';
import { bsonDate, freeForm, idOf, int32, int64, recordOf, text, z } from '@caas/schema';
import { EMOJI_PER_MESSAGE_MAX, emojiKey } from '../reactions/emoji.js';
import { storedContent } from './stored-content.js';
import { HASHTAG_LENGTH_MAX, HASHTAGS_MAX, LINK_LENGTH_MAX, LINKS_MAX } from './text-facts.js';

/** Versions before the present one that are kept. */
export const EDIT_HISTORY_MAX = 10;

/** Whoever sent it, as they were then; a system message has no user. */
const sender = z.strictObject({
  ...userSnapshot,
  kind: z.enum(['user', 'bot', 'system']),
  user_id: userSnapshot.user_id.nullable(),
  external_user_id: userSnapshot.external_user_id.nullable(),
  display_name: userSnapshot.display_name.nullable(),
  device_id: idOf('dev').nullable(),
  bot_id: text({ min: 1, max: 64 }).nullable(),
});

/** `root_message_id`: the thread that it belongs to. `parent_message_id`: the message that it quotes. The counts are of a root. */
const thread = z.strictObject({
  root_message_id: idOf('msg').nullable(),
  parent_message_id: idOf('msg').nullable(),
  reply_count: int32({ min: 0 }),
  last_reply_at: bsonDate().nullable(),
  last_repliers: z.array(idOf('usr')).max(3),
});

/** `original_conversation_id` is never shown to those who are not in it. */
const forwarded = z.strictObject({
  original_message_id: idOf('msg'),
  original_sender_name: text({ max: 100 }).nullable(),
  original_conversation_id: idOf('conv'),
  forwarded_at: bsonDate(),
});

const edit = z.strictObject({
  is_edited: z.boolean(),
  edited_at: bsonDate().nullable(),
  edit_count: int32({ min: 0 }),
  original: storedContent.nullable(),
  /** The latest ones. */
  history: z.array(z.strictObject({ content: storedContent, edited_at: bsonDate() })).max(EDIT_HISTORY_MAX),
});

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
    sender,
    content: storedContent,
    thread,
    forwarded: forwarded.nullable(),
    /** Who reacted is in `reactions`. */
    reactions_summary: z.strictObject({
      total_count: int32({ min: 0 }),
      by_emoji: recordOf(int32({ min: 0 }), { key: emojiKey(), maxKeys: EMOJI_PER_MESSAGE_MAX }),
    }),
    /** Delivered and read follow from `read_states`. */
    delivery: z.strictObject({ status: z.enum(['sent', 'failed']), sent_at: bsonDate(), failed_reason: text({ max: 500 }).nullable() }),
    edit,
    /** Beside `deleted_at`: the content is erased, the row stays in the history. */
    deletion: z
      .strictObject({ type: z.enum(['sender', 'admin', 'system', 'retention']), reason: text({ max: 500 }).nullable() })
      .nullable(),
    metadata: z.strictObject({
      client_message_id: text({ min: 1, max: 64 }).nullable(),
      event_id: idOf('evt'),
      reply_to_story_id: idOf('post').nullable(),
      flags: z.array(text({ min: 1, max: 50 })).max(20),
      custom: freeForm().nullable(),
      /** What the pipeline found in the text; absent where it found nothing. */
      links: z
        .array(text({ max: LINK_LENGTH_MAX }))
        .max(LINKS_MAX)
        .optional(),
      hashtags: z
        .array(text({ max: HASHTAG_LENGTH_MAX }))
        .max(HASHTAGS_MAX)
        .optional(),
      word_count: int32({ min: 0 }).optional(),
    }),
    /** The earliest of the disappearing timer and the retention rules; what depends on the message has a copy. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'conversation_sequence_unique', keys: { tenant_id: 1, conversation_id: 1, sequence: -1 }, unique: true },
    { name: 'conversation_created', keys: { tenant_id: 1, conversation_id: 1, created_at: -1 } },
    { name: 'sender_created', keys: { tenant_id: 1, 'sender.user_id': 1, created_at: -1 } },
    {
      name: 'thread_sequence',
      keys: { tenant_id: 1, 'thread.root_message_id': 1, sequence: 1 },
      partial: { 'thread.root_message_id': { $type: 'string' } },
    },
    {
      name: 'sender_client_message_id_unique',
      keys: { tenant_id: 1, 'sender.user_id': 1, 'metadata.client_message_id': 1 },
      unique: true,
      partial: { 'metadata.client_message_id': { $type: 'string' } },
    },
    {
      name: 'mentioned_created',
      keys: { tenant_id: 1, 'content.mentions.user_id': 1, created_at: -1 },
      partial: { 'content.mentions.user_id': { $type: 'string' } },
    },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
    { name: 'content_text', keys: { tenant_id: 1, 'content.text': 'text' } },
  ],
});

export type StoredMessage = DocumentOf<typeof messages>;
