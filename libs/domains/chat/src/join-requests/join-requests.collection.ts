import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, text, z } from '@caas/schema';

/** Who asks to be let into a conversation whose settings want an approval. One row per user and conversation; asking again reopens it. */
export const joinRequests = defineCollection({
  name: 'join_requests',
  scope: 'tenant',
  id: { field: 'join_request_id', prefix: 'row' },
  description: 'Users who ask to be let into a conversation',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    status: z.enum(['pending', 'approved', 'rejected']),
    message: text({ max: 500 }).nullable(),
    requested_at: bsonDate(),
    decided_by: text({ min: 1, max: 100 }).nullable(),
    decided_at: bsonDate().nullable(),
    /** When a decided request is forgotten; null while it is open. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'conversation_user_unique', keys: { tenant_id: 1, conversation_id: 1, user_id: 1 }, unique: true },
    { name: 'conversation_status_requested', keys: { tenant_id: 1, conversation_id: 1, status: 1, requested_at: -1 } },
    { name: 'user_requested', keys: { tenant_id: 1, user_id: 1, requested_at: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type JoinRequest = DocumentOf<typeof joinRequests>;
