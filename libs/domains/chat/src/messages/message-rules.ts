import { AppError, AuthorizationError, ConflictError, NotFoundError } from '@caas/runtime';
import { type ConversationFacts, type Membership } from '../conversations/conversation-directory.js';

/**
 * Whether a user may send into a conversation. The gateway asks before it accepts, the pipeline again before it stores, because
 * membership may have changed in between. Denies by default; throws the reason, returns the membership.
 */
export function requireSender(conversation: ConversationFacts | undefined, userId: string): Membership {
  if (conversation === undefined) throw new NotFoundError();
  const membership = memberOf(conversation, userId);
  if (membership === undefined) throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The acting user is not a member of this conversation.');
  if (conversation.status !== 'active') throw new ConflictError('The conversation takes no messages any more.', { code: 'CONV_CLOSED' });
  if (membership.role === 'subscriber') throw new AppError('MSG_READ_ONLY', 'Subscribers of this conversation may read only.');
  if (membership.canSend === false) throw new AuthorizationError('MSG_SENDER_MUTED', 'The acting user may not send in this conversation.');
  if (conversation.onlyAdminsCanMessage && !isAdmin(membership)) {
    throw new AppError('MSG_READ_ONLY', 'Only admins may send in this conversation.');
  }
  return membership;
}

/** Whether somebody may change or hide messages of a conversation at all: a member of one that is not closed. Denies by default. */
export function requireMember(conversation: ConversationFacts | undefined, userId: string): Membership {
  if (conversation === undefined) throw new NotFoundError();
  const membership = memberOf(conversation, userId);
  if (membership === undefined) throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The acting user is not a member of this conversation.');
  return membership;
}

export function isAdmin({ role }: Membership): boolean {
  return role === 'owner' || role === 'admin';
}

/** Whether a member may delete what others sent. */
export function isModerator(membership: Membership): boolean {
  return membership.canDelete ?? (isAdmin(membership) || membership.role === 'moderator');
}

/** Whether a user may read a conversation. A server key without an acting user reads for the whole tenant. */
export function requireReader(conversation: ConversationFacts | undefined, userId: string | undefined): ConversationFacts {
  if (conversation === undefined) throw new NotFoundError();
  if (userId !== undefined && memberOf(conversation, userId) === undefined) {
    throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The acting user is not a member of this conversation.');
  }
  return conversation;
}

/** Own properties only: `constructor` is nobody. */
function memberOf({ members }: ConversationFacts, userId: string): Membership | undefined {
  return Object.hasOwn(members, userId) ? members[userId] : undefined;
}
