import { type GroupMember } from '../groups/group-members.collection.js';
import { type Conversation, type ConversationType } from './conversations.collection.js';
import { type ConversationRole, type MemberPermissions } from './member-shape.js';

/** A member as sending and storing need it. */
export interface Membership {
  readonly role: ConversationRole;
  readonly externalUserId: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  /** What was decided for this member in place of what the role says; null for most. */
  readonly permissions: MemberPermissions | null;
  /** Epoch milliseconds until which moderators have taken their word; null for most. */
  readonly silencedUntil: number | null;
  /** When the member wants to be told of messages. */
  readonly notifications: 'all' | 'mentions' | 'none';
  /** Epoch milliseconds until which nothing is told; null while not muted. */
  readonly mutedUntil: number | null;
  /** Whether mentions are told in spite of a mute. */
  readonly muteSparesMentions: boolean;
  /** Messages up to here are not shown to this member; 0 for most. */
  readonly clearedSequence: number;
}

/** What authorization needs of a conversation. */
export interface ConversationFacts {
  readonly conversationId: string;
  readonly type: ConversationType;
  /** Of a group or channel; absent for a direct conversation. */
  readonly name?: string;
  readonly status: Conversation['status'];
  readonly membership: Conversation['membership'];
  readonly onlyAdminsCanMessage: boolean;
  readonly onlyAdminsCanAddMembers: boolean;
  /** 0 where there is no such limit. */
  readonly slowModeSeconds: number;
  readonly disappearingSeconds: number;
  readonly retentionDays: number;
  /** Active members by user id; of a conversation whose membership is a collection those that were asked for. */
  readonly members: Readonly<Record<string, Membership>>;
  /** Words that its group does not want; absent for most. */
  readonly blockedWords?: readonly string[];
  /** Whether it takes ciphertext only. */
  readonly isEncrypted?: true;
  /** Of a direct conversation: one of the two has blocked the other. */
  readonly isBlocked?: true;
  /** Whether a new message brings the conversation back for somebody who hid or archived it. */
  readonly isAwaited?: true;
  /** Until when banned users are kept out, in epoch milliseconds; as for `members`. Absent for most conversations. */
  readonly banned?: Readonly<Record<string, number>>;
}

/** One user's standing in a conversation whose members are a collection. */
export interface Standing {
  readonly member?: Membership;
  readonly bannedUntil?: number;
}

type MemberFacts = Pick<
  Conversation['participants'][number],
  'role' | 'external_user_id' | 'display_name' | 'avatar_url' | 'permissions' | 'silenced' | 'settings'
>;

/** For good, as a time. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

const untilOf = (until: Date | null | undefined): number => until?.getTime() ?? FOR_GOOD;

/** What is kept of a conversation document. */
export function factsOf(conversation: Conversation): ConversationFacts {
  const { name, settings } = conversation.metadata;
  const members: Record<string, Membership> = {};
  const banned: Record<string, number> = {};
  for (const one of conversation.participants) {
    if (one.status === 'active') members[one.user_id] = membershipOf(one);
    else if (one.status === 'banned') banned[one.user_id] = untilOf(one.banned_until);
  }
  return {
    conversationId: conversation.conversation_id,
    type: conversation.type,
    ...(name === null ? {} : { name }),
    status: conversation.status,
    membership: conversation.membership,
    onlyAdminsCanMessage: settings?.only_admins_can_message ?? false,
    onlyAdminsCanAddMembers: settings?.only_admins_can_add_members ?? false,
    slowModeSeconds: settings?.slow_mode_seconds ?? 0,
    disappearingSeconds: settings?.disappearing_seconds ?? 0,
    retentionDays: settings?.message_retention_days ?? 0,
    members,
    ...(conversation.encryption.enabled && { isEncrypted: true }),
    ...(conversation.participants.some(isAwaiting) && { isAwaited: true }),
    ...(Object.keys(banned).length > 0 && { banned }),
  };
}

/** Whether a member waits for a new message to bring the conversation back. */
export function isAwaiting({ status, settings: { hidden, archived, keep_archived } }: Conversation['participants'][number]): boolean {
  return status === 'active' && (hidden === true || (archived && keep_archived !== true));
}

/** What is kept of a row of `group_members`. */
export function standingOf(row: GroupMember): Standing {
  if (row.status === 'active') return { member: membershipOf(row) };
  return row.status === 'banned' ? { bannedUntil: untilOf(row.departure?.banned_until) } : {};
}

/** The facts with the standing of the users that were asked for. */
export function withStandings(facts: ConversationFacts, standings: ReadonlyMap<string, Standing>): ConversationFacts {
  const members: Record<string, Membership> = {};
  const banned: Record<string, number> = {};
  for (const [userId, { member, bannedUntil }] of standings) {
    if (member !== undefined) members[userId] = member;
    else if (bannedUntil !== undefined) banned[userId] = bannedUntil;
  }
  return { ...facts, members, ...(Object.keys(banned).length > 0 && { banned }) };
}

/** What is kept of a member, out of either home. */
export function membershipOf(row: MemberFacts): Membership {
  const { muted, muted_until } = row.settings;
  return {
    role: row.role,
    externalUserId: row.external_user_id,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    permissions: row.permissions,
    silencedUntil: row.silenced ? untilOf(row.silenced.until) : null,
    notifications: row.settings.notifications,
    mutedUntil: muted ? untilOf(muted_until) : null,
    muteSparesMentions: row.settings.mute_spares_mentions ?? false,
    clearedSequence: row.settings.cleared_sequence ?? 0,
  };
}
