import { describe, expect, it } from '@jest/globals';
import { type MessageReply, parseReply, toReplyPayload } from './message-reply.js';

describe('a reply', () => {
  it.each<[string, MessageReply]>([
    ['of a stored message', { outcome: 'persisted' }],
    ['of a rejected one', { outcome: 'rejected', code: 'AUTHZ_NOT_MEMBER', reason: 'no member' }],
    ['that names a field', { outcome: 'rejected', code: 'VAL_REFERENCE', reason: 'unknown', field: '/body/root_message_id' }],
  ])('%s arrives as it was sent', (_, reply) => {
    expect(parseReply(JSON.parse(JSON.stringify(toReplyPayload(reply))) as Record<string, unknown>)).toEqual(reply);
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['another outcome', { outcome: 'lost' }],
    ['a rejection without a code', { outcome: 'rejected', reason: 'x' }],
    ['a code that does not exist', { outcome: 'rejected', code: 'NO_SUCH', reason: 'x' }],
    ['a name of every object as code', { outcome: 'rejected', code: 'constructor', reason: 'x' }],
    ['a reason that is no text', { outcome: 'rejected', code: 'RES_NOT_FOUND', reason: 1 }],
  ])('is not understood from %s', (_, payload) => {
    expect(parseReply(payload)).toBeUndefined();
  });
});
