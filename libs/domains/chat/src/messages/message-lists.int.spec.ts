import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Page } from '@caas/data-access-mongo';
import { type ActingUser } from '@caas/runtime';
import { newId } from '@caas/schema';
import { conversations } from '../conversations/conversations.collection.js';
import { aMessage, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { messageServices } from '../fixtures/message-services.fixture.js';
import { readStates } from '../receipts/read-states.collection.js';
import { type AcceptedMessage } from './message-outcome.js';
import { messageHides } from './message-hides.collection.js';
import { type MessageLists, type MessageListQuery } from './message-lists.js';
import { type MessageResource } from './messages.resource.js';
import { messages } from './messages.collection.js';

describe('MessageLists', () => {
  let bench: ChatBench;
  let lists: MessageLists;
  let [ada, grace]: [ActingUser, ActingUser] = [] as unknown as [ActingUser, ActingUser];
  let id = '';
  beforeAll(async () => {
    bench = await ChatBench.open();
    ({ lists } = messageServices(bench));
    const people = [await bench.user('Ada'), await bench.user('Grace')];
    [ada, grace] = people.map(toActingUser) as [ActingUser, ActingUser];
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    const people = await Promise.all([ada, grace].map(({ userId }) => bench.users.get(bench.tenant, userId)));
    id = (await bench.group(people)).conversation_id;
  });

  const say = async (count: number, change: (index: number) => Partial<AcceptedMessage> = () => ({})): Promise<string[]> => {
    const batch = Array.from({ length: count }, (_, index) => aMessage({ conversationId: id, senderId: ada.userId, ...change(index) }));
    await bench.newPipeline().persist(bench.tenant, batch);
    return batch.map(({ messageId }) => messageId);
  };
  const list = (query: Partial<MessageListQuery> = {}, actor: ActingUser | undefined = grace): Promise<Page<MessageResource>> =>
    lists.list({ tenant: bench.tenant, actor, conversationId: id, query: { order: 'desc', limit: 50, ...query } });
  const sequences = ({ items }: Page<MessageResource>): (number | null)[] => items.map(({ sequence }) => sequence);

  describe('beside a message', () => {
    it('begins by its id or its sequence, in either order, and goes on by cursor', async () => {
      const ids = await say(9);

      expect(sequences(await list({ before: '5', limit: 2 }))).toEqual([4, 3]);
      expect(sequences(await list({ before: ids[4], limit: 2 }))).toEqual([4, 3]);
      expect(sequences(await list({ before: '5', limit: 2, order: 'asc' }))).toEqual([3, 4]);
      expect(sequences(await list({ after: '5', limit: 2 }))).toEqual([7, 6]);
      expect(sequences(await list({ after: '5', limit: 2, order: 'asc' }))).toEqual([6, 7]);
      const after = await list({ after: '5', limit: 2 });
      expect(sequences(await list({ cursor: after.prevCursor ?? '', limit: 2 }))).toEqual([9, 8]);
      expect(sequences(await list({ cursor: after.nextCursor ?? '', limit: 2 }))).toEqual([5, 4]);
    });

    it.each(['asc', 'desc'] as const)('puts it into the middle, %s, and goes on both ways', async (order) => {
      const ids = await say(9);
      const sorted = (...expected: number[]): number[] => (order === 'asc' ? expected : expected.reverse());

      const around = await list({ around: ids[4], limit: 4, order });
      const earlier = await list({ cursor: (order === 'asc' ? around.prevCursor : around.nextCursor) ?? '', limit: 50, order });
      const later = await list({ cursor: (order === 'asc' ? around.nextCursor : around.prevCursor) ?? '', limit: 50, order });

      const shown = sequences(around);
      expect(shown).toHaveLength(4);
      expect(shown).toContain(5);
      expect([...sequences(earlier), ...shown, ...sequences(later)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(shown).toEqual(order === 'asc' ? sorted(3, 4, 5, 6) : sorted(4, 5, 6, 7));
      expect(sequences(await list({ around: '1', limit: 3, order }))).toContain(1);
    });

    it('refuses one of another conversation as one that does not exist, and two places at once', async () => {
      await say(1);
      const elsewhere = aMessage({ conversationId: (await bench.group()).conversation_id, senderId: ada.userId });
      const refusal = (query: Partial<MessageListQuery>) =>
        list(query).then(
          () => undefined,
          (error: Error) => error.message,
        );

      expect(await refusal({ before: elsewhere.messageId })).toBe(await refusal({ before: newId('msg') }));
      await expect(list({ before: newId('msg') })).rejects.toMatchObject({ code: 'VAL_REFERENCE', issues: [{ field: '/query/before' }] });
      await expect(list({ before: '1', after: '2' })).rejects.toMatchObject({ code: 'VAL_FAILED', issues: [{ field: '/query/after' }] });
    });
  });

  it('leaves replies in threads out unless they are asked for', async () => {
    const [root] = await say(1);
    await say(2, () => ({ rootMessageId: root ?? null }));

    expect(sequences(await list())).toEqual([1]);
    expect(sequences(await list({ include_replies: true }))).toEqual([3, 2, 1]);
  });

  it('shows deleted messages as placeholders when they are asked for', async () => {
    const [first] = await say(2);
    const repository = bench.mongo.forTenant(bench.tenant).repository(messages);
    await repository.softDelete(first ?? '', ada.userId, {
      set: { content: { type: 'erased', content_type: 'text' }, deletion: { type: 'sender', reason: null } },
    });

    expect(sequences(await list())).toEqual([2]);
    expect((await list({ include_deleted: true })).items[1]).toMatchObject({
      sequence: 1,
      type: 'text',
      content: null,
      deleted: { is_deleted: true },
    });
    expect(sequences(await list({ include_deleted: true, types: ['text'] }))).toEqual([2, 1]);
  });

  it('filters by kind, sender and pins', async () => {
    const ids = await say(3, (index) => ({
      senderId: index === 0 ? grace.userId : ada.userId,
      ...(index === 1 && { content: { type: 'location', location: { latitude: 0, longitude: 0 } } as const }),
    }));
    const pinned_messages = [{ message_id: ids[2] ?? '', pinned_by: ada.userId, pinned_at: new Date() }];
    await bench.mongo.forTenant(bench.tenant).repository(conversations).update(id, { set: { pinned_messages } });

    expect(sequences(await list({ types: ['location'] }))).toEqual([2]);
    expect(sequences(await list({ types: ['location', 'text'] }))).toEqual([3, 2, 1]);
    expect(sequences(await list({ sender_id: grace.userId }))).toEqual([1]);
    expect((await list({ pinned: true })).items.map(({ message_id, pinned }) => [message_id, pinned])).toEqual([[ids[2], true]]);
    expect(sequences(await list({ pinned: false }))).toEqual([2, 1]);
  });

  it('hides from one user what they deleted for themselves', async () => {
    const [first] = await say(3);
    await bench.mongo
      .forTenant(bench.tenant)
      .repository(messageHides)
      .insert({ user_id: grace.userId, conversation_id: id, message_id: first ?? '', sequence: 1, expires_at: null });

    expect(sequences(await list())).toEqual([3, 2]);
    expect(sequences(await list({}, ada))).toEqual([3, 2, 1]);
    const { messages: service } = messageServices(bench);
    await expect(service.get(bench.tenant, first ?? '', grace)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    expect(await service.get(bench.tenant, first ?? '', ada)).toMatchObject({ sequence: 1 });
  });

  it('shows nobody what they cleared for themselves', async () => {
    const [first] = await say(2);
    await bench.own.clearHistory(bench.tenant, id, { actor: grace, origin: { by: grace.userId } });
    await say(1);

    expect(sequences(await list())).toEqual([3]);
    expect(sequences(await list({}, ada))).toEqual([3, 2, 1]);
    await expect(messageServices(bench).messages.get(bench.tenant, first ?? '', grace)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
  });

  it('shows nothing that has disappeared, whether the store has removed it or not', async () => {
    const [gone, going] = await say(3);
    const rows = bench.mongo.forTenant(bench.tenant).repository(messages);
    const now = bench.clock.now();
    await rows.update(gone ?? '', { set: { expires_at: new Date(now) } });
    await rows.update(going ?? '', { set: { expires_at: new Date(now + 60_000) } });

    expect(sequences(await list())).toEqual([3, 2]);
    await expect(messageServices(bench).messages.get(bench.tenant, gone ?? '', ada)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
  });

  it('tells senders how far their messages have come, as far as the others show it', async () => {
    await say(3);
    await bench.mongo.forTenant(bench.tenant).repository(readStates).insert({
      conversation_id: id,
      user_id: grace.userId,
      last_read_sequence: 1,
      last_read_message_id: null,
      last_read_at: null,
      last_delivered_sequence: 2,
      last_delivered_at: null,
      unread_mentions: 0,
    });
    const statuses = async (actor: ActingUser) => (await list({ order: 'asc' }, actor)).items.map(({ status }) => status);

    expect(await statuses(ada)).toEqual(['read', 'delivered', 'sent']);
    expect(await statuses(grace)).toEqual(['sent', 'sent', 'sent']);
    await bench.hideReceipts(grace.userId);
    expect(await statuses(ada)).toEqual(['sent', 'sent', 'sent']);
  });
});
