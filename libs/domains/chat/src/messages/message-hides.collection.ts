import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int64, z } from '@caas/schema';

/** Messages that one user deleted for themselves; a flag on the message would hide it from everyone. */
export const messageHides = defineCollection({
  name: 'message_hides',
  scope: 'tenant',
  id: { field: 'hide_id', prefix: 'row' },
  description: 'Messages that a user deleted for themselves',
  schema: z.strictObject({
    user_id: idOf('usr'),
    conversation_id: idOf('conv'),
    message_id: idOf('msg'),
    /** The message's, so that one range of it filters a page. */
    sequence: int64({ min: 1 }),
    /** The message's. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'user_conversation_sequence_unique', keys: { tenant_id: 1, user_id: 1, conversation_id: 1, sequence: -1 }, unique: true },
    { name: 'message', keys: { tenant_id: 1, message_id: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type MessageHide = DocumentOf<typeof messageHides>;
