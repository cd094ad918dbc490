import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { actor } from '@caas/identity';
import { bsonDate, freeForm, hexColor, idOf, int32, int64, text, z } from '@caas/schema';
import { MESSAGE_TYPES } from '../messages/message-content.js';
import { memberFields } from './member-shape.js';

export const CONVERSATION_TYPES = ['direct', 'group', 'channel'] as const;
export type ConversationType = (typeof CONVERSATION_TYPES)[number];

/** Members that a conversation holds itself: 100 active and 50 former ones. */
export const PARTICIPANTS_MAX = 150;
export const ACTIVE_PARTICIPANTS_MAX = 100;
export const PINNED_MESSAGES_MAX = 50;

const counter = int64({ min: 0 });

const participant = z.strictObject({
  ...memberFields,
  joined_at: bsonDate(),
  invited_by: actor.nullable(),
  left_at: bsonDate().nullable(),
  removed_at: bsonDate().nullable(),
  /** Of a banned one: null for good, or absent. One that has run out counts for nothing. */
  banned_until: bsonDate().nullable().optional(),
  /** History is visible from here on when the conversation restricts it. */
  joined_sequence: int64({ min: 0 }),
});

const metadata = z.strictObject({
  name: text({ min: 1, max: 100 }).nullable(),
  description: text({ max: 1_000 }).nullable(),
  avatar_url: text({ max: 2_048 }).nullable(),
  theme: z.strictObject({ background_url: text({ max: 2_048 }).nullable(), color: hexColor().nullable() }).nullable(),
  /** Groups and channels only. */
  settings: z
    .strictObject({
      join_approval_required: z.boolean(),
      only_admins_can_message: z.boolean(),
      only_admins_can_add_members: z.boolean(),
      /** 0 for ever. */
      message_retention_days: int32({ min: 0 }),
      slow_mode_seconds: int32({ min: 0, max: 21_600 }),
      disappearing_seconds: int32({ min: 0 }),
    })
    .nullable(),
  custom: freeForm().nullable(),
});

const lastMessage = z.strictObject({
  message_id: idOf('msg'),
  sequence: int64({ min: 1 }),
  sender_id: idOf('usr').nullable(),
  sender_name: text({ max: 100 }).nullable(),
  content_type: z.enum(MESSAGE_TYPES),
  /** Null when encrypted, and where nothing is said in words. */
  content_preview: text({ max: 100 }).nullable(),
  sent_at: bsonDate(),
  is_encrypted: z.boolean(),
});

const encryption = z.strictObject({
  enabled: z.boolean(),
  protocol: z.enum(['signal', 'sender_key']).nullable(),
  group_key_id: text({ min: 1, max: 64 }).nullable(),
  key_version: int32({ min: 0 }),
  last_key_rotation_at: bsonDate().nullable(),
});

/** Direct, group and channel conversations with their members. */
export const conversations = defineCollection({
  name: 'conversations',
  scope: 'tenant',
  id: { field: 'conversation_id', prefix: 'conv' },
  softDelete: true,
  preImages: true,
  description: 'Direct, group and channel conversations',
  schema: z.strictObject({
    type: z.enum(CONVERSATION_TYPES),
    /** Direct only: the two user ids, sorted; unique, so that a pair has one conversation. */
    direct_key: z
      .string()
      .regex(/^usr_[0-9a-z]{26}:usr_[0-9a-z]{26}$/)
      .nullable(),
    /** Where the members are: here up to 100 active ones, beyond and in channels in `group_members`. The switch goes one way. */
    membership: z.enum(['embedded', 'collection']),
    participants: z.array(participant).max(PARTICIPANTS_MAX),
    metadata,
    /** Channels only. */
    channel: z.strictObject({ is_public: z.boolean(), subscriber_count: counter }).nullable(),
    created_by: actor,
    /** Highest number given to a message; raised by the persistence pipeline only. */
    last_sequence: int64({ min: 0 }),
    last_message: lastMessage.nullable(),
    /** Time of the last message; the order of lists. `updated_at` moves with every change of a setting. */
    last_activity_at: bsonDate(),
    pinned_messages: z.array(z.strictObject({ message_id: idOf('msg'), pinned_by: actor, pinned_at: bsonDate() })).max(PINNED_MESSAGES_MAX),
    stats: z.strictObject({ message_count: counter, media_count: counter, file_count: counter, participant_count: counter }),
    /** The group key is rotated when a member leaves. */
    encryption,
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
    {
      name: 'public_channels',
      keys: { tenant_id: 1, 'channel.is_public': 1, 'channel.subscriber_count': -1, conversation_id: -1 },
      partial: { type: 'channel' },
    },
  ],
});

export type Conversation = DocumentOf<typeof conversations>;
