import { dateTime, idOf, text, z } from '@caas/schema';
import { CONVERSATION_ROLES, type ConversationRole, MEMBER_STATUSES, type MemberPermission } from '../conversations/member-shape.js';
import { type Conversation } from '../conversations/conversations.collection.js';
import { type Member } from './member.js';

const flag = z.boolean();

/** A member as the API shows it. */
export const memberResource = z
  .strictObject({
    user_id: idOf('usr'),
    external_id: text({ max: 255 }),
    display_name: text({ max: 100 }),
    avatar_url: text({ max: 2_048 }).nullable(),
    role: z.enum(CONVERSATION_ROLES),
    status: z.enum(MEMBER_STATUSES),
    /** What the member may do: by their role, or by what was decided for them. */
    permissions: z.strictObject({
      can_send_messages: flag,
      can_send_media: flag,
      can_add_members: flag,
      can_remove_members: flag,
      can_change_info: flag,
      can_pin_messages: flag,
      can_delete_messages: flag,
      can_start_calls: flag,
    }),
    /** Whether moderators have taken the member's word. */
    muted: z.boolean(),
    /** Null while muted: for good. */
    muted_until: dateTime().nullable(),
    joined_at: dateTime(),
    invited_by: text({ max: 100 }).nullable(),
    last_read_message_id: idOf('msg').nullable(),
  })
  .meta({ id: 'Member' });
export type MemberResource = z.output<typeof memberResource>;

/** A member with how far they have read, for those who may know. */
export interface MemberView {
  readonly member: Member;
  readonly lastReadMessageId: string | null;
}

export function toMemberResource({ member, lastReadMessageId }: MemberView, conversation: Conversation, now: number): MemberResource {
  const { silenced } = member;
  const isMuted = !!silenced && (silenced.until === null || silenced.until.getTime() > now);
  return {
    user_id: member.user_id,
    external_id: member.external_user_id,
    display_name: member.display_name,
    avatar_url: member.avatar_url,
    role: member.role,
    status: member.status,
    permissions: permissionsOf(member, conversation),
    muted: isMuted,
    muted_until: isMuted ? (silenced.until?.toISOString() ?? null) : null,
    joined_at: member.joined_at.toISOString(),
    invited_by: member.invited_by,
    last_read_message_id: lastReadMessageId,
  };
}

const ADMINS: readonly ConversationRole[] = ['owner', 'admin'];
const MODERATORS: readonly ConversationRole[] = ['owner', 'admin', 'moderator'];

/** The flags as they hold: the member's own, and where there is none what the role has. */
function permissionsOf({ role, permissions }: Member, { metadata, type }: Conversation): MemberResource['permissions'] {
  const isAdmin = ADMINS.includes(role);
  const isModerator = MODERATORS.includes(role);
  const speaks = role !== 'subscriber' && (isModerator || metadata.settings?.only_admins_can_message !== true);
  const adds = isAdmin || (role !== 'subscriber' && type === 'group' && metadata.settings?.only_admins_can_add_members !== true);
  const of = (name: MemberPermission, byRole: boolean): boolean => (permissions?.[name] ?? byRole) && (role !== 'subscriber' || byRole);
  return {
    can_send_messages: of('can_send_messages', speaks),
    can_send_media: of('can_send_media', speaks),
    can_add_members: of('can_add_members', adds),
    can_remove_members: of('can_remove_members', isModerator),
    can_change_info: of('can_change_info', isAdmin),
    can_pin_messages: of('can_pin_messages', isAdmin || type === 'direct'),
    can_delete_messages: of('can_delete_messages', isModerator),
    can_start_calls: of('can_start_calls', role !== 'subscriber'),
  };
}
