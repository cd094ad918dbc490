import { describe, expect, it } from '@jest/globals';
import { AppError } from '@caas/runtime';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { type ConversationRole } from '../conversations/member-shape.js';
import { requireReader, requireSender } from './message-rules.js';

const memberships = (['owner', 'admin', 'moderator', 'member', 'subscriber'] as const satisfies ConversationRole[]).map(
  (role) => [role, { role, externalUserId: role, displayName: role, avatarUrl: null }] as const,
);
const conversation: ConversationFacts = { conversationId: 'conv', type: 'group', members: Object.fromEntries(memberships) };

/** `ok`, or the code of what is thrown. */
function verdictOf(rule: () => unknown): string {
  try {
    rule();
    return 'ok';
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error';
  }
}

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
