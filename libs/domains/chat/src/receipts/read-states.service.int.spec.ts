import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import fc from 'fast-check';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { NOTHING_READ, readStates } from './read-states.collection.js';
import { ReadStatesService } from './read-states.service.js';

describe('ReadStatesService', () => {
  const tenant = aTenant();
  let bench: ChatBench;
  let service: ReadStatesService;
  beforeAll(async () => {
    bench = await ChatBench.open();
    service = new ReadStatesService({ mongo: bench.mongo, outbox: bench.outbox, clock: bench.clock });
  });
  afterAll(() => bench?.close());

  const reading = { status: 'read', isTold: true } as const;
  const got = { status: 'delivered', isTold: false } as const;
  const aReader = () => ({ conversationId: newId('conv'), userId: newId('usr') });
  const stored = ({ conversationId, userId }: ReturnType<typeof aReader>) =>
    bench.mongo.forTenant(tenant).repository(readStates).findMany({ conversation_id: conversationId, user_id: userId });

  it('marks as read, and so as delivered', async () => {
    const [reader, messageId] = [aReader(), newId('msg')];

    const state = await service.rise(tenant, { ...reader, ...reading, messageId, sequence: 7 });

    expect(state).toMatchObject({ last_read_sequence: 7, last_read_message_id: messageId, last_delivered_sequence: 7 });
    expect(await stored(reader)).toEqual([state]);
  });

  it('never goes back', async () => {
    const [reader, late, early] = [aReader(), newId('msg'), newId('msg')];
    await service.rise(tenant, { ...reader, ...got, messageId: newId('msg'), sequence: 12 });
    await service.rise(tenant, { ...reader, ...reading, messageId: late, sequence: 9 });

    const state = await service.rise(tenant, { ...reader, ...reading, messageId: early, sequence: 3 });
    await service.rise(tenant, { ...reader, ...got, messageId: early, sequence: 4 });

    expect(state).toMatchObject({ last_read_sequence: 9, last_read_message_id: late, last_delivered_sequence: 12 });
    expect(await stored(reader)).toEqual([state]);
  });

  it('ends at the highest mark, whatever order they come in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 6 }), async (sequences) => {
        const reader = aReader();
        const marks = sequences.map((sequence) => ({ ...reader, ...reading, sequence, messageId: newId('msg') }));
        const highest = marks.reduce((left, right) => (right.sequence > left.sequence ? right : left));

        await Promise.all(marks.map((mark) => service.rise(tenant, mark)));

        expect(await stored(reader)).toMatchObject([{ last_read_sequence: highest.sequence, last_read_message_id: highest.messageId }]);
      }),
      { numRuns: 10 },
    );
  });

  it('tells of each rise once, however many devices raise it at once', async () => {
    const [reader, messageId] = [aReader(), newId('msg')];
    const marks = Array.from({ length: 8 }, () => ({ ...reader, ...reading, messageId, sequence: 7 }));

    await Promise.all(marks.map((mark) => service.rise(tenant, mark)));

    const told = (await bench.told(tenant)).filter(([, { conversation_id: id }]) => id === reader.conversationId);
    expect(told).toMatchObject([['message.read', { message_id: messageId, reader_id: reader.userId, up_to: true }]]);
  });

  it('leaves as many mentions as there may be behind the place', async () => {
    const reader = aReader();
    const rows = bench.mongo.forTenant(tenant).repository(readStates);
    const key = { conversation_id: reader.conversationId, user_id: reader.userId };
    await rows.insert({ ...key, ...NOTHING_READ, unread_mentions: 3, last_mention_sequence: 8 });
    const read = async (sequence: number) =>
      (await service.rise(tenant, { ...reader, ...reading, messageId: newId('msg'), sequence })).unread_mentions;

    expect([await read(2), await read(6), await read(8)]).toEqual([3, 2, 0]);
  });

  it('counts what is unread, of every conversation at once', async () => {
    const userId = newId('usr');
    const [read, unread, ahead] = [newId('conv'), newId('conv'), newId('conv')];
    await service.rise(tenant, { ...reading, conversationId: read, userId, messageId: newId('msg'), sequence: 4 });
    await service.rise(tenant, { ...reading, conversationId: ahead, userId, messageId: newId('msg'), sequence: 9 });

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
