import { type ConversationDraft } from '../conversations/conversation-draft.js';
import { participantAdded, participantRemoved, participantRoleChanged } from '../conversations/conversations.events.js';
import { type ConversationRole } from '../conversations/member-shape.js';
import { memberJoined, memberLeft, memberRoleChanged } from '../groups/groups.events.js';
import { type Member } from './member.js';

/** A change of members that is told: of the conversation, in it, and once more of its group where it has one. */
export interface Telling {
  readonly draft: ConversationDraft;
  readonly groupId: string | undefined;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export function tellJoined({ draft, groupId, by, at }: Telling, { user_id, role, invited_by }: Member): void {
  const { conversation_id } = draft.conversation;
  const participant = { user_id, role, joined_at: at, ...(invited_by !== null && { invited_by }) };
  draft.tell(participantAdded, { conversation_id, participant, added_by: by, added_at: at });
  draft.say({ type: 'user_joined', data: { user_id, by } });
  if (groupId === undefined || role === 'subscriber') return;
  draft.tell(memberJoined, { group_id: groupId, conversation_id, user_id, role, added_by: by, joined_at: at });
}

/** A member who was active is gone. */
export function tellLeft({ draft, groupId, by, at }: Telling, { user_id, status, removal_reason, banned_until }: Member): void {
  if (status === 'active') return;
  const { conversation_id } = draft.conversation;
  const reason = removal_reason === null ? {} : { reason: removal_reason };
  draft.tell(participantRemoved, { conversation_id, participant_id: user_id, removed_by: by, removed_at: at, ...reason });
  if (status === 'left') draft.say({ type: 'user_left', data: { user_id } });
  else if (status === 'removed') draft.say({ type: 'user_removed', data: { user_id, by, reason: removal_reason } });
  else draft.say({ type: 'user_banned', data: { user_id, by, until: banned_until?.getTime() ?? null } });
  if (groupId === undefined) return;
  const removed = status === 'left' ? {} : { removed_by: by };
  draft.tell(memberLeft, { group_id: groupId, conversation_id, user_id, cause: status, ...removed, ...reason, left_at: at });
}

export function tellRole(
  { draft, groupId, by, at }: Telling,
  { userId, from, to }: { userId: string; from: ConversationRole; to: ConversationRole },
): void {
  const { conversation_id } = draft.conversation;
  const roles = { old_role: from, new_role: to, changed_by: by, changed_at: at };
  draft.tell(participantRoleChanged, { conversation_id, participant_id: userId, ...roles });
  draft.say({ type: 'role_changed', data: { user_id: userId, from, to, by } });
  if (groupId === undefined || from === 'subscriber' || to === 'subscriber') return;
  draft.tell(memberRoleChanged, { group_id: groupId, user_id: userId, ...roles, old_role: from, new_role: to });
}
