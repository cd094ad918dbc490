import { describe, expect, it } from '@jest/globals';
import { AppError } from '@caas/runtime';
import { aConversation, aMember } from '../fixtures/conversation.fixture.js';
import { type ConversationRole } from '../conversations/member-shape.js';
import { requireReader, requireSender } from './message-rules.js';

const memberships = (['owner', 'admin', 'moderator', 'member', 'subscriber'] as const satisfies ConversationRole[]).map(
  (role) => [role, aMember({ role })] as const,
);
const conversation = aConversation({ members: Object.fromEntries(memberships) });

/** `ok`, or the code of what is thrown. */
function verdictOf(rule: () => unknown): string {
  try {
    rule();
    return 'ok';
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error';
  }
}

describe('who may send', () => {
  const send = (facts: Parameters<typeof aConversation>[0], user = 'member') =>
    verdictOf(() => requireSender(aConversation({ ...conversation, ...facts }), user));

  it.each(['archived', 'deleted'] as const)('nobody in a conversation that is %s', (status) => {
    expect(send({ status }, 'owner')).toBe('CONV_CLOSED');
  });

  it('admins where only admins may', () => {
    const verdicts = ['owner', 'admin', 'moderator', 'member'].map((user) => send({ onlyAdminsCanMessage: true }, user));

    expect(verdicts).toEqual(['ok', 'ok', 'MSG_READ_ONLY', 'MSG_READ_ONLY']);
  });

  it('not a member who was silenced', () => {
    expect(send({ members: { member: aMember({ canSend: false }) } })).toBe('MSG_SENDER_MUTED');
  });
});

describe('who may send and read', () => {
  it.each<[user: string, send: string, read: string]>([
    ['owner', 'ok', 'ok'],
    ['admin', 'ok', 'ok'],
    ['moderator', 'ok', 'ok'],
    ['member', 'ok', 'ok'],
    ['subscriber', 'MSG_READ_ONLY', 'ok'],
    ['stranger', 'AUTHZ_NOT_MEMBER', 'AUTHZ_NOT_MEMBER'],
    ['constructor', 'AUTHZ_NOT_MEMBER', 'AUTHZ_NOT_MEMBER'],
    ['__proto__', 'AUTHZ_NOT_MEMBER', 'AUTHZ_NOT_MEMBER'],
  ])('%s: send %s, read %s', (user, send, read) => {
    expect(verdictOf(() => requireSender(conversation, user))).toBe(send);
    expect(verdictOf(() => requireReader(conversation, user))).toBe(read);
  });

  it('is nobody in a conversation that does not exist', () => {
    expect(verdictOf(() => requireSender(undefined, 'owner'))).toBe('RES_NOT_FOUND');
    expect(verdictOf(() => requireReader(undefined, 'owner'))).toBe('RES_NOT_FOUND');
    expect(verdictOf(() => requireReader(undefined, undefined))).toBe('RES_NOT_FOUND');
  });

  it('is the whole tenant for a key without an acting user, to read', () => {
    expect(requireReader(conversation, undefined)).toBe(conversation);
  });
});
