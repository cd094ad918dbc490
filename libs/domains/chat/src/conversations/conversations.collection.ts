import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, idOf, int32, int64, text, z } from '@caas/schema';
import { MESSAGE_TYPES } from '../messages/message-content.js';

export const CONVERSATION_TYPES = ['direct', 'group', 'channel'] as const;
export type ConversationType = (typeof CONVERSATION_TYPES)[number];

/** Roles in a conversation, from the highest. */
export const CONVERSATION_ROLES = ['owner', 'admin', 'moderator', 'member', 'subscriber'] as const;
export type ConversationRole = (typeof CONVERSATION_ROLES)[number];

/** Members that a conversation holds itself: 100 active and 50 former ones. */
export const PARTICIPANTS_MAX = 150;
export const ACTIVE_PARTICIPANTS_MAX = 100;

/** Direct, group and channel conversations with their members. */
export const conversations = defineCollection({
  name: 'conversations',
  scope: 'tenant',
  id: { field: 'conversation_id', prefix: 'conv' },
  softDelete: true,
  description: 'Direct, group and channel conversations',
  schema: z.strictObject({
    type: z.enum(CONVERSATION_TYPES),
    /** Direct only: the two user ids, sorted; unique, so that a pair has one conversation. */
    direct_key: z
      .string()
      .regex(/^usr_[0-9a-z]{26}:usr_[0-9a-z]{26}$/)
      .nullable(),
    participants: z
      .array(
        z.strictObject({
          user_id: idOf('usr'),
          external_user_id: text({ max: 255 }),
          display_name: text({ max: 100 }),
          avatar_url: text({ max: 2_048 }).nullable(),
          role: z.enum(CONVERSATION_ROLES),
          status: z.enum(['active', 'left', 'removed', 'banned']),
          joined_at: bsonDate(),
          joined_sequence: int64({ min: 0 }),
        }),
      )
      .max(PARTICIPANTS_MAX),
    metadata: z.strictObject({
      name: text({ min: 1, max: 100 }).nullable(),
      description: text({ max: 1_000 }).nullable(),
      custom: freeForm().nullable(),
    }),
    created_by: text({ min: 1, max: 100 }),
    /** Highest number given to a message; raised by the persistence pipeline only. */
    last_sequence: int64({ min: 0 }),
    last_message: z
      .strictObject({
        message_id: idOf('msg'),
        sequence: int64({ min: 1 }),
        sender_id: idOf('usr').nullable(),
        sender_name: text({ max: 100 }).nullable(),
        content_type: z.enum(MESSAGE_TYPES),
        content_preview: text({ max: 100 }).nullable(),
        sent_at: bsonDate(),
      })
      .nullable(),
    last_activity_at: bsonDate(),
    stats: z.strictObject({ message_count: int64({ min: 0 }), participant_count: int32({ min: 0 }) }),
    status: z.enum(['active', 'archived', 'deleted']),
  }),
  // Lists end with the id, which breaks ties of their order; without it the server would sort in memory.
  indexes: [
    { name: 'direct_key_unique', keys: { tenant_id: 1, direct_key: 1 }, unique: true, partial: { direct_key: { $type: 'string' } } },
    {
      name: 'participant_activity',
      keys: { tenant_id: 1, 'participants.user_id': 1, 'participants.status': 1, last_activity_at: -1, conversation_id: -1 },
    },
    { name: 'status_activity', keys: { tenant_id: 1, status: 1, last_activity_at: -1, conversation_id: -1 } },
    { name: 'type_activity', keys: { tenant_id: 1, type: 1, last_activity_at: -1, conversation_id: -1 } },
  ],
});

export type Conversation = DocumentOf<typeof conversations>;
