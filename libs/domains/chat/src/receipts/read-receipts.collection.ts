import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, z } from '@caas/schema';

/** Who has got and read a message, in conversations of up to 100 members. Detail that may go: the truth is `read_states`. */
export const readReceipts = defineCollection({
  name: 'read_receipts',
  scope: 'tenant',
  id: { field: 'receipt_id', prefix: 'row' },
  description: 'Per message and user, whether it was delivered and read',
  schema: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    device_id: idOf('dev').nullable(),
    /** Never moves back. */
    status: z.enum(['delivered', 'read']),
    delivered_at: bsonDate().nullable(),
    read_at: bsonDate().nullable(),
    /** The user's `show_read_receipts` when it was written. */
    is_visible: z.boolean(),
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'message_user_unique', keys: { tenant_id: 1, message_id: 1, user_id: 1 }, unique: true },
    { name: 'conversation_user_status', keys: { tenant_id: 1, conversation_id: 1, user_id: 1, status: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type ReadReceipt = DocumentOf<typeof readReceipts>;
