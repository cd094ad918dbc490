import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpBench, userCaller } from '@caas/gateway-middleware/testing';
import { type User, UserReader } from '@caas/identity';
import { newId } from '@caas/schema';
import { MemoryQuotas } from '@caas/testing';
import { waitUntil } from '@caas/testing/processes';
import { conversations } from '../conversations/conversations.collection.js';
import { aMessage, aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { messageServices, work } from '../fixtures/message-services.fixture.js';
import { reactionsRoutes } from '../reactions/reactions.routes.js';
import { receiptsRoutes } from '../receipts/receipts.routes.js';
import { messageChangesRoutes } from './message-changes.routes.js';
import { messageForwardRoutes } from './message-forward.routes.js';
import { messageHistoryRoutes } from './message-history.routes.js';
import { messagePinsRoutes } from './message-pins.routes.js';
import { messageThreadsRoutes } from './message-threads.routes.js';
import { messagesRoutes } from './messages.routes.js';

describe('messages over HTTP', () => {
  let bench: ChatBench;
  let http: HttpBench;
  let services: ReturnType<typeof messageServices>;
  let [owner, member, stranger]: [User, User, User] = [] as unknown as [User, User, User];
  let [conversationId, messageId] = ['', ''];
  beforeAll(async () => {
    bench = await ChatBench.open();
    const quotas = new MemoryQuotas({ messages_count: 1_000_000 });
    services = messageServices(bench, { quotas, settings: { moderation: { custom_blocked_words: ['darn'] } } });
    const { messages, lists, changes, history, threads, forwards, pins, reactions, reader, settings, receipts, receiptLists } = services;
    const users = new UserReader({ mongo: bench.mongo });
    http = new HttpBench([
      ...messagesRoutes({ messages, lists }),
      ...messageChangesRoutes({ changes }),
      ...messageHistoryRoutes({ history }),
      ...messageThreadsRoutes({ threads, messages }),
      ...messageForwardRoutes({ forwards }),
      ...messagePinsRoutes({ pins }),
      ...reactionsRoutes({ reactions, reader, users, settings }),
      ...receiptsRoutes({ receipts, lists: receiptLists, clock: bench.clock }),
    ]);
    [owner, member, stranger] = [await bench.user('Owner'), await bench.user('Member'), await bench.user('Stranger')];
    conversationId = (await bench.group([owner, member])).conversation_id;
    const message = aMessage({ conversationId, senderId: member.user_id, acceptedAt: bench.clock.now() });
    await bench.newPipeline().persist(bench.tenant, [message]);
    messageId = message.messageId;
  });
  afterAll(async () => {
    await http?.close();
    await bench?.close();
  });

  const as =
    (user: User, tenant = bench.tenant) =>
    (method: string, url: string, body?: object) =>
      http.call(userCaller(tenant, toActingUser(user)), [method, url], { ...(body !== undefined && { body }) });
  const of = (id = messageId): string => `/v1/messages/${id}`;

  it('202 for a send, which is read at once; the alias does the same', async () => {
    const sent = await as(member)('POST', `/v1/conversations/${conversationId}/messages`, {
      type: 'location',
      content: { latitude: 1, longitude: 2 },
    });
    const aliased = await as(member)('POST', '/v1/messages', {
      conversation_id: conversationId,
      type: 'text',
      content: { text: 'hi' },
      silent: true,
    });

    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted', sequence: null, content: { type: 'location', latitude: 1 } } });
    expect(sent.headers).toMatchObject({ 'x-quota-limit-messages': '1000000' });
    const location = String(sent.headers['location']);
    const known = await waitUntil('the message is known', async () => {
      const answer = await as(owner)('GET', location);
      return answer.status === 404 ? undefined : answer; // Redis may be too slow to help
    });
    expect(known).toMatchObject({ status: 200, body: sent.body });
    expect(aliased).toMatchObject({ status: 202, body: { conversation_id: conversationId } });
    await work(bench, services.pipeline.sent.splice(0));
    expect(await as(owner)('GET', location)).toMatchObject({
      status: 200,
      body: { status: 'sent', content: { type: 'location', longitude: 2 } },
    });
  });

  it.each<[string, object, number, string, string | undefined]>([
    ['content of another type', { type: 'image', content: { text: 'x' } }, 400, 'VAL_FAILED', '/body/content/media'],
    ['an empty text', { type: 'text', content: { text: ' ' } }, 400, 'MSG_EMPTY', '/body/content/text'],
    ['a blocked word', { type: 'text', content: { text: 'darn' } }, 422, 'MSG_BLOCKED_CONTENT', undefined],
    ['a system message', { type: 'system', content: {} }, 403, 'MSG_TYPE_DISABLED', undefined],
    ['an unknown type', { type: 'poll', content: {} }, 400, 'VAL_FAILED', '/body/type'],
  ])('refuses %s', async (_, body, status, code, field) => {
    const answer = await as(member)('POST', `/v1/conversations/${conversationId}/messages`, body);

    expect(answer).toMatchObject({ status, body: { code } });
    if (field !== undefined) expect(answer.body['errors']).toMatchObject([{ field }]);
  });

  it('429 in slow mode, with the time to wait; a resend is no second message', async () => {
    const slow = (await bench.group([owner, member])).conversation_id;
    const rows = bench.mongo.forTenant(bench.tenant).repository(conversations);
    await rows.update(slow, { set: { 'metadata.settings.slow_mode_seconds': 60 } });
    const send = (client_message_id: string, user = member) =>
      as(user)('POST', `/v1/conversations/${slow}/messages`, { type: 'text', content: { text: 'hi' }, client_message_id });

    expect((await send('one')).status).toBe(202);
    expect((await send('one')).status).toBe(202);
    const refused = await send('two');
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_SLOW_MODE' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send('three', owner)).status).toBe(202);
    expect((await send('four', owner)).status).toBe(202);
    services.pipeline.sent.splice(0);
  });

  it('lists by filters in the query, with an envelope', async () => {
    const answer = await as(owner)('GET', `/v1/messages?conversation_id=${conversationId}&types=text&around=${messageId}&limit=5`);

    expect(answer).toMatchObject({ status: 200, body: { page: { limit: 5 } } });
    expect((answer.body['data'] as { message_id: string }[]).map(({ message_id }) => message_id)).toContain(messageId);
    expect(await as(owner)('GET', `/v1/messages?conversation_id=${conversationId}&before=abc`)).toMatchObject({ status: 400 });
  });

  it('reactions: 200 with the summary, 400 for no emoji, 204 when taken back, listed with people', async () => {
    expect(await as(owner)('POST', `${of()}/reactions`, { emoji: '👍' })).toMatchObject({
      status: 200,
      body: { total: 1, by_emoji: { '👍': 1 }, mine: ['👍'] },
    });
    expect(await as(owner)('GET', of())).toMatchObject({ body: { reactions: { total: 1, by_emoji: { '👍': 1 }, mine: ['👍'] } } });
    expect(await as(member)('GET', `${of()}/reactions`)).toMatchObject({
      status: 200,
      body: { data: [{ emoji: '👍', user: { display_name: 'Owner' } }] },
    });
    expect(await as(owner)('POST', `${of()}/reactions`, { emoji: 'a b' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/body/emoji' }] },
    });
    expect((await as(owner)('DELETE', `${of()}/reactions/${encodeURIComponent('👍')}`)).status).toBe(204);
    expect((await as(owner)('DELETE', `${of()}/reactions`)).status).toBe(204);
    expect(await as(owner)('GET', of())).toMatchObject({ body: { reactions: { total: 0, by_emoji: {}, mine: [] } } });
  });

  it('receipts: 204, and 200 for many, shown to the sender', async () => {
    expect((await as(owner)('POST', `${of()}/delivered`, {})).status).toBe(204);
    expect(
      await as(owner)('POST', '/v1/receipts', {
        items: [
          { message_id: messageId, status: 'read' },
          { message_id: newId('msg'), status: 'read' },
        ],
      }),
    ).toMatchObject({
      status: 200,
      body: {
        results: [
          { index: 0, status: 200, error: null },
          { index: 1, status: 404, error: { code: 'RES_NOT_FOUND' } },
        ],
      },
    });
    expect(await as(member)('GET', `${of()}/receipts`)).toMatchObject({
      status: 200,
      body: { counts: { delivered: 1, read: 1 }, data: [{ user_id: owner.user_id, status: 'read' }], page: { has_more: false } },
    });
    expect(await as(member)('GET', of())).toMatchObject({ body: { status: 'read' } });
  });

  it('pins: 204, 403 for a member', async () => {
    expect((await as(owner)('POST', `${of()}/pin`)).status).toBe(204);
    expect(await as(member)('GET', of())).toMatchObject({ body: { pinned: true } });
    expect((await as(member)('DELETE', `${of()}/pin`)).status).toBe(403);
    expect((await as(owner)('DELETE', `${of()}/pin`)).status).toBe(204);
  });

  it('replies and threads: 202, 200', async () => {
    expect(await as(owner)('POST', `${of()}/replies`, { type: 'text', content: { text: 'so' } })).toMatchObject({
      status: 202,
      body: { root_message_id: messageId },
    });
    await work(bench, services.pipeline.sent.splice(0));
    expect(await as(member)('GET', `${of()}/replies`)).toMatchObject({ status: 200, body: { data: [{ content: { text: 'so' } }] } });
    expect(await as(member)('GET', `${of()}/thread`)).toMatchObject({
      status: 200,
      body: { reply_count: 1, root: { message_id: messageId }, is_following: true },
    });
  });

  it('history: 200; forwarding: 202 with a result each', async () => {
    expect(await as(owner)('GET', `${of()}/history`)).toMatchObject({
      status: 200,
      body: { data: [{ is_current: true, content: { text: 'hello' } }] },
    });
    const elsewhere = (await bench.group([member, stranger])).conversation_id;
    const body = { message_ids: [messageId], conversation_ids: [elsewhere, newId('conv')] };
    expect(await as(member)('POST', '/v1/messages/forward', body)).toMatchObject({
      status: 202,
      body: {
        results: [
          { index: 0, status: 202, error: null },
          { index: 1, status: 404, id: null, error: { code: 'RES_NOT_FOUND' } },
        ],
      },
    });
    services.pipeline.sent.splice(0);
  });

  const PATHS: [method: string, path: (id: string) => string, body: object | undefined][] = [
    ['GET', (id) => of(id), undefined],
    ['GET', (id) => `${of(id)}/history`, undefined],
    ['GET', (id) => `${of(id)}/thread`, undefined],
    ['GET', (id) => `${of(id)}/replies`, undefined],
    ['GET', (id) => `${of(id)}/receipts`, undefined],
    ['GET', (id) => `${of(id)}/reactions`, undefined],
    ['POST', (id) => `${of(id)}/reactions`, { emoji: '👍' }],
    ['DELETE', (id) => `${of(id)}/reactions`, undefined],
    ['POST', (id) => `${of(id)}/delivered`, {}],
    ['POST', (id) => `${of(id)}/pin`, undefined],
    ['DELETE', (id) => `${of(id)}/pin`, undefined],
    ['POST', (id) => `${of(id)}/replies`, { type: 'text', content: { text: 'x' } }],
    ['PATCH', (id) => of(id), { content: { text: 'x' } }],
    ['DELETE', (id) => of(id), undefined],
  ];
  it.each(PATHS)('%s of another tenant is as unknown as one that nobody sent, and 403 for a stranger', async (method, path, body) => {
    const tenant = aTenant();
    const other = bench.withTenant(tenant);
    const user = await other.user('Eve');
    const shown = async (id: string) => {
      const { status, body: answer } = await as(user, tenant)(method, path(id), body);
      return { status, ...answer, request_id: undefined, timestamp: undefined, instance: undefined };
    };

    const foreign = await shown(messageId);

    expect(foreign).toMatchObject({ status: 404, code: 'RES_NOT_FOUND' });
    expect(foreign).toEqual(await shown(newId('msg')));
    expect((await as(stranger)(method, path(messageId), body)).status).toBe(403);
  });
});
