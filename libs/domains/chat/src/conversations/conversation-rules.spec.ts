import { describe, expect, it } from '@jest/globals';
import { AppError } from '@caas/runtime';
import { aConversation, aMember } from '../fixtures/conversation.fixture.js';
import { CONVERSATION_ACTIONS, type ConversationAction } from './conversation-actions.js';
import { type ConversationFacts } from './conversation-directory.js';
import { requireAllowed, requireGivable, requireHigher } from './conversation-rules.js';
import { CONVERSATION_ROLES, type ConversationRole, type MemberPermissions } from './member-shape.js';

const now = 1_000;
const conversation = aConversation({
  members: Object.fromEntries(CONVERSATION_ROLES.map((role) => [role, aMember({ role })])),
  banned: { banned: now + 1, pardoned: now },
});

/** `ok`, or the code of what is thrown. */
function verdictOf(rule: () => unknown): string {
  try {
    rule();
    return 'ok';
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error';
  }
}

const ask = (action: ConversationAction, actor: { userId: string; roles?: string[] } | undefined, facts: Partial<ConversationFacts> = {}) =>
  verdictOf(() => requireAllowed({ ...conversation, ...facts }, actor, { action, now }));

const withFlags = (role: ConversationRole, permissions: Partial<MemberPermissions>): Partial<ConversationFacts> => ({
  members: {
    me: aMember({
      role,
      permissions: {
        can_send_messages: null,
        can_send_media: null,
        can_add_members: null,
        can_remove_members: null,
        can_change_info: null,
        can_pin_messages: null,
        can_delete_messages: null,
        can_start_calls: null,
        ...permissions,
      },
    }),
  },
});

/** Who may do what: o owner, a admin, m moderator, u member, s subscriber. Every action has its line. */
const TABLE: Record<ConversationAction, string> = {
  read: 'oamus',
  mark_read: 'oamus',
  arrange: 'oamus',
  react: 'oamu',
  send: 'oamu',
  change_info: 'oa',
  pin_messages: 'oa',
  add_members: 'oamu',
  remove_members: 'oam',
  mute_members: 'oam',
  ban_members: 'oam',
  delete_messages: 'oam',
  mention_everyone: 'oa',
  skip_slow_mode: 'oa',
  invite: 'oa',
  decide_join_requests: 'oa',
  change_roles: 'oa',
  transfer_ownership: 'o',
  delete: 'o',
};
const LETTERS: Record<ConversationRole, string> = { owner: 'o', admin: 'a', moderator: 'm', member: 'u', subscriber: 's' };
const actions = Object.keys(CONVERSATION_ACTIONS) as ConversationAction[];

describe('what a role may do', () => {
  it.each(actions.flatMap((action) => CONVERSATION_ROLES.map((role) => [role, action, TABLE[action].includes(LETTERS[role])] as const)))(
    '%s, %s: %s',
    (role, action, isAllowed) => {
      const verdict = ask(action, { userId: role });

      expect(verdict).toBe(isAllowed ? 'ok' : action === 'send' ? 'MSG_READ_ONLY' : 'AUTHZ_ROLE_TOO_LOW');
    },
  );

  it.each(actions)('nobody from outside may %s', (action) => {
    const verdicts = ['stranger', 'pardoned', 'constructor', '__proto__'].map((userId) => ask(action, { userId }));

    expect(new Set(verdicts)).toEqual(new Set(['AUTHZ_NOT_MEMBER']));
    expect(ask(action, { userId: 'banned' })).toBe('CONV_BANNED');
    expect(verdictOf(() => requireAllowed(undefined, { userId: 'owner' }, { action, now }))).toBe('RES_NOT_FOUND');
    expect(verdictOf(() => requireAllowed(undefined, undefined, { action, now }))).toBe('RES_NOT_FOUND');
  });

  it.each(actions)('a server key alone may %s', (action) => {
    expect(ask(action, undefined)).toBe('ok');
  });
});

describe('flags of a member', () => {
  const flagged = actions.flatMap((action) => {
    const { flag } = CONVERSATION_ACTIONS[action] as { flag?: keyof MemberPermissions };
    return flag === undefined ? [] : [[action, flag] as const];
  });

  it.each(flagged)('let a member %s by %s, and no subscriber', (action, flag) => {
    expect(ask(action, { userId: 'me' }, withFlags('member', { [flag]: true }))).toBe('ok');
    expect(ask(action, { userId: 'me' }, withFlags('subscriber', { [flag]: true }))).not.toBe('ok');
  });

  it.each(flagged)('forbid to %s by %s, whatever the role', (action, flag) => {
    const verdicts = CONVERSATION_ROLES.map((role) => ask(action, { userId: 'me' }, withFlags(role, { [flag]: false })));

    expect(verdicts).not.toContain('ok');
  });
});

