import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveId, newId } from '@caas/schema';
import fc from 'fast-check';
import { aMessage, aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { conversations } from '../conversations/conversations.collection.js';
import { type AcceptedMessage, type PersistOutcome } from './message-outcome.js';

const stored = (sequence: number, duplicate = false) => expect.objectContaining({ kind: 'stored', sequence, duplicate });
const rejected = (code: string) => expect.objectContaining({ kind: 'rejected', code });

describe('storing messages', () => {
  let bench: ChatBench;
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());

  async function aConversation() {
    const members = [await bench.user('Ada'), await bench.user('Grace')];
    const conversation = await bench.group(members);
    const [ada = '', grace = ''] = members.map(({ user_id }) => user_id);
    const say = (text: string, change: Partial<AcceptedMessage> = {}): AcceptedMessage =>
      aMessage({ conversationId: conversation.conversation_id, senderId: ada, content: { type: 'text', text }, ...change });
    return { id: conversation.conversation_id, ada, grace, say };
  }

  const persist = (batch: readonly AcceptedMessage[], persistence = bench.newPipeline()) => persistence.persist(bench.tenant, batch);

  describe('a batch of new messages', () => {
    it('is stored in order, with the newest one as summary', async () => {
      const { id, grace, say } = await aConversation();
      const batch = [say('one'), say('two', { senderId: grace }), say('three', { acceptedAt: Date.UTC(2026, 0, 3) })];

      const outcomes = await persist(batch);

      expect(outcomes).toEqual([stored(1), stored(2), stored(3)]);
      expect((await bench.stored(id)).map(({ message_id, sequence }) => [message_id, sequence])).toEqual(
        batch.map(({ messageId }, index) => [messageId, index + 1]),
      );
      expect(await bench.conversation(id)).toMatchObject({
        last_sequence: 3,
        last_message: { message_id: batch[2]?.messageId, sequence: 3, sender_name: 'Ada', content_preview: 'three', content_type: 'text' },
        last_activity_at: new Date(Date.UTC(2026, 0, 3)),
        stats: { message_count: 3, participant_count: 2 },
      });
    });

    it('leaves out what may not be stored, and gives no number to it', async () => {
      const { id, say } = await aConversation();
      const stranger = await bench.user('Mallory');
      const batch = [
        say('one'),
        say('two', { senderId: stranger.user_id }),
        say('three', { conversationId: newId('conv') }),
        say('four', { rootMessageId: newId('msg') }),
        say('five'),
      ];

      const outcomes = await persist(batch);

      expect(outcomes).toEqual([
        stored(1),
        rejected('AUTHZ_NOT_MEMBER'),
        rejected('RES_NOT_FOUND'),
        { kind: 'rejected', code: 'VAL_REFERENCE', field: '/body/root_message_id', reason: expect.stringContaining('root_message_id') },
        stored(2),
      ]);
      expect(await bench.conversation(id)).toMatchObject({ last_sequence: 2, stats: { message_count: 2 } });
    });

    it('does not look into another tenant', async () => {
      const { id, ada, say } = await aConversation();
      const other = bench.withTenant(aTenant());

      const outcomes = await bench.newPipeline().persist(other.tenant, [say('one')]);

      expect(outcomes).toEqual([rejected('RES_NOT_FOUND')]);
      expect(await bench.stored(id)).toEqual([]);
      expect(await persist([aMessage({ conversationId: id, senderId: ada })])).toEqual([stored(1)]);
    });

    it.each([
      ['suspended', 'TENANT_SUSPENDED'],
      ['cancelled', 'TENANT_CANCELLED'],
      ['pending', 'TENANT_PENDING'],
    ] as const)('of a %s tenant is rejected', async (status, code) => {
      const { say } = await aConversation();

      expect(await bench.newPipeline().persist({ ...bench.tenant, status }, [say('one')])).toEqual([rejected(code)]);
    });
  });

  describe('an answer to another message', () => {
    it('may refer to a stored one, and to one before it in the batch', async () => {
      const { id, say } = await aConversation();
      const root = say('root');
      await persist([root]);
      const first = say('first', { rootMessageId: root.messageId, parentMessageId: root.messageId });
      const second = say('second', { rootMessageId: root.messageId, parentMessageId: first.messageId });

      expect(await persist([first, second])).toEqual([stored(2), stored(3)]);
      expect((await bench.stored(id)).map(({ thread }) => thread.parent_message_id)).toEqual([null, root.messageId, first.messageId]);
    });

    it.each(['rootMessageId', 'parentMessageId'] as const)('may not refer by %s into another conversation', async (name) => {
      const [here, there] = [await aConversation(), await aConversation()];
      const elsewhere = there.say('there');
      await persist([elsewhere]);

      expect(await persist([here.say('here', { [name]: elsewhere.messageId })])).toEqual([rejected('VAL_REFERENCE')]);
    });
  });

  describe('a message that comes again', () => {
    it('keeps its sequence, its content and the event that brought it', async () => {
      const { id, say } = await aConversation();
      const first = say('first');
      const again = { ...first, eventId: newId('evt'), content: { type: 'text' as const, text: 'changed' } };

      await persist([first, say('other')]);
      const outcomes = await persist([again]);

      expect(outcomes).toEqual([
        { kind: 'stored', sequence: 1, duplicate: true, storedEventId: first.eventId, content: { type: 'text', text: 'first' } },
      ]);
      expect((await bench.stored(id)).map(({ content }) => content)).toEqual([
        { type: 'text', text: 'first' },
        { type: 'text', text: 'other' },
      ]);
    });

    it('inside one batch is stored once', async () => {
      const { id, say } = await aConversation();
      const message = say('once');

      expect(await persist([message, { ...message, eventId: newId('evt') }])).toEqual([stored(1), stored(1, true)]);
      expect(await bench.stored(id)).toHaveLength(1);
    });

    it('in another conversation is rejected, stored before or in the same batch', async () => {
      const [here, there] = [await aConversation(), await aConversation()];
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .update(there.id, { set: { participants: (await bench.conversation(here.id)).participants } });
      const message = here.say('here');
      const elsewhere = { ...message, conversationId: there.id };

      expect(await persist([message, elsewhere])).toEqual([stored(1), rejected('MSG_DUPLICATE_CLIENT_ID')]);
      expect(await persist([elsewhere])).toEqual([rejected('MSG_DUPLICATE_CLIENT_ID')]);
      expect(await persist([elsewhere, message])).toEqual([rejected('MSG_DUPLICATE_CLIENT_ID'), stored(1, true)]);
    });

    it('stays stored after its sender was removed, the conversation deleted or the tenant suspended', async () => {
      const { id, grace, say } = await aConversation();
      const message = say('still there', { senderId: grace });
      await persist([message]);
      const repository = bench.mongo.forTenant(bench.tenant).repository(conversations);
      const { participants } = await bench.conversation(id);
      await repository.update(id, {
        set: { participants: participants.map((one) => (one.user_id === grace ? { ...one, status: 'removed' as const } : one)) },
      });

      expect(await persist([message, say('late', { senderId: grace })])).toEqual([stored(1, true), rejected('AUTHZ_NOT_MEMBER')]);

      await repository.softDelete(id, 'spec');
      const suspended = { ...bench.tenant, status: 'suspended' as const };
      expect(await bench.newPipeline().persist(suspended, [message])).toEqual([stored(1, true)]);
    });
  });

  describe('after a crash', () => {
    it('between numbering and inserting, the repeat leaves a gap', async () => {
      const { id, say } = await aConversation();
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .incrementMany([{ id, field: 'last_sequence', by: 2 }]);

      expect(await persist([say('one'), say('two')])).toEqual([stored(3), stored(4)]);
    });

    it('between inserting and summarizing, the repeat writes the summary', async () => {
      const { id, say } = await aConversation();
      const batch = [say('one'), say('two')];
      await persist(batch);
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .updateManyById([{ id, set: { last_message: null } }]);

      expect(await persist(batch)).toEqual([stored(1, true), stored(2, true)]);

      expect((await bench.conversation(id)).last_message).toMatchObject({
        message_id: batch[1]?.messageId,
        sequence: 2,
        sender_name: 'Ada',
      });
    });

    it('a repeat never moves the summary back', async () => {
      const { id, say } = await aConversation();
      const [old, recent] = [say('old'), say('recent')];
      await persist([old]);
      await persist([recent]);

      await persist([old]);

      expect((await bench.conversation(id)).last_message).toMatchObject({ message_id: recent.messageId, sequence: 2 });
    });

    it('with a counter that is behind, numbers that are taken are passed over', async () => {
      const { id, say } = await aConversation();
      await persist([say('one'), say('two'), say('three')]);
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .updateManyById([{ id, set: { last_sequence: 0 } }]);

      const [outcome] = await persist([say('four')]);

      expect(outcome).toEqual(stored(4));
    });
  });

  /**
   * One partition as a log. Consumers work through it in chunks; some chunks are worked on by two owners at once, some come again. Whatever
   * happens, the store is what one pass over the log would have made of it.
   */
  it('stores a log exactly once and in order, under replays and two owners at once', async () => {
    const people = [await bench.user(), await bench.user(), await bench.user()].map(({ user_id }) => user_id);
    const send = fc.record({
      conversation: fc.constantFrom(0, 0, 1, 1, 2, 3),
      sender: fc.nat({ max: people.length - 1 }),
      clientId: fc.option(fc.nat({ max: 5 }), { nil: null, freq: 2 }),
    });
    const chunk = fc.record({
      sends: fc.array(send, { minLength: 1, maxLength: 12 }),
      owners: fc.integer({ min: 1, max: 3 }),
      replays: fc.nat({ max: 2 }),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 4 }), async (chunks) => {
        const run = newId('op');
        const members = [people, people.slice(0, 2), people.slice(1)];
        const ids = [...(await Promise.all(members.map((some) => aGroupOf(some)))), newId('conv')];
        const log: AcceptedMessage[] = [];
        const results = new Map<AcceptedMessage, PersistOutcome[]>();
        const note = (batch: readonly AcceptedMessage[], outcomes: readonly PersistOutcome[]): void =>
          batch.forEach((message, index) => results.set(message, [...(results.get(message) ?? []), ...outcomes.slice(index, index + 1)]));

        for (const { sends, owners, replays } of chunks) {
          const begin = log.length;
          for (const { conversation, sender, clientId } of sends) {
            const [conversationId = '', senderId = ''] = [ids[conversation], people[sender]];
            log.push(
              aMessage({
                conversationId,
                senderId,
                ...(clientId === null
                  ? {}
                  : { clientMessageId: `${run}-${clientId}`, messageId: deriveId('msg', run, senderId, String(clientId)) }),
              }),
            );
          }
          // A second owner begins at the committed offset, which may lie further back.
          const starts = Array.from({ length: owners }, (_, owner) => Math.max(0, begin - owner * 3));
          await Promise.all(starts.map(async (start) => note(log.slice(start), await persist(log.slice(start)))));
          for (let replay = 0; replay < replays; replay += 1) note(log.slice(begin), await persist(log.slice(begin)));
        }

        await expectOnePassOver(log, { results, members: new Map(ids.map((id, index) => [id, members[index] ?? []])) });
      }),
      { numRuns: 20 },
    );
  });

  async function aGroupOf(memberIds: readonly string[]): Promise<string> {
    const input = { type: 'group' as const, name: 'Team', member_ids: [...memberIds] };
    const { conversation } = await bench.conversations.create(bench.tenant, input, { actingUser: undefined, keyId: 'key' });
    return conversation.conversation_id;
  }

  /** Compares the store and every outcome with what a single pass in order gives. */
  async function expectOnePassOver(
    log: readonly AcceptedMessage[],
    { results, members }: { results: ReadonlyMap<AcceptedMessage, PersistOutcome[]>; members: ReadonlyMap<string, readonly string[]> },
  ): Promise<void> {
    const accepted = new Map<string, AcceptedMessage>();
    const verdicts = log.map((message): 'stored' | 'rejected' => {
      const first = accepted.get(message.messageId);
      if (first !== undefined) return first.conversationId === message.conversationId ? 'stored' : 'rejected';
      if (members.get(message.conversationId)?.includes(message.senderId ?? '') !== true) return 'rejected';
      accepted.set(message.messageId, message);
      return 'stored';
    });
    const sequences = new Map<string, number>();
    for (const id of members.keys()) {
      const rows = await bench.stored(id);
      const expected = [...accepted.values()].filter(({ conversationId }) => conversationId === id).map(({ messageId }) => messageId);
      expect(rows.map(({ message_id }) => message_id)).toEqual(expected); // by sequence: once each, and in the order of the log
      for (const { message_id, sequence } of rows) sequences.set(message_id, sequence);
      const newest = rows.at(-1);
      if (members.get(id)?.length === 0) continue;
      const { last_message, last_sequence, stats } = await bench.conversation(id);
      expect(last_message?.message_id).toBe(newest?.message_id);
      expect(last_sequence).toBeGreaterThanOrEqual(newest?.sequence ?? 0);
      expect(stats.message_count).toBe(rows.length);
    }
    log.forEach((message, index) => {
      for (const outcome of results.get(message) ?? []) {
        expect(outcome.kind).toBe(verdicts[index]);
        if (outcome.kind === 'stored') expect(outcome.sequence).toBe(sequences.get(message.messageId));
      }
    });
  }
});
