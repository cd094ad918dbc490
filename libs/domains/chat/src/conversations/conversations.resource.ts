import { dateTime, freeForm, idOf, int32, int64, text, z } from '@caas/schema';
import { MESSAGE_TYPES } from '../messages/message-content.js';
import { CONVERSATION_TYPES, type Conversation } from './conversations.collection.js';
import { CONVERSATION_ROLES } from './member-shape.js';

/** Members that a conversation shows without being asked for all. */
const PREVIEW_MEMBERS_MAX = 10;

/** A conversation as the API shows it. */
export const conversationResource = z.strictObject({
  conversation_id: idOf('conv'),
  type: z.enum(CONVERSATION_TYPES),
  name: text({ max: 100 }).nullable(),
  description: text({ max: 1_000 }).nullable(),
  members_preview: z
    .array(
      z.strictObject({
        user_id: idOf('usr'),
        external_id: text({ max: 255 }),
        display_name: text({ max: 100 }),
        avatar_url: text({ max: 2_048 }).nullable(),
        role: z.enum(CONVERSATION_ROLES),
      }),
    )
    .max(PREVIEW_MEMBERS_MAX),
  member_count: int32({ min: 0 }),
  /** What concerns the acting user; null for calls without one. */
  me: z.strictObject({ role: z.enum(CONVERSATION_ROLES) }).nullable(),
  last_sequence: int64({ min: 0 }),
  last_message: z
    .strictObject({
      message_id: idOf('msg'),
      sequence: int64({ min: 1 }),
      sender_id: idOf('usr').nullable(),
      type: z.enum(MESSAGE_TYPES),
      preview: text({ max: 100 }).nullable(),
      created_at: dateTime(),
    })
    .nullable(),
  metadata: freeForm().nullable(),
  status: z.enum(['active', 'archived', 'deleted']),
  created_by: text({ max: 100 }),
  last_activity_at: dateTime(),
  created_at: dateTime(),
  updated_at: dateTime(),
});
export type ConversationResource = z.output<typeof conversationResource>;

/** `userId` is the acting user, when there is one. */
export function toConversationResource(conversation: Conversation, userId?: string): ConversationResource {
  const members = conversation.participants.filter(({ status }) => status === 'active');
  const me = members.find(({ user_id }) => user_id === userId);
  const last = conversation.last_message;
  return {
    conversation_id: conversation.conversation_id,
    type: conversation.type,
    name: conversation.metadata.name,
    description: conversation.metadata.description,
    members_preview: members.slice(0, PREVIEW_MEMBERS_MAX).map((member) => ({
      user_id: member.user_id,
      external_id: member.external_user_id,
      display_name: member.display_name,
      avatar_url: member.avatar_url,
      role: member.role,
    })),
    member_count: conversation.stats.participant_count,
    me: me === undefined ? null : { role: me.role },
    last_sequence: conversation.last_sequence,
    last_message:
      last === null
        ? null
        : {
            message_id: last.message_id,
            sequence: last.sequence,
            sender_id: last.sender_id,
            type: last.content_type,
            preview: last.content_preview,
            created_at: last.sent_at.toISOString(),
          },
    metadata: conversation.metadata.custom,
    status: conversation.status,
    created_by: conversation.created_by,
    last_activity_at: conversation.last_activity_at.toISOString(),
    created_at: conversation.created_at.toISOString(),
    updated_at: conversation.updated_at.toISOString(),
  };
}
