import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, httpUrl, idOf, text, z } from '@caas/schema';
import { emojiKey } from './emoji.js';

/** One row per user, message and emoji; the message's `reactions_summary` counts them in the same transaction. */
export const reactions = defineCollection({
  name: 'reactions',
  scope: 'tenant',
  id: { field: 'reaction_id', prefix: 'row' },
  description: 'Reactions to messages, one row per user, message and emoji',
  schema: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    emoji: emojiKey(),
    emoji_type: z.enum(['unicode', 'custom', 'sticker']),
    /** Custom ones and stickers only. */
    custom_emoji_id: text({ min: 1, max: 64 }).nullable(),
    custom_emoji_url: httpUrl({ httpsOnly: true }).nullable(),
    /** The message's. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'message_user_emoji_unique', keys: { tenant_id: 1, message_id: 1, user_id: 1, emoji: 1 }, unique: true },
    { name: 'message_emoji', keys: { tenant_id: 1, message_id: 1, emoji: 1 } },
    { name: 'user_created', keys: { tenant_id: 1, user_id: 1, created_at: -1, reaction_id: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type Reaction = DocumentOf<typeof reactions>;
