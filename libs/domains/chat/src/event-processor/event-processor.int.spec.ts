import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type analytics } from '@caas/insight';
import { type EventDefinition, type EventRecord } from '@caas/messaging-kafka';
import { type notificationEvents } from '@caas/notifications';
import { type User, userDeleted, userUpdated } from '@caas/identity';
import { createLogger, Metrics } from '@caas/runtime';
import { newId } from '@caas/schema';
import { conversationUpdated, participantRemoved } from '../conversations/conversations.events.js';
import { conversations } from '../conversations/conversations.collection.js';
import { aMessage, aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { aRecordOf, MemoryProducer, MemoryTenants, specClock, specSettings } from '../fixtures/pipeline.fixture.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { messages } from '../messages/messages.collection.js';
import { messagePersisted } from '../messages/messages.events.js';
import { reactionAdded, reactionRemoved } from '../reactions/reactions.events.js';
import { reactions } from '../reactions/reactions.collection.js';
import { messageDelivered, messageRead } from '../receipts/receipts.events.js';
import { readReceipts } from '../receipts/read-receipts.collection.js';
import { readStates } from '../receipts/read-states.collection.js';
import { EventItem } from './event-item.js';
import { eventPipeline, type EventProcessorParts } from './event-processor.js';

const SENT_AT = Date.UTC(2026, 0, 2);

describe('the event processor', () => {
  let bench: ChatBench;
  let notifications: MemoryProducer<typeof notificationEvents>;
  let counted: MemoryProducer<typeof analytics>;
  let [ada, grace, linus]: User[] = [];
  let id = '';
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    notifications = new MemoryProducer();
    counted = new MemoryProducer();
    [ada, grace, linus] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Linus')];
    id = (await bench.group([ada, grace, linus])).conversation_id;
  });

  const idOf = (user: User | undefined): string => user?.user_id ?? '';

  async function run(records: readonly EventRecord[], change: Partial<EventProcessorParts> = {}): Promise<EventItem[]> {
    const parts = {
      mongo: bench.mongo,
      tenants: new MemoryTenants([bench.tenant]),
      conversations: bench.newDirectory(),
      users: bench.users,
      settings: specSettings(),
      members: bench.members,
      notifications,
      analytics: counted,
      clock: specClock(),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      ...change,
    };
    const items = records.map((record) => new EventItem(record));
    await eventPipeline(parts).run(items, {
      logger: createLogger({ service: 'spec', level: 'silent' }),
      signal: new AbortController().signal,
      isOwned: () => true,
    });
    return items;
  }

  const record = (event: EventDefinition, payload: Record<string, unknown>): EventRecord =>
    aRecordOf(bench.tenant, event, payload, { family: 'chat.events', key: String(payload[event.key ?? '']) });

  /** Stores messages and resolves with the events that say so. */
  async function persisted(...texts: { text: string; sender?: User | undefined; mention?: User | 'everyone' | undefined }[]) {
    const batch = texts.map(({ text, sender = ada, mention }) =>
      aMessage({
        conversationId: id,
        senderId: idOf(sender),
        content: {
          type: 'text',
          text,
          ...(mention === undefined
            ? {}
            : { mentions: [{ user_id: typeof mention === 'string' ? mention : idOf(mention), display_name: 'x', offset: 0, length: 1 }] }),
        },
      }),
    );
    const outcomes = await bench.newPipeline().persist(bench.tenant, batch);
    return batch.map((message, index) =>
      record(messagePersisted, {
        message_id: message.messageId,
        conversation_id: id,
        operation: 'sent',
        sequence: (outcomes[index] as { sequence: number }).sequence,
        sender_id: message.senderId,
        content: message.content,
        persisted_at: SENT_AT + 10,
      }),
    );
  }

  const messageOf = ({ payload }: EventRecord): string => (payload as { message_id: string }).message_id;
  const read = (event: EventRecord, reader: User | undefined, { upTo = true, at = SENT_AT + 100 } = {}) =>
    record(messageRead, { message_id: messageOf(event), conversation_id: id, reader_id: idOf(reader), read_at: at, up_to: upTo });
  const delivered = (event: EventRecord, recipient: User | undefined, at = SENT_AT + 50) =>
    record(messageDelivered, {
      message_id: messageOf(event),
      conversation_id: id,
      recipient_id: idOf(recipient),
      delivered_at: at,
      delivery_method: 'websocket',
    });

  const rowsOf = async () => ({
    states: await bench.mongo
      .forTenant(bench.tenant)
      .repository(readStates)
      .findMany({ conversation_id: id }, { sort: { user_id: 1 } }),
    receipts: await bench.mongo
      .forTenant(bench.tenant)
      .repository(readReceipts)
      .findMany({ conversation_id: id }, { sort: { user_id: 1, message_id: 1 } }),
  });
  const stateOf = async (user: User | undefined) => (await rowsOf()).states.find(({ user_id }) => user_id === idOf(user));

  describe('receipts', () => {
    it('raise the watermark and note who has read what', async () => {
      const [first, second] = await persisted({ text: 'one' }, { text: 'two' });
      if (first === undefined || second === undefined) throw new TypeError('two were stored');

      await run([delivered(first, grace), read(second, grace)]);

      expect(await stateOf(grace)).toMatchObject({
        last_read_sequence: 2,
        last_read_message_id: messageOf(second),
        last_delivered_sequence: 2,
      });
      expect((await rowsOf()).receipts).toMatchObject(
        [
          { message_id: messageOf(first), status: 'delivered', delivered_at: new Date(SENT_AT + 50), read_at: null },
          { message_id: messageOf(second), status: 'read', read_at: new Date(SENT_AT + 100), is_visible: true },
        ].sort((left, right) => (left.message_id < right.message_id ? -1 : 1)),
      );
    });

    it('never go back, neither by a late event nor by one of a message before', async () => {
      const [first, second] = await persisted({ text: 'one' }, { text: 'two' });
      if (first === undefined || second === undefined) throw new TypeError('two were stored');
      await run([read(second, grace)]);

      await run([read(first, grace, { at: SENT_AT + 500 }), delivered(second, grace, SENT_AT + 600)]);

      expect(await stateOf(grace)).toMatchObject({ last_read_sequence: 2, last_read_at: new Date(SENT_AT + 100) });
      expect((await rowsOf()).receipts.map(({ status }) => status)).toEqual(['read', 'read']);
    });

    it('of a single message leave the watermark alone', async () => {
      const [only] = await persisted({ text: 'one' });

      await run([read(only as EventRecord, grace, { upTo: false })]);

      expect(await stateOf(grace)).toBeUndefined();
      expect((await rowsOf()).receipts).toMatchObject([{ status: 'read' }]);
    });

    it('are watermarks only where the tenant wants no detail, and hidden where the user wants that', async () => {
      const [only] = await persisted({ text: 'one' });
      const event = only as EventRecord;

      await run([read(event, grace)], { settings: specSettings({ receipt_detail: 'off' }) });

      expect((await rowsOf()).receipts).toEqual([]);
      expect(await stateOf(grace)).toMatchObject({ last_read_sequence: 1 });
    });

    it('of strangers, of unknown messages and of other conversations count for nothing', async () => {
      const [only] = await persisted({ text: 'one' });
      const event = only as EventRecord;
      const unknown = { ...event, payload: { ...event.payload, message_id: newId('msg') } } as EventRecord;
      const stranger = await bench.user('Mallory');

      const items = await run([read(event, stranger), read(unknown, grace)]);

      expect(items.map(({ outcome }) => outcome.kind)).toEqual(['skip', 'skip']);
      expect(await rowsOf()).toEqual({ states: [], receipts: [] });
    });
  });

  describe('stored messages', () => {
    it('are read by who sent them, and mentions count until they are read', async () => {
      const events = await persisted({ text: '@', mention: grace }, { text: '@', mention: 'everyone' }, { text: 'x', sender: grace });

      await run(events.slice(0, 2));
      expect(await stateOf(grace)).toMatchObject({ unread_mentions: 2, last_read_sequence: 0 });
      expect(await stateOf(ada)).toMatchObject({ unread_mentions: 0, last_read_sequence: 2 });

      await run(events.slice(2));
      expect(await stateOf(grace)).toMatchObject({ unread_mentions: 0, last_read_sequence: 3 });
    });

    it('tell everyone but their sender, with ids that follow from the event', async () => {
      const [event] = await persisted({ text: 'hello', mention: grace });

      await run([event as EventRecord]);
      const first = notifications.facts;
      await run([event as EventRecord]);

      expect(first).toMatchObject([
        { type: 'mention', recipient_id: idOf(grace), title: 'Ada in Team', body: 'hello', priority: 'high', channels: ['in_app', 'push'] },
        { type: 'message', recipient_id: idOf(linus), title: 'Ada in Team', body: 'hello', priority: 'normal' },
      ]);
      expect(notifications.facts.slice(2)).toEqual(first);
      expect(counted.facts).toMatchObject([{ user_id: idOf(ada), activity_type: 'message_sent' }, {}]);
      expect(JSON.stringify(counted.facts)).not.toContain('hello');
    });

    it('tell nobody who muted the conversation or wants mentions only', async () => {
      const { participants } = await bench.conversation(id);
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .update(id, {
          set: {
            participants: participants.map((one) => ({
              ...one,
              settings: {
                ...one.settings,
                ...(one.user_id === idOf(grace) ? { notifications: 'mentions' as const } : { muted: true, muted_until: null }),
              },
            })),
          },
        });
      const events = await persisted({ text: 'to all' }, { text: 'to Grace', mention: grace });

      await run(events);

      expect(notifications.facts).toMatchObject([{ recipient_id: idOf(grace), type: 'mention', body: 'to Grace' }]);
    });
  });

  it('brings a conversation back to those who hid or archived it, unless it is to stay there', async () => {
    const own = (user: User | undefined) => ({ actor: { userId: idOf(user) }, origin: { by: idOf(user) } });
    await bench.own.hide(bench.tenant, id, own(ada));
    await bench.own.archive(bench.tenant, id, { ...own(grace), keep: false });
    await bench.own.archive(bench.tenant, id, { ...own(linus), keep: true });
    const before = await bench.conversation(id);
    expect(before.participants.map(({ settings: { hidden, archived } }) => [hidden, archived])).toEqual([
      [true, false],
      [undefined, true],
      [undefined, true],
    ]);

    const events = await persisted({ text: 'hello' });
    await run(events);
    await run(events);

    const { participants } = await bench.conversation(id);
    expect(participants.map(({ settings: { hidden, archived } }) => [hidden, archived])).toEqual([
      [false, false],
      [undefined, false],
      [undefined, true],
    ]);
  });

  it('makes the summary of reactions say what the rows say', async () => {
    const [event] = await persisted({ text: 'one' });
    const message = messageOf(event as EventRecord);
    const rows = bench.mongo.forTenant(bench.tenant).repository(reactions);
    for (const [user, emoji] of [
      [ada, '+1'],
      [grace, '+1'],
      [linus, 'heart'],
    ] as const) {
      await rows.insert({
        message_id: message,
        conversation_id: id,
        user_id: idOf(user),
        emoji,
        emoji_type: 'custom',
        custom_emoji_id: emoji,
        custom_emoji_url: null,
        expires_at: null,
      });
    }
    const about = { message_id: message, conversation_id: id, user_id: idOf(ada), emoji: '+1' };
    const added = record(reactionAdded, { ...about, emoji_type: 'custom', added_at: SENT_AT });
    const summary = async () => (await bench.mongo.forTenant(bench.tenant).repository(messages).get(message)).reactions_summary;

    await run([added]);
    expect(await summary()).toEqual({ total_count: 3, by_emoji: { '+1': 2, heart: 1 } });

    await rows.findOneAndDelete({ message_id: message, user_id: idOf(linus), emoji: 'heart' });
    await run([record(reactionRemoved, { ...about, user_id: idOf(linus), emoji: 'heart', removed_at: SENT_AT }), added]);
    expect(await summary()).toEqual({ total_count: 2, by_emoji: { '+1': 2 } });
  });

  it('drops what other processes keep of a conversation that changed', async () => {
    const elsewhere = bench.newDirectory();
    await elsewhere.get(bench.tenant, id);
    const invalidated: string[] = [];
    const conversationsHere = bench.newDirectory();
    const invalidate = conversationsHere.invalidate.bind(conversationsHere);
    conversationsHere.invalidate = async (tenant, conversationId) => {
      invalidated.push(conversationId);
      await invalidate(tenant, conversationId);
    };

    await run(
      [
        record(participantRemoved, { conversation_id: id, participant_id: idOf(grace), removed_by: 'key', removed_at: SENT_AT }),
        record(conversationUpdated, { conversation_id: id, updated_by: 'key', updated_at: SENT_AT, changes: [] }),
      ],
      { conversations: conversationsHere },
    );

    expect(invalidated).toEqual([id]);
  });

  it('copies a changed name to where conversations show it', async () => {
    await bench.run(() =>
      bench.users.upsertByExternalId(bench.tenant, { external_id: grace?.external_id ?? '', display_name: 'Grace H.' }, { by: 'spec' }),
    );

    await run([
      record(userUpdated, { user_id: idOf(grace), updated_by: 'key', updated_at: SENT_AT, changes: [{ field: 'profile.display_name' }] }),
      record(userUpdated, { user_id: idOf(linus), updated_by: 'key', updated_at: SENT_AT, changes: [{ field: 'profile.bio' }] }),
    ]);

    expect((await bench.conversation(id)).participants.map(({ display_name }) => display_name)).toEqual(['Ada', 'Grace H.', 'Linus']);
  });

  it('changes nothing when a log comes again, whole and in overlapping halves', async () => {
    const events = await persisted(
      { text: '@', mention: grace },
      { text: 'b', sender: grace },
      { text: '@', mention: 'everyone' },
      { text: 'd' },
    );
    const [a, b, c, d] = events;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new TypeError('four were stored');
    const log = [
      a,
      delivered(a, grace),
      b,
      read(a, linus),
      c,
      read(b, linus),
      delivered(d, linus),
      d,
      read(c, grace),
      read(a, grace, { upTo: false }),
    ];
    await run(log);
    const once = await rowsOf();
    const told = new Set(notifications.sent.map(({ id: eventId }) => eventId));

    for (const part of [log, log.slice(0, 6), log.slice(3), log.slice(5, 8), [...log].reverse(), log]) await run(part);

    expect(await rowsOf()).toEqual(once);
    expect(new Set(notifications.sent.map(({ id: eventId }) => eventId))).toEqual(told);
  });

  it('keeps tenants apart', async () => {
    const [event] = await persisted({ text: 'one' });
    const other = aTenant();
    const foreign = { ...read(event as EventRecord, grace), tenantId: other.tenantId } as EventRecord;

    const items = await run([foreign], { tenants: new MemoryTenants([other]) });

    expect(items.map(({ outcome }) => outcome.kind)).toEqual(['skip']);
    expect(await rowsOf()).toEqual({ states: [], receipts: [] });
  });

  describe('a deleted user', () => {
    const deleted = (user: User | undefined) =>
      record(userDeleted, { user_id: idOf(user), deleted_by: 'spec', deleted_at: SENT_AT, data_retention_days: 30 });
    const membersOf = async (conversationId: string) => {
      const { participants, stats } = await bench.conversation(conversationId);
      return { active: participants.filter(({ status }) => status === 'active').map(({ user_id, role }) => [user_id, role]), ...stats };
    };
    const make = async (type: 'channel' | 'direct', members: (User | undefined)[]): Promise<string> => {
      const input = { type, ...(type === 'channel' && { name: 'News' }), member_ids: members.map(idOf) };
      const made = await bench.run(() => bench.conversations.create(bench.tenant, input, { actingUser: undefined, keyId: 'key' }));
      return made.conversation.conversation_id;
    };

    it('leaves groups and channels, once, and somebody else owns them', async () => {
      const [channel, pair] = [await make('channel', [ada, grace]), await make('direct', [ada, grace])];
      await bench.members.setRole(
        bench.tenant,
        { conversationId: id, userId: idOf(linus) },
        { actor: undefined, origin: { by: 'spec' }, role: 'admin' },
      );

      await run([deleted(ada)]);
      await run([deleted(ada)]);

      expect(await membersOf(id)).toMatchObject({
        active: expect.arrayContaining([
          [idOf(grace), 'member'],
          [idOf(linus), 'owner'],
        ]),
        participant_count: 2,
      });
      const rows = await bench.mongo.forTenant(bench.tenant).repository(groupMembers).findMany({ conversation_id: channel });
      expect(rows.map(({ user_id, role, status }) => [user_id, role, status]).sort()).toEqual(
        [
          [idOf(ada), 'owner', 'left'],
          [idOf(grace), 'owner', 'active'],
        ].sort(),
      );
      expect((await membersOf(pair)).active).toHaveLength(2);
      const told = (await bench.told()).filter(
        ([type, payload]) => type === 'participant.removed' && payload['participant_id'] === idOf(ada),
      );
      expect(told.map(([, { conversation_id }]) => conversation_id).sort()).toEqual([id, channel].sort());
    });

    it('may have been the only one, in a conversation that is gone as well', async () => {
      const channel = await make('channel', [grace]);
      await bench.info.delete(bench.tenant, id, { actor: undefined, origin: { by: 'spec' } });

      await run([deleted(grace)]);

      expect(await membersOf(channel)).toMatchObject({ participant_count: 0 });
    });
  });
});
