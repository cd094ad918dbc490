import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpBench as Gateway, type HttpCaller, keyCaller, userCaller } from '@caas/gateway-middleware/testing';
import { type User } from '@caas/identity';
import { createLogger, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aMessage, aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { MemoryProducer } from '../fixtures/pipeline.fixture.js';
import { MemberViews } from '../members/member-views.js';
import { membersRoutes } from '../members/members.routes.js';
import { ownViewRoutes } from '../members/own-view.routes.js';
import { ReadStatesService } from '../receipts/read-states.service.js';
import { blockingRoutes } from './blocking.routes.js';
import { conversations as rows } from './conversations.collection.js';
import { conversationsRoutes } from './conversations.routes.js';
import { readingRoutes } from './reading.routes.js';
import { ReadingService } from './reading.service.js';

describe('conversations over HTTP', () => {
  let shared: ChatBench;
  let bench: ChatBench;
  let gateway: Gateway;
  let events: MemoryProducer;
  let tenant: TenantContext;
  let [ada, grace, alan]: User[] = [];
  beforeAll(async () => {
    shared = await ChatBench.open();
  });
  beforeEach(async () => {
    tenant = aTenant();
    bench = shared.withTenant(tenant);
    [ada, grace, alan] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Alan')];
    events = new MemoryProducer();
    const { conversations, views, info, members, own, access, users, mongo, outbox, clock } = bench;
    const now = () => clock.now();
    const reading = new ReadingService({
      mongo,
      access,
      users,
      states: new ReadStatesService({ mongo, outbox, clock }),
      events,
      clock,
      logger: createLogger({ service: 'spec', level: 'silent' }),
    });
    gateway = new Gateway([
      ...conversationsRoutes({ conversations, views, expansions: bench.expansions, info, members, own, access, now }),
      ...membersRoutes({ members, views: new MemberViews({ mongo, users }), access, conversations, users, now }),
      ...ownViewRoutes({ own, views, now }),
      ...readingRoutes({ reading, views }),
      ...blockingRoutes({ relationships: bench.relationships, users, directory: bench.directory }),
    ]);
  });
  afterAll(async () => {
    await gateway?.close();
    await shared?.close();
  });

  const http = {
    call: (caller: HttpCaller, method: string, url: string, body?: object, headers: Record<string, string> = {}) =>
      gateway.call(caller, [method, url], { ...(body !== undefined && { body }), headers }),
  };
  const as = (user: User | undefined): HttpCaller => userCaller(tenant, toActingUser(user as User));
  const key = (actAs?: User): HttpCaller => keyCaller(tenant, actAs === undefined ? {} : { actAs: toActingUser(actAs) });
  const ids = (...users: (User | undefined)[]) => users.map((user) => user?.user_id ?? '');
  const aGroup = async (...members: (User | undefined)[]) => {
    const { body } = await http.call(as(ada), 'POST', '/v1/conversations', { type: 'group', name: 'Team', member_ids: ids(...members) });
    return `/v1/conversations/${String(body['conversation_id'])}`;
  };
  const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['code']];
  const listed = async (user: User | undefined, query = '') => {
    const { body } = await http.call(as(user), 'GET', `/v1/conversations${query}`);
    return (body['data'] as { conversation_id: string }[]).map(({ conversation_id }) => `/v1/conversations/${conversation_id}`);
  };
  const say = async (url: string, user: User | undefined) => {
    const message = aMessage({ conversationId: url.split('/').at(-1) ?? '', senderId: user?.user_id ?? '' });
    await bench.newPipeline().persist(tenant, [message]);
    return message.messageId;
  };

  it('creates, shows, changes with an entity tag, and deletes', async () => {
    const created = await http.call(as(ada), 'POST', '/v1/conversations', {
      type: 'group',
      name: 'Team',
      member_ids: ids(grace),
      settings: { slow_mode_seconds: 5 },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'Team',
      settings: { slow_mode_seconds: 5, only_admins_can_message: false },
      me: { role: 'owner', muted: false, pinned: false, archived: false, unread_count: 0 },
      member_count: 2,
    });
    const url = String(created.headers['location']);

    const shown = await http.call(as(grace), 'GET', url);
    expect(shown.body).toMatchObject({ name: 'Team', me: { role: 'member' } });
    const tag = String(shown.headers['etag']);
    const changed = await http.call(as(ada), 'PATCH', url, { name: 'Crew', settings: { slow_mode_seconds: 0 } }, { 'if-match': tag });
    expect(changed.body).toMatchObject({ name: 'Crew', settings: { slow_mode_seconds: 0 } });
    expect(codeOf(await http.call(as(ada), 'PATCH', url, { name: 'Late' }, { 'if-match': tag }))).toEqual([412, 'VAL_PRECONDITION_FAILED']);
    expect(codeOf(await http.call(as(grace), 'PATCH', url, { name: 'No' }))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);

    expect(codeOf(await http.call(as(grace), 'DELETE', `${url}?scope=all`))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
    expect((await http.call(as(ada), 'DELETE', `${url}?scope=all`)).status).toBe(204);
    expect(codeOf(await http.call(as(ada), 'GET', url))).toEqual([404, 'RES_NOT_FOUND']);
    const told = (await bench.told()).map(([type]) => type).filter((type) => !type.startsWith('user.'));
    expect(told.sort()).toEqual([
      'audit.recorded',
      'conversation.created',
      'conversation.deleted',
      'conversation.updated',
      'message.sent',
      'message.sent',
    ]);
  });

  it('shows members and pinned messages with a conversation when they are asked for', async () => {
    const url = await aGroup(grace);
    const id = url.split('/').at(-1) ?? '';
    const [first, second] = [await say(url, ada), await say(url, grace)];
    const pin = (messageId: string) => ({ message_id: messageId, pinned_by: 'spec', pinned_at: new Date() });
    await bench.mongo
      .forTenant(tenant)
      .repository(rows)
      .update(id, { set: { pinned_messages: [pin(first), pin(second)] } });

    const both = await http.call(as(ada), 'GET', `${url}?expand=members,pinned`);
    expect(both).toMatchObject({
      status: 200,
      body: {
        members: [{ user_id: ada?.user_id }, { user_id: grace?.user_id }],
        pinned_messages: [{ message_id: second }, { message_id: first }],
      },
    });
    const plain = await http.call(as(ada), 'GET', url);
    expect(plain.body).not.toHaveProperty('members');
    expect(plain.headers['etag']).not.toBe(both.headers['etag']);
    expect(await http.call(as(ada), 'GET', `${url}?expand=secrets`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/query/expand' }] },
    });
    expect(codeOf(await http.call(as(alan), 'GET', `${url}?expand=members`))).toEqual([403, 'AUTHZ_NOT_MEMBER']);
  });

  it('says what changed in the conversation', async () => {
    const url = await aGroup(grace);
    await http.call(as(ada), 'PATCH', url, { description: 'All of us', avatar_url: 'https://example.com/a.png' });
    await http.call(as(ada), 'PATCH', url, { description: 'All of us' });

    const said = (await bench.told()).flatMap(([type, { content }]) =>
      type === 'message.sent' ? [content as { system: { type: string } }] : [],
    );
    expect(said.map(({ system }) => system.type)).toEqual(['description_changed', 'avatar_changed']);
  });

  it('has one conversation for a pair, and none while one blocks the other', async () => {
    await bench.relationships.block(tenant, { userId: alan?.user_id ?? '', targetId: ada?.user_id ?? '' });
    const pair = (user: User | undefined) => http.call(as(ada), 'POST', '/v1/conversations', { type: 'direct', member_ids: ids(user) });

    expect(codeOf(await pair(alan))).toEqual([403, 'USER_BLOCKED']);
    const both = await Promise.all([pair(grace), pair(grace)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(new Set(both.map(({ body }) => body['conversation_id'])).size).toBe(1);
    const url = `/v1/conversations/${String(both[0]?.body['conversation_id'])}`;
    expect(codeOf(await http.call(as(ada), 'PATCH', url, { name: 'Us' }))).toEqual([409, 'CONV_DIRECT_IMMUTABLE']);
    expect(codeOf(await http.call(as(ada), 'POST', `${url}/members`, { user_ids: ids(alan) }))).toEqual([409, 'CONV_DIRECT_IMMUTABLE']);
  });

  it('adds, lists, changes and removes members', async () => {
    const url = await aGroup(grace);
    const added = await http.call(as(grace), 'POST', `${url}/members`, { user_ids: ids(alan, ada) });
    expect(added.body).toEqual({ added: ids(alan), skipped: [{ user_id: ada?.user_id, reason: 'already_member' }] });

    const first = await http.call(as(grace), 'GET', `${url}/members?limit=2`);
    const { next_cursor: next } = first.body['page'] as { next_cursor: string };
    const second = await http.call(as(grace), 'GET', `${url}/members?limit=2&cursor=${next}`);
    const names = [first, second].flatMap(({ body }) => (body['data'] as { display_name: string }[]).map((one) => one.display_name));
    expect(names.sort()).toEqual(['Ada', 'Alan', 'Grace']);
    expect(codeOf(await http.call(as(grace), 'GET', `${url}/members?limit=2&role=owner&cursor=${next}`))).toEqual([
      400,
      'VAL_CURSOR_INVALID',
    ]);

    const role = await http.call(as(ada), 'PATCH', `${url}/members/${alan?.user_id ?? ''}`, {
      role: 'moderator',
      permissions: { can_change_info: true },
    });
    expect(role.body).toMatchObject({
      role: 'moderator',
      permissions: { can_change_info: true, can_add_members: true, can_remove_members: true },
    });
    const ext = `ext:${encodeURIComponent(grace?.external_id ?? '')}`;
    expect((await http.call(as(alan), 'DELETE', `${url}/members/${ext}`)).status).toBe(204);
    expect((await http.call(as(alan), 'DELETE', `${url}/members/${ext}`)).status).toBe(204);
    expect(codeOf(await http.call(as(grace), 'GET', url))).toEqual([403, 'AUTHZ_NOT_MEMBER']);
    expect(codeOf(await http.call(as(ada), 'POST', `${url}/leave`))).toEqual([409, 'CONV_LAST_OWNER']);
    expect((await http.call(as(ada), 'PUT', `${url}/members/${alan?.user_id ?? ''}/role`, { role: 'owner' })).body).toMatchObject({
      role: 'owner',
    });
    expect((await http.call(as(ada), 'POST', `${url}/leave`)).status).toBe(204);
    expect((await http.call(as(ada), 'POST', `${url}/leave`)).status).toBe(204);
  });

  it('arranges a list for one member alone', async () => {
    const [one, two, three] = [await aGroup(grace), await aGroup(grace), await aGroup(grace)];
    await http.call(as(ada), 'POST', `${one}/pin`, {});
    await http.call(as(ada), 'POST', `${two}/archive`, {});

    expect((await listed(ada))[0]).toBe(one);
    expect(await listed(ada)).not.toContain(two);
    expect(await listed(ada, '?archived=true')).toEqual([two]);
    expect((await listed(grace)).sort()).toEqual([one, two, three].sort());
    expect(await listed(ada, '?pinned=true')).toEqual([one]);
    const muted = await http.call(as(ada), 'POST', `${three}/mute`, { duration_seconds: 3_600 });
    expect(muted.body).toMatchObject({ me: { muted: true, muted_until: new Date(bench.clock.now() + 3_600_000).toISOString() } });
    expect((await http.call(as(ada), 'DELETE', `${three}/mute`)).status).toBe(204);
    expect((await http.call(as(ada), 'GET', three)).body).toMatchObject({ me: { muted: false } });
  });

  it('pins five at most, and in the order that was asked for', async () => {
    const urls: string[] = [];
    for (let count = 0; count < 6; count++) urls.push(await aGroup(grace));
    for (const url of urls.slice(0, 5)) expect((await http.call(as(ada), 'POST', `${url}/pin`, {})).status).toBe(204);
    expect(codeOf(await http.call(as(ada), 'POST', `${urls[5] ?? ''}/pin`, {}))).toEqual([409, 'CONV_PIN_LIMIT']);

    const wanted = [urls[5], urls[2], urls[0]].map((url) => url?.split('/').at(-1));
    await http.call(as(ada), 'PUT', '/v1/conversations/pinned', { conversation_ids: wanted });
    expect((await listed(ada)).slice(0, 3)).toEqual([urls[5], urls[2], urls[0]]);
    expect((await listed(ada, '?pinned=true')).length).toBe(3);
  });

  it('hides a direct conversation from oneself, clears its history, and finds what is unread', async () => {
    const { headers } = await http.call(as(ada), 'POST', '/v1/conversations', { type: 'direct', member_ids: ids(grace) });
    const url = String(headers['location']);
    const messageId = await say(url, grace);
    await say(url, grace);
    expect(await listed(ada, '?unread=true')).toEqual([url]);

    expect((await http.call(as(ada), 'POST', `${url}/read`, { message_id: messageId })).body).toEqual({ unread_count: 1 });
    expect((await http.call(as(ada), 'POST', `${url}/read`, {})).body).toEqual({ unread_count: 0 });
    expect((await http.call(as(ada), 'POST', `${url}/read`, { message_id: messageId })).body).toEqual({ unread_count: 0 });
    expect((await bench.told()).filter(([type]) => type === 'message.read')).toHaveLength(2);
    expect(await listed(ada, '?unread=true')).toEqual([]);

    expect((await http.call(as(ada), 'DELETE', url)).status).toBe(204);
    expect(await listed(ada)).toEqual([]);
    expect(await listed(grace)).toEqual([url]);
    expect((await http.call(as(ada), 'POST', `${url}/restore`)).status).toBe(200);
    expect(await listed(ada)).toEqual([url]);
    expect((await http.call(as(ada), 'DELETE', `${url}/history`)).status).toBe(204);
    expect(
      (await bench.access.require(tenant, url.split('/').at(-1) ?? '', { actor: { userId: ada?.user_id ?? '' }, action: 'read' })).member,
    ).toMatchObject({
      clearedSequence: 2,
    });
  });

  it('stops direct messages both ways while one blocks the other', async () => {
    const { headers } = await http.call(as(ada), 'POST', '/v1/conversations', { type: 'direct', member_ids: ids(grace) });
    const id = String(headers['location']).split('/').at(-1) ?? '';
    const sending = async (user: User | undefined) =>
      Promise.resolve()
        .then(() => bench.access.require(tenant, id, { actor: { userId: user?.user_id ?? '' }, action: 'send' }))
        .then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        );
    expect(await Promise.all([ada, grace].map(sending))).toEqual(['ok', 'ok']);

    expect((await http.call(as(grace), 'POST', `/v1/users/${ada?.user_id ?? ''}/block`, {})).status).toBe(204);
    expect(await Promise.all([ada, grace].map(sending))).toEqual(['USER_BLOCKED', 'USER_BLOCKED']);
    expect((await http.call(as(grace), 'DELETE', `/v1/users/${ada?.user_id ?? ''}/block`)).status).toBe(204);
    expect(await Promise.all([ada, grace].map(sending))).toEqual(['ok', 'ok']);
    expect(codeOf(await http.call(as(grace), 'POST', `/v1/users/${newId('usr')}/block`, {}))).toEqual([404, 'RES_NOT_FOUND']);
  });

  it('counts what is unread over all conversations', async () => {
    const [one, two] = [await aGroup(grace), await aGroup(grace)];
    await say(one, grace);
    await say(one, grace);
    await say(two, grace);

    expect((await http.call(as(ada), 'GET', '/v1/me/unread')).body).toEqual({ total: 3, conversations: 2, mentions: 0 });
    await http.call(as(ada), 'POST', `${one}/read`, {});
    expect((await http.call(as(ada), 'GET', '/v1/me/unread')).body).toEqual({ total: 1, conversations: 1, mentions: 0 });
  });

  it('tells who is typing, of those who let it be seen', async () => {
    const url = await aGroup(grace);
    expect((await http.call(as(ada), 'POST', `${url}/typing`, { state: 'start' })).status).toBe(202);
    expect(codeOf(await http.call(as(alan), 'POST', `${url}/typing`, { state: 'start' }))).toEqual([403, 'AUTHZ_NOT_MEMBER']);

    expect(events.facts).toMatchObject([{ type: 'typing.started', user_id: ada?.user_id, expires_at: bench.clock.now() + 3_000 }]);
  });

  it('answers for another tenant’s conversation byte for byte as for none', async () => {
    const url = await aGroup(grace);
    const other = keyCaller(aTenant());
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '?scope=all'],
      ['GET', '/members'],
      ['POST', '/members', { user_ids: [] }],
    ];
    for (const [method, path, body] of calls.slice(0, 4)) {
      const [theirs, none] = await Promise.all(
        [url, `/v1/conversations/${newId('conv')}`].map((one) => http.call(other, method, one + path, body)),
      );
      const stable = ({ body: { instance: _i, request_id: _r, timestamp: _t, ...problem } }: { body: Record<string, unknown> }) => problem;
      expect(theirs?.status).toBe(404);
      expect(stable(theirs as never)).toEqual(stable(none as never));
    }
  });

  it('lets a server key act for the tenant, and for a user', async () => {
    const url = await aGroup(grace);
    expect((await http.call(key(), 'PATCH', url, { name: 'Keyed' })).body).toMatchObject({ name: 'Keyed', me: null });
    expect(codeOf(await http.call(key(grace), 'PATCH', url, { name: 'No' }))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
    expect(codeOf(await http.call(key(), 'POST', `${url}/mute`, {}))).toEqual([400, 'VAL_ACTING_USER_REQUIRED']);
    expect(codeOf(await http.call(key(), 'DELETE', url))).toEqual([400, 'VAL_ACTING_USER_REQUIRED']);
  });

  it('keeps the members of a channel beside it', async () => {
    const channel = { type: 'channel', name: 'News', member_ids: ids(grace), is_public: true };
    const { headers, body } = await http.call(as(ada), 'POST', '/v1/conversations', channel);
    const url = String(headers['location']);
    expect(body).toMatchObject({ type: 'channel', member_count: 2, me: { role: 'owner' } });

    expect((await http.call(as(grace), 'GET', url)).body).toMatchObject({ me: { role: 'subscriber' } });
    expect((await http.call(as(grace), 'GET', `${url}/members`)).body['data']).toHaveLength(2);
    expect(await listed(grace)).toEqual([url]);
    expect((await http.call(as(grace), 'POST', `${url}/leave`)).status).toBe(204);
    expect(codeOf(await http.call(as(grace), 'GET', url))).toEqual([403, 'AUTHZ_NOT_MEMBER']);
  });
});
