import { type ConversationRole, type MemberPermission } from './member-shape.js';

/** How high a role stands: the higher one may act on the lower one. */
const RANKS: Readonly<Record<ConversationRole, number>> = { owner: 4, admin: 3, moderator: 2, member: 1, subscriber: 0 };

export function isHigher(role: ConversationRole, other: ConversationRole): boolean {
  return RANKS[role] > RANKS[other];
}

export const isAdminRole = (role: ConversationRole): boolean => role === 'owner' || role === 'admin';

/** What a role may do in a conversation. */
interface ActionRule {
  /** The lowest role that may. Whoever is below needs the flag. */
  readonly from: ConversationRole;
  /** Decides for one member in place of the role: true allows, false forbids, whatever the role. */
  readonly flag?: MemberPermission;
  /** Users of the application whose own role is enough, member or not. */
  readonly app?: readonly AppRole[];
}

/** Roles of users that count in conversations of which they are no members. */
export type AppRole = 'admin' | 'moderator';

const rule = (from: ConversationRole, more: Omit<ActionRule, 'from'> = {}): ActionRule => ({ from, ...more });
const APP_ADMIN = ['admin'] as const;
const APP_STAFF = ['admin', 'moderator'] as const;

/** The one table of what members may do. Everything that is decided about a conversation asks it, and its spec spells it out. */
export const CONVERSATION_ACTIONS = {
  read: rule('subscriber', { app: APP_ADMIN }),
  /** How far one has read concerns nobody but oneself. */
  mark_read: rule('subscriber'),
  /** Mute, pin, archive, leave: how one arranges the conversation for oneself. */
  arrange: rule('subscriber'),
  react: rule('member'),
  send: rule('member', { flag: 'can_send_messages' }),
  change_info: rule('admin', { flag: 'can_change_info', app: APP_ADMIN }),
  pin_messages: rule('admin', { flag: 'can_pin_messages', app: APP_STAFF }),
  add_members: rule('admin', { flag: 'can_add_members', app: APP_ADMIN }),
  remove_members: rule('moderator', { flag: 'can_remove_members', app: APP_STAFF }),
  mute_members: rule('moderator', { app: APP_STAFF }),
  ban_members: rule('moderator', { app: APP_STAFF }),
  delete_messages: rule('moderator', { flag: 'can_delete_messages', app: APP_STAFF }),
  mention_everyone: rule('admin'),
  /** Sending as often as one likes where the others have to wait. */
  skip_slow_mode: rule('admin'),
  invite: rule('admin', { app: APP_ADMIN }),
  decide_join_requests: rule('admin', { app: APP_ADMIN }),
  change_roles: rule('admin', { app: APP_ADMIN }),
  transfer_ownership: rule('owner', { app: APP_ADMIN }),
  delete: rule('owner', { app: APP_ADMIN }),
} as const satisfies Record<string, ActionRule>;

export type ConversationAction = keyof typeof CONVERSATION_ACTIONS;

/** The rule of an action, in its general form. */
export function ruleOf(action: ConversationAction): ActionRule {
  return CONVERSATION_ACTIONS[action];
}

/** Whether a role stands high enough, flags aside. */
export function reaches(role: ConversationRole, action: ConversationAction): boolean {
  return RANKS[role] >= RANKS[ruleOf(action).from];
}