describe('what a conversation allows', () => {
  it('adding members to admins only, where it says so', () => {
    const verdicts = CONVERSATION_ROLES.map((role) => ask('add_members', { userId: role }, { onlyAdminsCanAddMembers: true }));

    expect(verdicts).toEqual(['ok', 'ok', 'AUTHZ_ROLE_TOO_LOW', 'AUTHZ_ROLE_TOO_LOW', 'AUTHZ_ROLE_TOO_LOW']);
  });

  it('sending to moderators and above only, where it says so', () => {
    const verdicts = CONVERSATION_ROLES.map((role) => ask('send', { userId: role }, { onlyAdminsCanMessage: true }));

    expect(verdicts).toEqual(['ok', 'ok', 'ok', 'MSG_READ_ONLY', 'MSG_READ_ONLY']);
  });

  it('pinning to both of a direct conversation, and nothing else of the admins', () => {
    expect(ask('pin_messages', { userId: 'member' }, { type: 'direct' })).toBe('ok');
    expect(ask('change_info', { userId: 'member' }, { type: 'direct' })).toBe('AUTHZ_ROLE_TOO_LOW');
  });

  it.each(['archived', 'deleted'] as const)('sending to nobody once it is %s', (status) => {
    expect(ask('send', { userId: 'owner' }, { status })).toBe('CONV_CLOSED');
    expect(ask('send', { userId: 'subscriber' }, { status })).toBe('CONV_CLOSED');
    expect(ask('read', { userId: 'owner' }, { status })).toBe('ok');
  });
});

describe('a silence', () => {
  const silenced = (silencedUntil: number) => ({ members: { me: aMember({ role: 'moderator', silencedUntil }) } });

  it('lets its member read and not send, until it ends', () => {
    expect(ask('send', { userId: 'me' }, silenced(now + 1))).toBe('MSG_SENDER_MUTED');
    expect(ask('read', { userId: 'me' }, silenced(now + 1))).toBe('ok');
    expect(ask('send', { userId: 'me' }, silenced(now))).toBe('ok');
  });
});

describe('staff of the application', () => {
  const outside = (action: ConversationAction, role: string) => ask(action, { userId: 'stranger', roles: [role] });

  it('may without being members what their role says', () => {
    const allowed = (role: string) => actions.filter((action) => outside(action, role) === 'ok');

    expect(allowed('admin')).toEqual([
      'read',
      'change_info',
      'pin_messages',
      'add_members',
      'remove_members',
      'mute_members',
      'ban_members',
      'delete_messages',
      'invite',
      'decide_join_requests',
      'change_roles',
      'transfer_ownership',
      'delete',
    ]);
    expect(allowed('moderator')).toEqual(['pin_messages', 'remove_members', 'mute_members', 'ban_members', 'delete_messages']);
    expect(allowed('vip')).toEqual([]);
  });
});

describe('acting on members', () => {
  const as = (role: ConversationRole) => aMember({ role });

  it('is for owners on everyone, for others on lower roles', () => {
    const reachable = (role: ConversationRole) =>
      CONVERSATION_ROLES.filter((one) => verdictOf(() => requireHigher(as(role), one)) === 'ok');

    expect(CONVERSATION_ROLES.map(reachable)).toEqual([
      [...CONVERSATION_ROLES],
      ['moderator', 'member', 'subscriber'],
      ['member', 'subscriber'],
      ['subscriber'],
      [],
    ]);
    expect(verdictOf(() => requireHigher(undefined, 'owner'))).toBe('ok');
  });

  it('gives roles: owners every one, admins those below theirs', () => {
    const givable = (role: ConversationRole) => CONVERSATION_ROLES.filter((one) => verdictOf(() => requireGivable(as(role), one)) === 'ok');

    expect(CONVERSATION_ROLES.map(givable)).toEqual([[...CONVERSATION_ROLES], ['moderator', 'member', 'subscriber'], [], [], []]);
    expect(verdictOf(() => requireGivable(undefined, 'owner'))).toBe('ok');
  });
});
