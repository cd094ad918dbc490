import { AppError, AuthorizationError, ConflictError, NotFoundError } from '@caas/runtime';
import { type AppRole, type ConversationAction, isAdminRole, isHigher, reaches, ruleOf } from './conversation-actions.js';
import { type ConversationFacts, type Membership } from './conversation-directory.js';
import { type ConversationRole } from './member-shape.js';

/** On whose behalf something is done in a conversation. A server key without an acting user is none: it stands for the whole tenant. */
export interface ConversationActor {
  readonly userId: string;
  /** Roles of the user in their application. */
  readonly roles?: readonly string[];
}

/**
 * Who may do what in a conversation. Denies by default: throws `RES_NOT_FOUND`, `AUTHZ_NOT_MEMBER`, `CONV_BANNED`, `CONV_CLOSED`, `USER_BLOCKED`, `AUTHZ_ROLE_TOO_LOW`, and for
 * sending `MSG_READ_ONLY` or `MSG_SENDER_MUTED`. Returns the membership, `undefined` for a server key alone and for staff of the application.
 */
export function requireAllowed(
  conversation: ConversationFacts | undefined,
  actor: ConversationActor | undefined,
  { action, now }: { action: ConversationAction; now: number },
): Membership | undefined {
  if (conversation === undefined) throw new NotFoundError();
  if (actor === undefined) return undefined;
  const membership = memberOf(conversation, actor.userId);
  if (membership === undefined || !isAllowed(membership, { conversation, action, now })) {
    if (isStaff(actor, action)) return membership;
    if (membership === undefined) throw strangerError(conversation, actor.userId, now);
    throw refusal(membership, { conversation, action, now });
  }
  if (action === 'send') requireOpen(conversation);
  if (conversation.isBlocked === true && NOT_BETWEEN_BLOCKED.has(action)) {
    throw new AuthorizationError('USER_BLOCKED', 'One of the two has blocked the other.');
  }
  return membership;
}

/** What stops between two of whom one has blocked the other. */
const NOT_BETWEEN_BLOCKED: ReadonlySet<ConversationAction> = new Set(['send', 'react']);

/** Whether a user may send. The gateway asks before it accepts, the pipeline again before it stores, because membership may have changed in between. */
export function requireSender(conversation: ConversationFacts | undefined, userId: string | undefined, now: number): Membership {
  return requireMember(conversation, userId, { action: 'send', now });
}

/** As {@link requireAllowed}, for what only members do. */
export function requireMember(
  conversation: ConversationFacts | undefined,
  userId: string | undefined,
  { action = 'read', now }: { action?: ConversationAction; now: number },
): Membership {
  const membership = userId === undefined ? undefined : requireAllowed(conversation, { userId }, { action, now });
  if (membership === undefined) throw new AuthorizationError('AUTHZ_NOT_MEMBER', NOT_MEMBER);
  return membership;
}

interface Question {
  readonly conversation: ConversationFacts;
  readonly action: ConversationAction;
  readonly now: number;
}

/** Whether a member may do this: the table, the member's own flags, and what the conversation allows its members. */
export function isAllowed(membership: Membership, { conversation, action, now }: Question): boolean {
  const { flag } = ruleOf(action);
  const own = flag === undefined ? null : (membership.permissions?.[flag] ?? null);
  if (own === false) return false;
  if (action === 'send') {
    return reaches(membership.role, 'send') && !isSilenced(membership, now) && !isForAdmins(conversation, membership);
  }
  return own === true
    ? membership.role !== 'subscriber'
    : reaches(membership.role, action) || isGivenToMembers(conversation, membership, action);
}

/** Rights of plain members: adding others unless the settings keep it for admins; in a direct conversation both are equals. */
function isGivenToMembers(conversation: ConversationFacts, { role }: Membership, action: ConversationAction): boolean {
  if (role === 'subscriber') return false;
  if (conversation.type === 'direct') return action === 'pin_messages';
  return action === 'add_members' && conversation.type === 'group' && !conversation.onlyAdminsCanAddMembers;
}

function isForAdmins({ onlyAdminsCanMessage }: ConversationFacts, { role }: Membership): boolean {
  return onlyAdminsCanMessage && role === 'member';
}

/** Whether moderators have taken a member's word for now. */
export function isSilenced({ silencedUntil }: Membership, now: number): boolean {
  return silencedUntil !== null && silencedUntil > now;
}

function isStaff({ roles }: ConversationActor, action: ConversationAction): boolean {
  return roles !== undefined && (ruleOf(action).app?.some((role: AppRole) => roles.includes(role)) ?? false);
}

/** Own properties only: `constructor` is nobody. */
export function memberOf({ members }: ConversationFacts, userId: string): Membership | undefined {
  return Object.hasOwn(members, userId) ? members[userId] : undefined;
}

/** Whether a user is kept out, and until when. */
export function isBanned({ banned }: ConversationFacts, userId: string, now: number): boolean {
  return banned !== undefined && Object.hasOwn(banned, userId) && (banned[userId] ?? 0) > now;
}

const NOT_MEMBER = 'The acting user is not a member of this conversation.';

function strangerError(conversation: ConversationFacts, userId: string, now: number): AuthorizationError {
  if (isBanned(conversation, userId, now))
    return new AuthorizationError('CONV_BANNED', 'The acting user is banned from this conversation.');
  return new AuthorizationError('AUTHZ_NOT_MEMBER', NOT_MEMBER);
}

function refusal(membership: Membership, { conversation, action, now }: Question): AppError {
  if (action !== 'send') {
    return new AuthorizationError('AUTHZ_ROLE_TOO_LOW', 'The acting user has a conversation role that does not allow this.', {
      details: { reason: action },
    });
  }
  if (conversation.status !== 'active') return closed();
  if (membership.permissions?.can_send_messages === false || isSilenced(membership, now)) {
    return new AuthorizationError('MSG_SENDER_MUTED', 'The acting user may not send in this conversation.');
  }
  return new AppError(
    'MSG_READ_ONLY',
    membership.role === 'subscriber' ? 'Subscribers of this conversation may read only.' : 'Only admins may send in this conversation.',
  );
}

function requireOpen({ status }: ConversationFacts): void {
  if (status !== 'active') throw closed();
}

const closed = (): ConflictError => new ConflictError('The conversation takes no messages any more.', { code: 'CONV_CLOSED' });

/**
 * Whether somebody may act on a member of this role: owners on everyone, others on lower roles only. Who stands outside (a server key, staff of the
 * application) may. Throws `AUTHZ_ROLE_TOO_LOW`.
 */
export function requireHigher(actor: Pick<Membership, 'role'> | undefined, target: ConversationRole): void {
  if (actor === undefined || actor.role === 'owner' || isHigher(actor.role, target)) return;
  throw new AuthorizationError('AUTHZ_ROLE_TOO_LOW', 'The member has a role that is as high as the acting user’s, or higher.', {
    details: { reason: 'target_role' },
  });
}

/** Whether somebody may give this role: owners each one, admins those below their own. Throws `AUTHZ_ROLE_TOO_LOW`. */
export function requireGivable(actor: Pick<Membership, 'role'> | undefined, role: ConversationRole): void {
  if (actor === undefined || actor.role === 'owner' || (isAdminRole(actor.role) && isHigher(actor.role, role))) return;
  throw new AuthorizationError('AUTHZ_ROLE_TOO_LOW', 'The acting user may not give this role.', { details: { reason: 'given_role' } });
}
