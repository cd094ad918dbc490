import { describe, expect, it } from '@jest/globals';
import { newId, newTenantId } from '@caas/schema';
import { changed, renderingsOf, storedDocument } from '@caas/testing/schema';
import { joinRequests } from './join-requests.collection.js';

const at = new Date('2026-01-02T03:04:05Z');
const aRequest = {
  tenant_id: newTenantId(),
  conversation_id: newId('conv'),
  user_id: newId('usr'),
  status: 'pending',
  message: 'May I?',
  requested_at: at,
  decided_by: null,
  decided_at: null,
  expires_at: null,
};

describe('join_requests', () => {
  const { isGood, disagreement } = renderingsOf(joinRequests.storedSchema, ['bson']);

  it.each([
    ['an open request', aRequest],
    ['a decided one', { ...aRequest, status: 'rejected', decided_by: newId('usr'), decided_at: at, expires_at: at }],
  ])('takes %s', (_, fields) => {
    const document = storedDocument(joinRequests, fields);

    expect(joinRequests.storedSchema.safeParse(document).error).toBeUndefined();
    expect(disagreement(document)).toBeUndefined();
  });

  it.each<[string, string, unknown]>([
    ['an unknown status', 'status', 'maybe'],
    ['a conversation of another kind', 'conversation_id', newId('usr')],
    ['a message that is too long', 'message', 'x'.repeat(501)],
    ['no moment', 'requested_at', null],
    ['no tenant', 'tenant_id', undefined],
  ])('refuses %s', (_, path, value) => {
    const document = changed(storedDocument(joinRequests, aRequest), path, value);

    expect(isGood(document)).toBe(false);
    expect(disagreement(document)).toBeUndefined();
  });
});
