import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { aMessage, ChatBench } from '../fixtures/chat.fixture.js';
import { specSettings } from '../fixtures/pipeline.fixture.js';
import { MemoryQuotas } from '@caas/testing';
import { toSystemContent } from './system-content.js';
import { type AcceptedMessage } from './message-outcome.js';

const SENT_AT = Date.UTC(2026, 0, 2);

describe('what the pipeline does with a message', () => {
  let bench: ChatBench;
  let [id, ada, grace]: [string, string, string] = ['', '', ''];
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    const members = [await bench.user('Ada'), await bench.user('Grace')];
    id = (await bench.group(members)).conversation_id; // Ada owns it
    [ada, grace] = [members[0]?.user_id ?? '', members[1]?.user_id ?? ''];
  });

  const say = (text: string, change: Partial<AcceptedMessage> = {}): AcceptedMessage =>
    aMessage({ conversationId: id, senderId: grace, content: { type: 'text', text }, ...change });

  const persist = (batch: readonly AcceptedMessage[], settings = specSettings()) =>
    bench.newPipeline(undefined, { settings }).persist(bench.tenant, batch);

  async function arrange(settings: Partial<NonNullable<Conversation['metadata']['settings']>>): Promise<void> {
    const repository = bench.mongo.forTenant(bench.tenant).repository(conversations);
    const { metadata } = await bench.conversation(id);
    if (metadata.settings === null) throw new TypeError('A group has settings.');
    await repository.update(id, { set: { metadata: { ...metadata, settings: { ...metadata.settings, ...settings } } } });
  }

  it('takes markup out, and notes links, hashtags and words', async () => {
    await persist([say('<b>see</b> https://example.com #Docs'), say('a < b')]);

    expect(await bench.stored(id)).toMatchObject([
      {
        content: { type: 'text', text: 'see https://example.com #Docs' },
        metadata: { links: ['https://example.com'], hashtags: ['docs'], word_count: 3 },
      },
      { content: { type: 'text', text: 'a < b' }, metadata: { word_count: 3 } },
    ]);
  });

  it('stores what CAAS itself says, without a sender and outside every quota, and takes it from nobody else', async () => {
    const content = toSystemContent({ type: 'user_left', data: { user_id: grace } });
    const quotas = new MemoryQuotas();
    const pipeline = bench.newPipeline(undefined, { quotas });
    const said = aMessage({ conversationId: id, senderId: null, content });

    const outcomes = await pipeline.persist(bench.tenant, [
      said,
      aMessage({ conversationId: id, senderId: grace, content }),
      aMessage({ conversationId: id, senderId: null }),
      said,
    ]);

    expect(outcomes).toMatchObject([
      { kind: 'stored', duplicate: false },
      { kind: 'rejected', code: 'MSG_TYPE_DISABLED' },
      { kind: 'rejected', code: 'MSG_TYPE_DISABLED' },
      { kind: 'stored', duplicate: true },
    ]);
    expect(await bench.stored(id)).toMatchObject([{ content, sender: { kind: 'system', user_id: null, display_name: null } }]);
    expect(quotas.used(bench.tenant, 'messages_count')).toBe(0);
    expect((await bench.conversation(id)).last_message).toMatchObject({ sender_id: null, content_type: 'system', content_preview: null });
  });

  it('keeps mentions of members where their words are now, and lets admins alone mention everyone', async () => {
    const mention = (userId: string, offset: number) => ({ user_id: userId, display_name: 'Ada', offset, length: 4 });
    const mentions = [mention(ada, 8), mention('everyone', 8), mention((await bench.user('Trudy')).user_id, 8)];

    await persist([
      say('', { content: { type: 'text', text: '<b>hi</b> @Ada', mentions: [mention(ada, 10)] } }),
      say('', { content: { type: 'text', text: 'hello, @Ada', mentions } }),
      say('', { senderId: ada, content: { type: 'text', text: 'hello, @Ada', mentions } }),
    ]);

    expect((await bench.stored(id)).map(({ content }) => content)).toEqual([
      { type: 'text', text: 'hi @Ada', mentions: [mention(ada, 3)] },
      { type: 'text', text: 'hello, @Ada', mentions: mentions.slice(0, 1) },
      { type: 'text', text: 'hello, @Ada', mentions: mentions.slice(0, 2) },
    ]);
  });

  it('finds members by the username after an @ when nobody is mentioned explicitly', async () => {
    const lovelace = await bench.run(() =>
      bench.users.create(bench.tenant, { external_id: 'x-lovelace', display_name: 'Ada L.', username: 'Lovelace' }, { by: 'spec' }),
    );
    const stranger = await bench.run(() =>
      bench.users.create(bench.tenant, { external_id: 'x-turing', display_name: 'Alan', username: 'turing' }, { by: 'spec' }),
    );
    const group = await bench.group([lovelace, await bench.user('Grace')]);
    const sender = group.participants[1]?.user_id ?? '';

    await persist([say('@lovelace and @turing and @here', { conversationId: group.conversation_id, senderId: sender })]);

    const [stored] = await bench.stored(group.conversation_id);
    expect(stored?.content).toMatchObject({
      mentions: [{ user_id: lovelace.user_id, display_name: 'Ada L.', offset: 0, length: 9 }],
    });
    expect(stranger.user_id).not.toBe(lovelace.user_id);
  });

  it('counts replies on their root, once', async () => {
    const root = say('root');
    const replies = [say('one', { rootMessageId: root.messageId }), say('two', { rootMessageId: root.messageId, senderId: ada })];

    await persist([root, ...replies]);
    await persist([root, ...replies]);
    await persist(replies.slice(1));

    const [stored] = await bench.stored(id);
    expect(stored?.thread).toMatchObject({ reply_count: 2, last_reply_at: new Date(SENT_AT), last_repliers: [grace, ada] });
  });

  describe('in slow mode', () => {
    beforeEach(() => arrange({ slow_mode_seconds: 10 }));

    it('rejects what comes too soon, by the time of acceptance, whether stored before or in the same batch', async () => {
      const [first, soon, later, laterSoon] = [0, 9_000, 10_000, 15_000].map((ms) => say(`${ms}`, { acceptedAt: SENT_AT + ms }));
      const batch = [first, soon].flatMap((message) => message ?? []);
      const next = [later, laterSoon].flatMap((message) => message ?? []);

      const outcomes = [...(await persist(batch)), ...(await persist(next))];

      expect(outcomes.map((outcome) => (outcome.kind === 'stored' ? outcome.sequence : outcome.code))).toEqual([
        1,
        'RATE_SLOW_MODE',
        2,
        'RATE_SLOW_MODE',
      ]);
      expect((await persist([...batch, ...next])).map(({ kind }) => kind)).toEqual(['stored', 'rejected', 'stored', 'rejected']);
    });

    it('does not hold up whoever moderates', async () => {
      const outcomes = await persist([say('one', { senderId: ada }), say('two', { senderId: ada })]);

      expect(outcomes).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    });
  });

  it('disappears at the earliest of the times that hold', async () => {
    await arrange({ disappearing_seconds: 60 * 86_400, message_retention_days: 50 });
    const settings = specSettings({ auto_delete_enabled: true, message_retention_days: 40 });

    await persist([say('kept'), say('short', { expiresAt: SENT_AT + 31 * 86_400_000 })], settings);

    expect((await bench.stored(id)).map(({ expires_at }) => expires_at)).toEqual([
      new Date(SENT_AT + 40 * 86_400_000),
      new Date(SENT_AT + 31 * 86_400_000),
    ]);
  });

  it('is rejected when its time was up before it could be stored', async () => {
    expect(await persist([say('gone', { expiresAt: SENT_AT + 5_000 })])).toMatchObject([{ kind: 'rejected', code: 'MSG_EXPIRED' }]);
  });

  it('is rejected when it is longer than the tenant allows', async () => {
    const outcomes = await persist([say('12345'), say('123456'), say('👩‍🚀!!')], specSettings({ max_message_length: 5 }));

    expect(outcomes).toMatchObject([{ sequence: 1 }, { code: 'MSG_TOO_LONG', field: '/body/content/text' }, { sequence: 2 }]);
  });

  it('is rejected when its sender puts in more than a tenant’s burst could explain', async () => {
    const flood = Array.from({ length: 81 }, (_, index) => say(String(index), { acceptedAt: SENT_AT + index }));

    const outcomes = await persist(flood);

    expect(outcomes.map((outcome) => (outcome.kind === 'stored' ? 'stored' : outcome.code))).toEqual([
      ...Array.from({ length: 80 }, () => 'stored'),
      'RATE_LIMITED',
    ]);
  });
});
