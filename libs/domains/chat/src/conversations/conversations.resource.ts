import { dateTime, freeForm, hexColor, idOf, int32, int64, text, z } from '@caas/schema';
import { type Member } from '../members/member.js';
import { MESSAGE_TYPES } from '../messages/message-content.js';
import { type ReadState } from '../receipts/read-states.collection.js';
import { conversationSettings } from './conversation-info.service.js';
import { CONVERSATION_TYPES, type Conversation, PINNED_MESSAGES_MAX } from './conversations.collection.js';
import { CONVERSATION_ROLES } from './member-shape.js';

/** Members that a conversation shows without being asked for all. */
export const PREVIEW_MEMBERS_MAX = 10;

const me = z
  .strictObject({
    role: z.enum(CONVERSATION_ROLES),
    muted: z.boolean(),
    /** Null while muted: for good. */
    muted_until: dateTime().nullable(),
    pinned: z.boolean(),
    archived: z.boolean(),
    notifications: z.enum(['all', 'mentions', 'none']),
    unread_count: int64({ min: 0 }),
    unread_mentions: int32({ min: 0 }),
    last_read_message_id: idOf('msg').nullable(),
    last_read_sequence: int64({ min: 0 }),
  })
  .meta({ id: 'OwnConversationView' });

/** A conversation as the API shows it. */
export const conversationResource = z
  .strictObject({
    conversation_id: idOf('conv'),
    type: z.enum(CONVERSATION_TYPES),
    name: text({ max: 100 }).nullable(),
    description: text({ max: 1_000 }).nullable(),
    avatar_url: text({ max: 2_048 }).nullable(),
    theme: z.strictObject({ background_url: text({ max: 2_048 }).nullable(), color: hexColor().nullable() }).nullable(),
    settings: z.strictObject(conversationSettings).nullable(),
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
    /** What concerns the acting user; null for calls without one, and for staff who are no members. */
    me: me.nullable(),
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
    pinned_message_ids: z.array(idOf('msg')).max(PINNED_MESSAGES_MAX),
    encryption: z.strictObject({
      enabled: z.boolean(),
      protocol: z.enum(['signal', 'sender_key']).nullable(),
      key_version: int32({ min: 0 }),
    }),
    metadata: freeForm().nullable(),
    status: z.enum(['active', 'archived', 'deleted']),
    created_by: text({ max: 100 }),
    last_activity_at: dateTime(),
    created_at: dateTime(),
    updated_at: dateTime(),
  })
  .meta({ id: 'Conversation' });
export type ConversationResource = z.output<typeof conversationResource>;

/** A conversation with what is shown of its members to one caller. */
export interface ConversationView {
  readonly conversation: Conversation;
  readonly preview: readonly Pick<Member, 'user_id' | 'external_user_id' | 'display_name' | 'avatar_url' | 'role'>[];
  /** The acting user as a member. */
  readonly me: { readonly member: Member; readonly read: ReadState | undefined } | undefined;
}

/** `now` decides whether a mute still holds. */
export function toConversationResource({ conversation, preview, me: own }: ConversationView, now: number): ConversationResource {
  const { metadata, encryption, stats } = conversation;
  return {
    conversation_id: conversation.conversation_id,
    type: conversation.type,
    name: metadata.name,
    description: metadata.description,
    avatar_url: metadata.avatar_url,
    theme: metadata.theme,
    settings: metadata.settings,
    members_preview: preview.map(({ external_user_id: external_id, user_id, display_name, avatar_url, role }) => ({
      ...{ user_id, external_id, display_name, avatar_url, role },
    })),
    member_count: stats.participant_count,
    me: own === undefined ? null : meOf(own, { conversation, now }),
    last_sequence: conversation.last_sequence,
    last_message: lastMessageOf(conversation),
    pinned_message_ids: conversation.pinned_messages.map(({ message_id }) => message_id),
    encryption: { enabled: encryption.enabled, protocol: encryption.protocol, key_version: encryption.key_version },
    metadata: metadata.custom,
    status: conversation.status,
    created_by: conversation.created_by,
    last_activity_at: conversation.last_activity_at.toISOString(),
    created_at: conversation.created_at.toISOString(),
    updated_at: conversation.updated_at.toISOString(),
  };
}

function meOf(
  { member: { role, settings }, read }: NonNullable<ConversationView['me']>,
  { conversation, now }: { conversation: Conversation; now: number },
): NonNullable<ConversationResource['me']> {
  const { muted, muted_until } = settings;
  const isMuted = muted && (muted_until === null || muted_until.getTime() > now);
  const seen = Math.max(read?.last_read_sequence ?? 0, settings.cleared_sequence ?? 0);
  return {
    role,
    muted: isMuted,
    muted_until: isMuted ? (muted_until?.toISOString() ?? null) : null,
    pinned: settings.pinned,
    archived: isArchived(settings, conversation),
    notifications: settings.notifications,
    unread_count: Math.max(0, conversation.last_sequence - seen),
    unread_mentions: read?.unread_mentions ?? 0,
    last_read_message_id: read?.last_read_message_id ?? null,
    last_read_sequence: read?.last_read_sequence ?? 0,
  };
}

/** A new message brings an archived conversation back, unless it is to stay there. */
export function isArchived({ archived, archived_at, keep_archived }: Member['settings'], { last_activity_at }: Conversation): boolean {
  return archived && (keep_archived === true || archived_at === null || last_activity_at <= archived_at);
}

function lastMessageOf({ last_message: last }: Conversation): ConversationResource['last_message'] {
  if (last === null) return null;
  return {
    message_id: last.message_id,
    sequence: last.sequence,
    sender_id: last.sender_id,
    type: last.content_type,
    preview: last.content_preview,
    created_at: last.sent_at.toISOString(),
  };
}
