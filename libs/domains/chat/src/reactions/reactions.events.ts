import { defineEvent } from '@caas/messaging-kafka';
import { idOf, text, timestampMs, z } from '@caas/schema';
import { emojiKey } from './emoji.js';

const about = { message_id: idOf('msg'), conversation_id: idOf('conv'), user_id: idOf('usr'), emoji: emojiKey() };

/** A user reacted to a message. `emoji` is in NFC, or the id of a custom one. */
export const reactionAdded = defineEvent({
  type: 'reaction.added',
  version: '1.0.0',
  key: 'user_id',
  description: 'A user reacted to a message',
  payload: z.strictObject({
    ...about,
    emoji_type: z.enum(['unicode', 'custom', 'sticker']),
    custom_emoji_id: text({ min: 1, max: 64 }).optional(),
    added_at: timestampMs(),
  }),
});

/** A user took a reaction back. */
export const reactionRemoved = defineEvent({
  type: 'reaction.removed',
  version: '1.0.0',
  key: 'user_id',
  description: 'A user took a reaction back',
  payload: z.strictObject({ ...about, removed_at: timestampMs() }),
});

/** Facts about reactions, in the order of each user. */
export const REACTION_EVENTS = [reactionAdded, reactionRemoved] as const;
