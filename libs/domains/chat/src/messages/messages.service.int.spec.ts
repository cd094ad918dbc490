import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type User } from '@caas/identity';
import { UnavailableError } from '@caas/runtime';
import { deriveId, newId } from '@caas/schema';
import { MemoryQuotas } from '@caas/testing';
import { aMessage, aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { aSend, MemoryPipeline, messageServices, type Sent } from '../fixtures/message-services.fixture.js';
import { type MessageLists } from './message-lists.js';
import { type MessageReply } from './message-reply.js';
import { type MessagesService, type SendInput } from './messages.service.js';
import { type NewMessage } from './new-message.js';

describe('MessagesService', () => {
  let bench: ChatBench;
  let [ada, grace]: User[] = [];
  let conversationId = '';
  let pipeline: MemoryPipeline;
  let service: MessagesService;
  let lists: MessageLists;
  let quotas: MemoryQuotas;
  beforeAll(async () => {
    bench = await ChatBench.open();
    [ada, grace] = [await bench.user('Ada'), await bench.user('Grace')];
    conversationId = (await bench.group([ada, grace])).conversation_id;
  });
  afterAll(() => bench?.close());
  beforeEach(() => {
    pipeline = new MemoryPipeline();
    quotas = new MemoryQuotas({ messages_count: 3 });
    ({ messages: service, lists } = messageServices(bench, { pipeline, quotas }));
  });

  const anInput = (message: Partial<Extract<NewMessage, { type: 'text' }>> = {}, change: Partial<SendInput> = {}): SendInput =>
    aSend(bench, {
      sender: toActingUser(ada as User),
      conversationId,
      message: { type: 'text', content: { text: 'hello' }, ...message },
      ...change,
    });

  const waiting = () => ({ seconds: 5, signal: new AbortController().signal });

  /** Stores as the worker does. */
  const stores = async ({ id, payload }: Sent): Promise<MessageReply> => {
    const message = aMessage({
      eventId: id ?? '',
      messageId: payload.message_id,
      conversationId: payload.conversation_id,
      senderId: payload.sender_id ?? null,
      content: payload.content,
      clientMessageId: payload.client_message_id ?? null,
      rootMessageId: payload.root_message_id ?? null,
    });
    const [outcome] = await bench.newPipeline().persist(bench.tenant, [message]);
    if (outcome === undefined || outcome.kind === 'stored') return { outcome: 'persisted' };
    const { code, reason, field } = outcome;
    return { outcome: 'rejected', code, reason, ...(field === undefined ? {} : { field }) };
  };

  describe('sending', () => {
    it('accepts once Kafka has the message, and asks nobody for an answer', async () => {
      const { status, message } = await service.send(anInput({ metadata: { order: 7 } }));

      expect(status).toBe('accepted');
      expect(message).toMatchObject({
        status: 'accepted',
        sequence: null,
        content: { type: 'text', text: 'hello' },
        metadata: { order: 7 },
      });
      expect(pipeline.sent).toMatchObject([
        { tenant: bench.tenant, correlationId: 'req-1', payload: { message_id: message.message_id, conversation_id: conversationId } },
      ]);
      expect(pipeline.sent[0]?.headers).toBeUndefined();
    });

    it('again with the same client_message_id is the same message, in a tenant of its own', async () => {
      const [one, two] = [
        await service.send(anInput({ client_message_id: 'c1' })),
        await service.send(anInput({ client_message_id: 'c1' })),
      ];

      expect(two.message.message_id).toBe(one.message.message_id);
      expect(one.message.message_id).toBe(deriveId('msg', bench.tenant.tenantId, ada?.user_id ?? '', 'c1'));
    });

    it.each<[string, () => SendInput, string]>([
      ['a type that cannot be sent', () => anInput({}, { message: { type: 'system', content: {} } }), 'MSG_TYPE_DISABLED'],
      ['a conversation that does not exist', () => anInput({}, { conversationId: newId('conv') }), 'RES_NOT_FOUND'],
      ['another tenant’s conversation', () => anInput({}, { tenant: aTenant() }), 'RES_NOT_FOUND'],
      ['a stranger', () => anInput({}, { sender: { ...toActingUser(ada as User), userId: newId('usr') } }), 'AUTHZ_NOT_MEMBER'],
    ])('refuses %s before Kafka hears of it', async (_, input, code) => {
      await expect(service.send(input())).rejects.toMatchObject({ code });
      expect(pipeline.sent).toEqual([]);
      expect(quotas.used(bench.tenant, 'messages_count')).toBe(0);
    });

    it('fails when Kafka does not take it, and stops waiting', async () => {
      pipeline.kafka = () => Promise.reject(new UnavailableError('Kafka is away.'));

      await expect(service.send(anInput({}, { wait: waiting() }))).rejects.toThrow('Kafka is away.');
      expect(pipeline.waiting.size).toBe(0);
    });

    it('reserves each message against the plan, gives back what Kafka did not take, and refuses one too many', async () => {
      await service.send(anInput());
      pipeline.kafka = () => Promise.reject(new UnavailableError('Kafka is away.'));
      await expect(service.send(anInput())).rejects.toThrow('Kafka is away.');
      pipeline.kafka = () => Promise.resolve();
      await service.send(anInput());
      await service.send(anInput());

      await expect(service.send(anInput())).rejects.toMatchObject({
        code: 'RATE_QUOTA_EXCEEDED',
        details: { metric: 'messages_count', limit: 3, current: 3 },
      });

      expect(pipeline.sent).toHaveLength(3);
    });
  });

  describe('sending and waiting', () => {
    it('answers with the stored message', async () => {
      pipeline.worker = stores;

      const { status, message } = await service.send(anInput({}, { wait: waiting() }));

      expect(status).toBe('stored');
      expect(message.status).toBe('sent');
      expect(message.sequence).toBeGreaterThan(0);
      expect(pipeline.sent[0]?.headers).toEqual({ reply_to: 'gateway-1' });
      expect(await service.get(bench.tenant, message.message_id, toActingUser(ada as User))).toMatchObject({ sequence: message.sequence });
    });

    it('finds the stored message also when the answer got lost', async () => {
      pipeline.worker = async (sent) => {
        await stores(sent);
        return undefined;
      };

      expect(await service.send(anInput({}, { wait: waiting() }))).toMatchObject({ status: 'stored' });
    });

    it('answers "accepted" when time is up, and when too many wait already', async () => {
      expect(await service.send(anInput({}, { wait: waiting() }))).toMatchObject({ status: 'accepted' });

      pipeline.isFull = true;
      expect(await service.send(anInput({}, { wait: waiting() }))).toMatchObject({ status: 'accepted' });
      expect(pipeline.sent).toHaveLength(2);
    });

    it('hands on why the message was rejected, naming the field', async () => {
      pipeline.worker = stores;

      await expect(service.send(anInput({ root_message_id: newId('msg') }, { wait: waiting() }))).rejects.toMatchObject({
        code: 'VAL_REFERENCE',
        issues: [{ field: '/body/root_message_id', code: 'reference' }],
      });
    });

    it('never answers with a message of another conversation', async () => {
      const elsewhere = (await bench.group([ada as User, grace as User])).conversation_id;
      pipeline.worker = stores;
      await service.send(anInput({ client_message_id: 'twice' }, { wait: waiting() }));
      pipeline.worker = () => Promise.resolve(undefined); // no answer: the store decides

      await expect(
        service.send(anInput({ client_message_id: 'twice' }, { conversationId: elsewhere, wait: waiting() })),
      ).rejects.toMatchObject({
        code: 'MSG_DUPLICATE_CLIENT_ID',
      });
    });

    it('leaves no listener on the request', async () => {
      const { signal } = new AbortController();
      pipeline.worker = stores;

      for (let count = 0; count < 3; count += 1) await service.send(anInput({}, { wait: { seconds: 5, signal } }));

      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(pipeline.waiting.size).toBe(0);
    });
  });

  describe('reading', () => {
    it('goes by sequence, both ways and page by page', async () => {
      const group = (await bench.group([ada as User, grace as User])).conversation_id;
      const batch = Array.from({ length: 5 }, () => aMessage({ conversationId: group, senderId: ada?.user_id ?? '' }));
      await bench.newPipeline().persist(bench.tenant, batch);
      const list = (order: 'asc' | 'desc', cursor?: string) =>
        lists.list({ tenant: bench.tenant, actor: toActingUser(grace as User), conversationId: group, query: { order, limit: 3, cursor } });

      const first = await list('asc');
      const second = await list('asc', first.nextCursor ?? '');
      const newest = await list('desc');

      expect([...first.items, ...second.items].map(({ message_id }) => message_id)).toEqual(batch.map(({ messageId }) => messageId));
      expect(newest.items.map(({ sequence }) => sequence)).toEqual([5, 4, 3]);
      await expect(list('desc', first.nextCursor ?? '')).rejects.toMatchObject({ code: 'VAL_CURSOR_INVALID' });
    });

    it('is for members, and for a key alone; another tenant’s message does not exist', async () => {
      const [message] = [aMessage({ conversationId, senderId: ada?.user_id ?? '' })];
      await bench.newPipeline().persist(bench.tenant, [message]);
      const list = (userId: string | undefined, tenant = bench.tenant) =>
        lists.list({ tenant, actor: userId === undefined ? undefined : { userId }, conversationId, query: { order: 'asc', limit: 1 } });

      await expect(service.get(bench.tenant, message.messageId, undefined)).resolves.toMatchObject({ message_id: message.messageId });
      await expect(service.get(bench.tenant, message.messageId, { userId: newId('usr') })).rejects.toMatchObject({
        code: 'AUTHZ_NOT_MEMBER',
      });
      await expect(service.get(aTenant(), message.messageId, undefined)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
      await expect(list(newId('usr'))).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
      await expect(list(undefined, aTenant())).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    });
  });
});
