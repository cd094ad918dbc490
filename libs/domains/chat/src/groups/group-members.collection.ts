import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { actor } from '@caas/identity';
import { bsonDate, idOf, int64, text, z } from '@caas/schema';
import { memberFields } from '../conversations/member-shape.js';

/** Members of conversations whose `membership` is `collection`; for those this is the truth, and `participants` is empty. */
export const groupMembers = defineCollection({
  name: 'group_members',
  scope: 'tenant',
  id: { field: 'member_id', prefix: 'row' },
  description: 'Members of large groups and of channels',
  schema: z.strictObject({
    conversation_id: idOf('conv'),
    ...memberFields,
    activity: z.strictObject({
      joined_at: bsonDate(),
      /** History is visible from here on when the conversation restricts it. */
      joined_sequence: int64({ min: 0 }),
      invited_by: actor.nullable(),
      last_message_at: bsonDate().nullable(),
      message_count: int64({ min: 0 }),
    }),
    departure: z
      .strictObject({
        left_at: bsonDate().nullable(),
        removed_at: bsonDate().nullable(),
        removed_by: actor.nullable(),
        removal_reason: text({ max: 500 }).nullable(),
        /** Null while banned: for good. */
        banned_until: bsonDate().nullable(),
      })
      .nullable(),
  }),
  indexes: [
    { name: 'conversation_user_unique', keys: { tenant_id: 1, conversation_id: 1, user_id: 1 }, unique: true },
    { name: 'conversation_status_role', keys: { tenant_id: 1, conversation_id: 1, status: 1, role: 1, member_id: 1 } },
    { name: 'user_status', keys: { tenant_id: 1, user_id: 1, status: 1 } },
  ],
});

export type GroupMember = DocumentOf<typeof groupMembers>;
