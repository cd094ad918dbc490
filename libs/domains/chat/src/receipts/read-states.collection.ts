import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int32, int64, z } from '@caas/schema';

/**
 * How far a user has read a conversation: everything up to `last_read_sequence`. Unread is the conversation's `last_sequence` less that. Only
 * ever moves forward, and one's own sends move it.
 */
export const readStates = defineCollection({
  name: 'read_states',
  scope: 'tenant',
  id: { field: 'read_state_id', prefix: 'row' },
  description: 'How far each user has read each conversation',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    last_read_sequence: int64({ min: 0 }),
    last_read_message_id: idOf('msg').nullable(),
    last_read_at: bsonDate().nullable(),
    last_delivered_sequence: int64({ min: 0 }),
    last_delivered_at: bsonDate().nullable(),
    unread_mentions: int32({ min: 0 }),
    /** The last mention that was counted, so that none counts twice; absent before the first one. */
    last_mention_sequence: int64({ min: 0 }).optional(),
  }),
  indexes: [
    { name: 'conversation_user_unique', keys: { tenant_id: 1, conversation_id: 1, user_id: 1 }, unique: true },
    { name: 'user', keys: { tenant_id: 1, user_id: 1 } },
  ],
});

export type ReadState = DocumentOf<typeof readStates>;

/** Watermarks of somebody who has got and read nothing yet. */
export const NOTHING_READ = {
  last_read_sequence: 0,
  last_read_message_id: null,
  last_read_at: null,
  last_delivered_sequence: 0,
  last_delivered_at: null,
  unread_mentions: 0,
} as const satisfies Partial<ReadState>;
