import { describe, expect, it } from '@jest/globals';
import { type StreamContext, type StreamEvent } from '@caas/data-access-mongo';
import { newId, newTenantId } from '@caas/schema';
import { membershipCacheStream } from './membership-cache.stream.js';

function aStream() {
  const forgotten: [tenantId: string, conversationId: string][] = [];
  const stream = membershipCacheStream({
    directory: { invalidate: async ({ tenantId }, id) => void forgotten.push([tenantId, id]) },
  });
  const context: StreamContext = { signal: new AbortController().signal, fence: 1 };
  const tenantId = newTenantId();
  const id = newId('conv');
  const handle = (change: Partial<StreamEvent>) =>
    stream.handle(
      {
        eventId: newId('evt'),
        operation: 'update',
        collection: 'conversations',
        tenantId,
        id,
        document: undefined,
        before: undefined,
        paths: [],
        at: undefined,
        ...change,
      },
      context,
    );
  return { forgotten, handle, entry: [tenantId, id] };
}

describe('the stream that keeps memberships fresh', () => {
  it.each<[string, Partial<StreamEvent>]>([
    ['members as a whole', { paths: ['updated_at', 'participants'] }],
    ['one member', { paths: ['participants.3.status'] }],
    ['a deletion that can be taken back', { paths: ['deleted_at', 'deleted_by'] }],
    ['a whole document', { operation: 'replace' }],
    ['a removal', { operation: 'delete' }],
  ])('forgets a conversation after a change of %s', async (_what, change) => {
    const { forgotten, handle, entry } = aStream();

    await handle(change);

    expect(forgotten).toEqual([entry]);
  });

  it('leaves it alone when a message was stored in it', async () => {
    const { forgotten, handle } = aStream();

    await handle({ paths: ['last_message', 'last_sequence', 'last_activity_at', 'stats.message_count', 'participants_hint'] });

    expect(forgotten).toEqual([]);
  });

  it('has nothing to forget of a tenant that is not told', async () => {
    const { forgotten, handle } = aStream();

    await handle({ operation: 'delete', tenantId: undefined });

    expect(forgotten).toEqual([]);
  });
});
