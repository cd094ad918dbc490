import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, text, z } from '@caas/schema';

/** What the admins of a group have to say to all of it. */
export const groupAnnouncements = defineCollection({
  name: 'group_announcements',
  scope: 'tenant',
  id: { field: 'announcement_id', prefix: 'ann' },
  description: 'Announcements of groups',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    title: text({ min: 1, max: 200 }),
    content: text({ min: 1, max: 4_000 }),
    author_id: idOf('usr'),
    pinned: z.boolean(),
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'conversation_created', keys: { tenant_id: 1, conversation_id: 1, created_at: -1, announcement_id: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type GroupAnnouncement = DocumentOf<typeof groupAnnouncements>;
