import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, idOf, text, z } from '@caas/schema';

/** What a user can be told about. */
export const NOTIFICATION_TYPES = ['new_message', 'mention', 'reaction', 'system', 'call_missed', 'group_invite'] as const;

/** The list that a user sees in the app. A tenant's rows, since they hold what its users wrote. */
export const notifications = defineCollection({
  name: 'notifications',
  scope: 'tenant',
  id: { field: 'notification_id', prefix: 'ntf' },
  description: 'What a user is told in the app, kept for 30 days',
  schema: z.strictObject({
    user_id: idOf('usr'),
    type: z.enum(NOTIFICATION_TYPES),
    title: text({ min: 1, max: 100 }),
    body: text({ max: 500 }),
    /** For the app: what to open. */
    data: freeForm().nullable(),
    /** The event that it came from; a replay makes no second one. Null for one that a tenant's server sent. */
    event_id: idOf('evt').nullable(),
    read: z.boolean(),
    read_at: bsonDate().nullable(),
    expires_at: bsonDate(),
  }),
  // Lists end with the id, which breaks ties of their order; without it the server would sort in memory.
  indexes: [
    { name: 'user_created', keys: { tenant_id: 1, user_id: 1, created_at: -1, notification_id: -1 } },
    {
      name: 'user_unread',
      keys: { tenant_id: 1, user_id: 1, created_at: -1 },
      partial: { read: false },
    },
    {
      name: 'event_once',
      keys: { tenant_id: 1, user_id: 1, event_id: 1 },
      unique: true,
      partial: { event_id: { $type: 'string' } },
    },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type Notification = DocumentOf<typeof notifications>;
