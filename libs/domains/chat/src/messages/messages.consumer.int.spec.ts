import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConsumerContext } from '@caas/messaging-kafka';
import { createLogger, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { MemoryQuotas } from '@caas/testing';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { MemoryProducer, MemoryReplies, MemoryTenants, pipelineParts } from '../fixtures/pipeline.fixture.js';
import { messageProcessor } from './messages.consumer.js';
import { chatMessages, messageSent } from './messages.events.js';

describe('messageProcessor', () => {
  let bench: ChatBench;
  let events: MemoryProducer;
  let replies: MemoryReplies;
  let quotas: MemoryQuotas;
  let buried: { record: { offset: string }; reason: unknown }[];
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());
  beforeEach(() => {
    events = new MemoryProducer();
    replies = new MemoryReplies();
    quotas = new MemoryQuotas();
    buried = [];
  });

  function aProcessor({
    tenants = [bench.tenant],
    onWritten = () => undefined,
  }: { tenants?: TenantContext[]; onWritten?: () => void } = {}) {
    const definition = messageProcessor(
      pipelineParts(bench, { tenants: new MemoryTenants(tenants), quotas, events, replies, faults: onWritten }),
    );
    if (definition.shape !== 'batch') throw new TypeError('The processor takes batches.');
    return (records: ReturnType<typeof aRecord>[], owned: () => boolean = () => true) => definition.handle(records, aContext(owned));
  }

  function aContext(isOwned: () => boolean): ConsumerContext {
    return {
      group: 'message-processor',
      topic: 'chat.messages.shared',
      partition: 0,
      logger: createLogger({ service: 'spec', level: 'silent' }),
      signal: new AbortController().signal,
      isOwned,
      fail: () => undefined,
      deadLetter: async (record, _error, reason) => void buried.push({ record, reason }),
    };
  }

  let offset = 0;
  function aRecord(
    sent: { conversationId: string; senderId: string; text: string; messageId?: string; clientId?: string },
    { tenant = bench.tenant, replyTo }: { tenant?: TenantContext; replyTo?: string } = {},
  ) {
    const id = newId('evt');
    const payload = {
      message_id: sent.messageId ?? newId('msg'),
      conversation_id: sent.conversationId,
      sender_id: sent.senderId,
      content: { type: 'text' as const, text: sent.text },
      ...(sent.clientId === undefined ? {} : { client_message_id: sent.clientId }),
    };
    offset += 1;
    return {
      kind: 'event' as const,
      type: messageSent.type,
      id,
      family: chatMessages.family,
      topic: 'chat.messages.shared',
      partition: 0,
      offset: String(offset),
      key: sent.conversationId,
      tenantId: tenant.tenantId as string,
      headers: replyTo === undefined ? {} : { reply_to: replyTo },
      producedAt: 0,
      payload,
      envelope: {
        id,
        type: messageSent.type,
        version: messageSent.version,
        timestamp: Date.UTC(2026, 0, 2),
        tenant_id: tenant.tenantId,
        correlation_id: 'req-1',
        source: 'gateway',
        payload,
      },
    } as never as Parameters<Extract<ReturnType<typeof messageProcessor>, { shape: 'batch' }>['handle']>[0][number] & {
      id: string;
      payload: typeof payload;
    };
  }

  async function aConversation(of = bench) {
    const members = [await of.user('Ada'), await of.user('Grace')];
    const { conversation_id: conversationId } = await of.group(members);
    return { conversationId, senderId: members[0]?.user_id ?? '' };
  }

  it('stores, announces, answers', async () => {
    const place = await aConversation();
    const [first, second] = [aRecord({ ...place, text: 'one' }, { replyTo: 'gateway-1' }), aRecord({ ...place, text: 'two' })];

    await aProcessor()([first, second]);

    expect((await bench.stored(place.conversationId)).map(({ message_id }) => message_id)).toEqual([
      first.payload.message_id,
      second.payload.message_id,
    ]);
    expect(events.facts).toMatchObject([
      { type: 'message.persisted', message_id: first.payload.message_id, sequence: 1, content: { type: 'text', text: 'one' } },
      { type: 'message.persisted', message_id: second.payload.message_id, sequence: 2, content: { type: 'text', text: 'two' } },
    ]);
    expect(events.sent.map(({ causationId, correlationId }) => [causationId, correlationId])).toEqual([
      [first.id, 'req-1'],
      [second.id, 'req-1'],
    ]);
    expect(replies.published).toEqual([['gateway-1', first.id, { outcome: 'persisted' }]]);
  });

  it('counts what it stored against the quota of the tenant, once', async () => {
    const place = await aConversation();
    const stranger = await bench.user('Trudy');
    const records = [aRecord({ ...place, text: 'one' }), aRecord({ ...place, text: 'two' })];
    const process = aProcessor();

    await process([...records, aRecord({ ...place, senderId: stranger.user_id, text: 'refused' })]);
    await process(records);

    expect(quotas.counted).toEqual([[bench.tenant.tenantId, 'messages_count', 2]]);
  });

  it('rejects with the reason, and tells who waits', async () => {
    const { conversationId } = await aConversation();
    const stranger = await bench.user('Mallory');
    const record = aRecord({ conversationId, senderId: stranger.user_id, text: 'hi' }, { replyTo: 'gateway-1' });

    await aProcessor()([record]);

    expect(events.facts).toMatchObject([{ type: 'message.rejected', message_id: record.payload.message_id, code: 'AUTHZ_NOT_MEMBER' }]);
    expect(replies.published).toEqual([
      ['gateway-1', record.id, { outcome: 'rejected', code: 'AUTHZ_NOT_MEMBER', reason: expect.stringContaining('member') }],
    ]);
  });

  it('repeats the same events when the chunk is done again after Kafka did not take them', async () => {
    const place = await aConversation();
    const records = [aRecord({ ...place, text: 'one' }), aRecord({ ...place, text: 'two' })];
    const process = aProcessor();
    events.failures = 1;

    await expect(process(records)).rejects.toThrow('Kafka is away.');
    const before = events.facts;
    await process(records);

    expect(before).toMatchObject([{ sequence: 2 }]); // the second one got through
    expect(events.facts.slice(1)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    expect(events.facts[2]).toEqual(before[0]);
    expect(await bench.stored(place.conversationId)).toHaveLength(2);
  });

  it('acknowledges a resend with the event and the content of the first send', async () => {
    const place = await aConversation();
    const first = aRecord({ ...place, text: 'first', clientId: 'c1' });
    const again = aRecord({ ...place, text: 'changed', clientId: 'c1', messageId: first.payload.message_id }, { replyTo: 'gateway-2' });
    const process = aProcessor();

    await process([first]);
    await process([again]);

    expect(events.facts[1]).toEqual(events.facts[0]);
    expect(replies.published).toEqual([['gateway-2', again.id, { outcome: 'persisted' }]]);
  });

  it('keeps tenants apart: each record meets the members of its own tenant', async () => {
    const other = bench.withTenant(aTenant());
    const [mine, theirs] = [await aConversation(), await aConversation(other)];

    await aProcessor({ tenants: [bench.tenant, other.tenant] })([
      aRecord({ ...mine, text: 'mine' }),
      aRecord({ ...theirs, text: 'theirs' }, { tenant: other.tenant }),
      aRecord({ ...theirs, text: 'across' }),
    ]);

    expect((await bench.stored(mine.conversationId)).map(({ content }) => content)).toMatchObject([{ text: 'mine' }]);
    expect((await other.stored(theirs.conversationId)).map(({ content }) => content)).toMatchObject([{ text: 'theirs' }]);
    expect(events.facts).toContainEqual(expect.objectContaining({ type: 'message.rejected', code: 'RES_NOT_FOUND' }));
  });

  it('takes records of a tenant that does not exist out, and does the others', async () => {
    const place = await aConversation();
    const [lost, good] = [aRecord({ ...place, text: 'lost' }, { tenant: aTenant() }), aRecord({ ...place, text: 'good' })];

    await aProcessor()([lost, good]);

    expect(buried).toMatchObject([{ record: { offset: lost.offset }, reason: { stage: 'tenant-context' } }]);
    expect(await bench.stored(place.conversationId)).toHaveLength(1);
  });

  it('does nothing for a partition that is somebody else’s', async () => {
    const place = await aConversation();

    await aProcessor()([aRecord({ ...place, text: 'one' })], () => false);

    expect(await bench.stored(place.conversationId)).toEqual([]);
    expect(events.sent).toEqual([]);
  });

  it('announces nothing when the partition is lost after writing', async () => {
    const place = await aConversation();
    let owned = true;
    const process = aProcessor({
      onWritten: () => {
        owned = false;
      },
    });

    await process([aRecord({ ...place, text: 'one' }, { replyTo: 'gateway-1' })], () => owned);

    expect(await bench.stored(place.conversationId)).toHaveLength(1);
    expect([events.sent, replies.published]).toEqual([[], []]);
  });
});
