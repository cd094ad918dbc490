import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { actor } from '@caas/identity';
import { bsonDate, idOf, text, z } from '@caas/schema';

/** Warnings and bans in a group, in the order in which they were given. Entries stay when what they say has run out. */
export const groupModerationLog = defineCollection({
  name: 'group_moderation_log',
  scope: 'tenant',
  id: { field: 'entry_id', prefix: 'row' },
  description: 'Warnings and bans in groups',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    kind: z.enum(['warning', 'ban', 'unban']),
    reason: text({ max: 500 }).nullable(),
    by: actor,
    /** Until when the warning or ban holds; null for good. No time to live. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'conversation_created', keys: { tenant_id: 1, conversation_id: 1, created_at: -1, entry_id: -1 } },
    { name: 'user_created', keys: { tenant_id: 1, user_id: 1, created_at: -1, entry_id: -1 } },
  ],
});

export type GroupModerationEntry = DocumentOf<typeof groupModerationLog>;
