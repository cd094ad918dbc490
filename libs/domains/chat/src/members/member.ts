import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type User } from '@caas/identity';
import { type Conversation } from '../conversations/conversations.collection.js';
import { type ConversationRole, memberSettingsDefaults } from '../conversations/member-shape.js';
import { type GroupMember, type groupMembers } from '../groups/group-members.collection.js';

export type Participant = Conversation['participants'][number];
type NewGroupMember = NewDocumentOf<typeof groupMembers>;

/** One user in one conversation, present or former, whichever of the two homes keeps them. */
export interface Member extends Omit<Participant, 'banned_until'> {
  readonly banned_until: Date | null;
  readonly removed_by: string | null;
  readonly removal_reason: string | null;
}

export function isActive({ status }: Pick<Member, 'status'>): boolean {
  return status === 'active';
}

/** Whether a former member is kept out at this time. */
export function isKeptOut({ status, banned_until }: Member, now: number): boolean {
  return status === 'banned' && (banned_until === null || banned_until.getTime() > now);
}

/** Somebody who joins, for the first time or again: nothing of an earlier stay is left. */
export function newMember(
  { user_id, external_id, profile }: Pick<User, 'user_id' | 'external_id' | 'profile'>,
  { role, invitedBy, at, sequence }: { role: ConversationRole; invitedBy: string | null; at: Date; sequence: number },
): Member {
  return {
    user_id,
    external_user_id: external_id,
    display_name: profile.display_name,
    avatar_url: profile.avatar_url,
    role,
    permissions: null,
    status: 'active',
    settings: memberSettingsDefaults(),
    joined_at: at,
    invited_by: invitedBy,
    left_at: null,
    removed_at: null,
    banned_until: null,
    removed_by: null,
    removal_reason: null,
    joined_sequence: sequence,
  };
}

export function fromParticipant(participant: Participant): Member {
  const { banned_until = null, ...rest } = participant;
  return { ...rest, banned_until, removed_by: null, removal_reason: null };
}

/** By whom and why somebody went is told by the events; the conversation itself keeps what it needs to decide. */
export function toParticipant({ removed_by: _by, removal_reason: _reason, banned_until, ...rest }: Member): Participant {
  return { ...rest, ...(banned_until !== null && { banned_until }) };
}

export function fromRow(row: GroupMember): Member {
  const { user_id, external_user_id, display_name, avatar_url, role, permissions, status, settings, silenced, activity, departure } = row;
  return {
    ...{ user_id, external_user_id, display_name, avatar_url, role, permissions, status, settings },
    ...(silenced !== undefined && { silenced }),
    joined_at: activity.joined_at,
    invited_by: activity.invited_by,
    joined_sequence: activity.joined_sequence,
    left_at: departure?.left_at ?? null,
    removed_at: departure?.removed_at ?? null,
    removed_by: departure?.removed_by ?? null,
    removal_reason: departure?.removal_reason ?? null,
    banned_until: departure?.banned_until ?? null,
  };
}

/** What a row of `group_members` says of a member, counters aside. */
export function toRow(conversationId: string, member: Member): NewGroupMember {
  const { joined_at, invited_by, joined_sequence, left_at, removed_at, removed_by, removal_reason, banned_until, ...rest } = member;
  return {
    conversation_id: conversationId,
    ...rest,
    activity: { joined_at, joined_sequence, invited_by, last_message_at: null, message_count: 0 },
    departure: isActive(member) ? null : { left_at, removed_at, removed_by, removal_reason, banned_until },
  };
}
