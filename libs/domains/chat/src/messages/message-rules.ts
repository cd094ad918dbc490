import { AppError, AuthorizationError, NotFoundError } from '@caas/runtime';
import { type ConversationFacts, type Membership } from '../conversations/conversation-directory.js';

/**
 * Whether a user may send into a conversation. The gateway asks before it accepts, the pipeline again before it stores, because
 * membership may have changed in between. Denies by default; throws the reason, returns the membership.
 */
export function requireSender(conversation: ConversationFacts | undefined, userId: string): Membership {
  if (conversation === undefined) throw new NotFoundError();
  const membership = memberOf(conversation, userId);
  if (membership === undefined) throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The acting user is not a member of this conversation.');
  if (membership.role === 'subscriber') throw new AppError('MSG_READ_ONLY', 'Subscribers of this conversation may read only.');
  return membership;
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
