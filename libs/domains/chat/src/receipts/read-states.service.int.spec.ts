import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import fc from 'fast-check';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { readStates } from './read-states.collection.js';
import { ReadStatesService } from './read-states.service.js';

describe('ReadStatesService', () => {
  const tenant = aTenant();
  let bench: ChatBench;
  let service: ReadStatesService;
  beforeAll(async () => {
    bench = await ChatBench.open();
    service = new ReadStatesService({ mongo: bench.mongo, clock: bench.clock });
  });
  afterAll(() => bench?.close());

  const aReader = () => ({ conversationId: newId('conv'), userId: newId('usr') });
  const stored = ({ conversationId, userId }: ReturnType<typeof aReader>) =>
    bench.mongo.forTenant(tenant).repository(readStates).findMany({ conversation_id: conversationId, user_id: userId });

  it('marks as read, and so as delivered', async () => {
    const [reader, messageId] = [aReader(), newId('msg')];

    const state = await service.markRead(tenant, { ...reader, messageId, sequence: 7 });

    expect(state).toMatchObject({ last_read_sequence: 7, last_read_message_id: messageId, last_delivered_sequence: 7 });
    expect(await stored(reader)).toEqual([state]);
  });

  it('never goes back', async () => {
    const [reader, late, early] = [aReader(), newId('msg'), newId('msg')];
    await service.markDelivered(tenant, { ...reader, sequence: 12 });
    await service.markRead(tenant, { ...reader, messageId: late, sequence: 9 });

    const state = await service.markRead(tenant, { ...reader, messageId: early, sequence: 3 });
    await service.markDelivered(tenant, { ...reader, sequence: 4 });

    expect(state).toMatchObject({ last_read_sequence: 9, last_read_message_id: late, last_delivered_sequence: 12 });
    expect(await stored(reader)).toEqual([state]);
  });

  it('ends at the highest mark, whatever order they come in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 6 }), async (sequences) => {
        const reader = aReader();
        const marks = sequences.map((sequence) => ({ ...reader, sequence, messageId: newId('msg') }));
        const highest = marks.reduce((left, right) => (right.sequence > left.sequence ? right : left));

        await Promise.all(marks.map((mark) => service.markRead(tenant, mark)));

        expect(await stored(reader)).toMatchObject([{ last_read_sequence: highest.sequence, last_read_message_id: highest.messageId }]);
      }),
      { numRuns: 10 },
    );
  });

  it('counts what is unread, of every conversation at once', async () => {
    const userId = newId('usr');
    const [read, unread, ahead] = [newId('conv'), newId('conv'), newId('conv')];
    await service.markRead(tenant, { conversationId: read, userId, messageId: newId('msg'), sequence: 4 });
    await service.markRead(tenant, { conversationId: ahead, userId, messageId: newId('msg'), sequence: 9 });

    const counts = await service.unreadCounts(tenant, userId, [
      { conversation_id: read, last_sequence: 6 },
      { conversation_id: unread, last_sequence: 3 },
      { conversation_id: ahead, last_sequence: 8 },
    ]);

    expect([...counts]).toEqual([
      [read, 2],
      [unread, 3],
      [ahead, 0],
    ]);
    expect(await service.unreadCounts(aTenant(), userId, [{ conversation_id: read, last_sequence: 6 }])).toEqual(new Map([[read, 6]]));
    expect(await service.unreadCounts(tenant, userId, [])).toEqual(new Map());
  });
});
