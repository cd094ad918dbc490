import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpBench, type HttpCaller, keyCaller, userCaller } from '@caas/gateway-middleware/testing';
import { type User } from '@caas/identity';
import { type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aSend, messageServices, work } from '../fixtures/message-services.fixture.js';
import { conversationsRoutes } from '../conversations/conversations.routes.js';
import { aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { MemberViews } from '../members/member-views.js';
import { GroupInvitesService } from './group-invites.service.js';
import { groupMembersRoutes } from './group-members.routes.js';
import { groupsRoutes } from './groups.routes.js';
import { GroupsService } from './groups.service.js';
import { joiningRoutes } from './joining.routes.js';
import { JoiningService } from './joining.service.js';

describe('groups over HTTP', () => {
  let shared: ChatBench;
  let bench: ChatBench;
  let gateway: HttpBench | undefined;
  let tenant: TenantContext;
  let [ada, grace, alan, eve]: User[] = [];
  beforeAll(async () => {
    shared = await ChatBench.open();
  });
  beforeEach(async () => {
    tenant = aTenant();
    bench = shared.withTenant(tenant);
    [ada, grace, alan, eve] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Alan'), await bench.user('Eve')];
    const { conversations, views, info, members, own, access, users, mongo, outbox, clock, directory, settings } = bench;
    const now = () => clock.now();
    const groups = new GroupsService({ mongo, conversations, settings, directory, outbox, clock });
    const invites = new GroupInvitesService({ mongo, clock });
    const joining = new JoiningService({ mongo, invites, members, directory, clock });
    gateway = new HttpBench([
      ...conversationsRoutes({ conversations, views, expansions: bench.expansions, info, members, own, access, now }),
      ...groupsRoutes({ groups, views, info, access, now }),
      ...groupMembersRoutes({ groups, members, views: new MemberViews({ mongo, users }), access, users, now }),
      ...joiningRoutes({ invites, joining, groups, access, users }),
    ]);
  });
  afterAll(async () => {
    await gateway?.close();
    await shared?.close();
  });

  const as = (user: User | undefined): HttpCaller => userCaller(tenant, toActingUser(user as User));
  const call = async (caller: HttpCaller, method: string, url: string, body?: object) => {
    if (gateway === undefined) throw new TypeError('no gateway');
    return gateway.call(caller, [method, url], body === undefined ? {} : { body });
  };
  const codeOf = ({ status, body }: { status: number; body: object }) => [status, (body as { code?: string }).code];
  const idOf = (user: User | undefined): string => user?.user_id ?? '';
  const aGroup = async (more: object = {}) => {
    const body = { name: 'Team', member_ids: [idOf(grace)], category: 'work', tags: ['math'], ...more };
    const answer = await call(as(ada), 'POST', '/v1/groups', body);
    const { group } = answer.body as { group: { group_id: string; conversation_id: string } };
    return { answer, url: `/v1/groups/${group.group_id}`, conversation: `/v1/conversations/${group.conversation_id}`, ...group };
  };
  const told = async () => (await bench.told()).map(([type]) => type);

  it('is created with its conversation, changed, listed and deleted, and told of each time', async () => {
    const { answer, url, conversation } = await aGroup({ rules: [{ title: 'Be kind' }] });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      group: {
        name: 'Team',
        category: 'work',
        tags: ['math'],
        is_discoverable: false,
        rules: [{ rule_number: 1, title: 'Be kind' }],
        member_count: 2,
      },
      conversation: { type: 'group', name: 'Team', me: { role: 'owner' } },
    });

    expect((await call(as(grace), 'GET', url)).body).toMatchObject({ name: 'Team' });
    expect(codeOf(await call(as(eve), 'GET', url))).toEqual([403, 'AUTHZ_NOT_MEMBER']);
    expect(codeOf(await call(as(grace), 'PATCH', url, { tags: [] }))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
    expect((await call(as(ada), 'PATCH', url, { tags: ['logic'], is_discoverable: true })).body).toMatchObject({ tags: ['logic'] });
    expect((await call(as(eve), 'GET', url)).body).toMatchObject({ is_discoverable: true });
    const list = async (user: User | undefined, query = '') =>
      (await call(as(user), 'GET', `/v1/groups${query}`)).body['data'] as unknown[];
    expect(await list(grace)).toHaveLength(1);
    expect(await list(eve)).toHaveLength(0);
    expect(await list(eve, '?discoverable=true&tag=logic')).toHaveLength(1);
    expect(await list(grace, '?q=te')).toHaveLength(1);
    expect(await list(grace, '?q=other')).toHaveLength(0);

    expect(codeOf(await call(as(grace), 'DELETE', url))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
    expect((await call(as(ada), 'DELETE', url)).status).toBe(204);
    expect(codeOf(await call(as(ada), 'GET', url))).toEqual([404, 'RES_NOT_FOUND']);
    expect(codeOf(await call(as(ada), 'GET', conversation))).toEqual([404, 'RES_NOT_FOUND']);
    const said = (await bench.told()).flatMap(([type, { content }]) => (type === 'message.sent' ? [content] : []));
    expect(said).toMatchObject([{ system: { type: 'group_created', data: { by: idOf(ada), name: 'Team' } } }]);
    const types = (await told()).filter(
      (type) => type.startsWith('group.') || type.startsWith('member.') || type === 'conversation.deleted',
    );
    expect(types.sort()).toEqual([
      'conversation.deleted',
      'group.created',
      'group.deleted',
      'group.updated',
      'member.joined',
      'member.joined',
    ]);
  });

  it('has its members in common with the conversation, and tells of them twice', async () => {
    const { url } = await aGroup();
    expect((await call(as(ada), 'POST', `${url}/members`, { user_ids: [idOf(alan)] })).body).toEqual({ added: [idOf(alan)], skipped: [] });
    expect((await call(as(ada), 'PATCH', `${url}/members/${idOf(alan)}`, { role: 'moderator' })).body).toMatchObject({ role: 'moderator' });
    expect((await call(as(alan), 'DELETE', `${url}/members/${idOf(grace)}`)).status).toBe(204);
    expect((await call(as(ada), 'POST', `${url}/transfer-ownership`, { user_id: idOf(alan) })).body).toMatchObject({ role: 'owner' });
    const { body } = await call(as(ada), 'GET', `${url}/members`);
    expect((body['data'] as { display_name: string; role: string }[]).map(({ display_name, role }) => [display_name, role]).sort()).toEqual(
      [
        ['Ada', 'admin'],
        ['Alan', 'owner'],
      ],
    );
    const types = await told();
    const count = (type: string) => types.filter((one) => one === type).length;
    expect([count('participant.role_changed'), count('member.role_changed'), count('participant.removed'), count('member.left')]).toEqual([
      3, 3, 1, 1,
    ]);
  });

  it('is moderated: words are taken, users are banned and let in again', async () => {
    const { url } = await aGroup();
    const muted = await call(as(ada), 'POST', `${url}/members/${idOf(grace)}/mute`, { duration_seconds: 60, reason: 'heat' });
    expect(muted.body).toMatchObject({ muted: true, muted_until: new Date(bench.clock.now() + 60_000).toISOString() });
    expect((await call(as(ada), 'DELETE', `${url}/members/${idOf(grace)}/mute`)).status).toBe(204);

    expect((await call(as(ada), 'POST', `${url}/bans`, { user_id: idOf(grace) })).status).toBe(201);
    expect(codeOf(await call(as(grace), 'GET', url))).toEqual([403, 'CONV_BANNED']);
    expect((await call(as(ada), 'GET', `${url}/bans`)).body['data']).toMatchObject([{ user_id: idOf(grace), status: 'banned' }]);
    expect((await call(as(ada), 'DELETE', `${url}/bans/${idOf(grace)}`)).status).toBe(204);
    expect((await call(as(ada), 'GET', `${url}/bans`)).body['data']).toEqual([]);
  });

  describe('an invitation', () => {
    it('lets users in by its code, as often as it says, and nobody who is banned', async () => {
      const { conversation, url } = await aGroup();
      expect(codeOf(await call(as(grace), 'PUT', `${conversation}/invite`, {}))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
      const { body: invite } = await call(as(ada), 'PUT', `${conversation}/invite`, { max_uses: 1 });
      const join = `/v1/conversations/join/${String(invite['code'])}`;

      await call(as(ada), 'POST', `${url}/bans`, { user_id: idOf(eve) });
      expect(codeOf(await call(as(eve), 'POST', join))).toEqual([403, 'CONV_BANNED']);
      expect(codeOf(await call(as(grace), 'POST', join))).toEqual([200, undefined]);
      expect((await call(as(ada), 'GET', `${conversation}/invite`)).body).toMatchObject({ uses: 0, max_uses: 1 });
      const late = await bench.user('Late');
      const both = await Promise.all([alan, late].map((user) => call(as(user), 'POST', join)));
      expect(both.map(codeOf).sort()).toEqual([
        [200, undefined],
        [410, 'CONV_INVITE_INVALID'],
      ]);
      expect((await call(as(ada), 'GET', `${conversation}/invite`)).body).toMatchObject({ uses: 1 });
    });

    it('ends when it is rotated, switched off or removed', async () => {
      const { conversation } = await aGroup();
      const set = async (body: object) => String((await call(as(ada), 'PUT', `${conversation}/invite`, body)).body['code']);
      const join = async (code: string) => codeOf(await call(as(alan), 'POST', `/v1/conversations/join/${code}`));
      const first = await set({});
      const second = await set({ rotate: true });

      expect(second).not.toBe(first);
      expect(await join(first)).toEqual([410, 'CONV_INVITE_INVALID']);
      expect(await set({ enabled: false })).toBe(second);
      expect(await join(second)).toEqual([410, 'CONV_INVITE_INVALID']);
      await set({ enabled: true });
      expect((await call(as(ada), 'DELETE', `${conversation}/invite`)).status).toBe(204);
      expect(await join(second)).toEqual([410, 'CONV_INVITE_INVALID']);
      expect(codeOf(await call(as(ada), 'GET', `${conversation}/invite`))).toEqual([404, 'RES_NOT_FOUND']);
    });
  });

  it('asks for an approval where one is wanted', async () => {
    const { url, conversation } = await aGroup({ is_discoverable: true, settings: { join_approval_required: true } });

    expect((await call(as(alan), 'POST', `${conversation}/join`)).status).toBe(202);
    expect((await call(as(eve), 'POST', `${conversation}/join`)).status).toBe(202);
    expect(codeOf(await call(as(grace), 'GET', `${url}/join-requests`))).toEqual([403, 'AUTHZ_ROLE_TOO_LOW']);
    expect((await call(as(ada), 'GET', `${url}/join-requests`)).body['data']).toHaveLength(2);
    expect((await call(as(ada), 'POST', `${url}/join-requests/${idOf(alan)}/approve`)).status).toBe(204);
    expect((await call(as(ada), 'POST', `${url}/join-requests/${idOf(eve)}/reject`)).status).toBe(204);
    expect(codeOf(await call(as(ada), 'POST', `${url}/join-requests/${idOf(eve)}/reject`))).toEqual([404, 'RES_NOT_FOUND']);
    expect((await call(as(alan), 'POST', `${conversation}/join`)).status).toBe(200);
    expect((await call(as(alan), 'GET', conversation)).body).toMatchObject({ me: { role: 'member' }, member_count: 3 });
    expect((await call(as(ada), 'GET', `${url}/join-requests`)).body['data']).toEqual([]);
  });

  it('is open to those who may find it: public channels and discoverable groups', async () => {
    const closed = await aGroup();
    const channel = await call(as(ada), 'POST', '/v1/conversations', { type: 'channel', name: 'News', is_public: true });
    const url = String(channel.headers['location']);

    expect(codeOf(await call(as(alan), 'POST', `${closed.conversation}/join`))).toEqual([403, 'AUTHZ_NOT_MEMBER']);
    expect((await call(as(alan), 'POST', `${url}/join`)).body).toMatchObject({ status: 'joined' });
    expect((await call(as(alan), 'GET', url)).body).toMatchObject({ me: { role: 'subscriber' } });
  });

  it('is the same "not found" of another tenant as none', async () => {
    const { url } = await aGroup();
    const other = keyCaller(aTenant());
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { tags: [] }],
      ['DELETE', ''],
      ['GET', '/members'],
      ['GET', '/bans'],
    ] as [string, string, object?][]) {
      const answers = await Promise.all([url, `/v1/groups/${newId('grp')}`].map((one) => call(other, method, one + path, body)));
      const [theirs, none] = answers.map(({ status, body: { instance: _i, request_id: _r, timestamp: _t, ...problem } }) => ({
        status,
        problem,
      }));
      expect(theirs?.status).toBe(404);
      expect(theirs).toEqual(none);
    }
  });

  it('keeps words out that a group does not want, at once, and takes them again', async () => {
    const made = await call(as(ada), 'POST', '/v1/groups', { name: 'Polite', member_ids: [grace?.user_id] });
    const { group, conversation } = made.body as { group: { group_id: string }; conversation: { conversation_id: string } };
    const services = messageServices(bench);
    const send = (text: string) =>
      services.messages
        .send(
          aSend(bench, {
            sender: toActingUser(grace as User),
            conversationId: conversation.conversation_id,
            message: { type: 'text', content: { text } },
          }),
        )
        .then(
          () => 'accepted',
          (error: { code: string }) => error.code,
        );
    const block = (blocked_words: string[]) => call(as(ada), 'PATCH', `/v1/groups/${group.group_id}`, { moderation: { blocked_words } });

    expect(await send('darn it')).toBe('accepted');
    expect((await block(['darn'])).status).toBe(200);
    expect([await send('Darn it'), await send('fine')]).toEqual(['MSG_BLOCKED_CONTENT', 'accepted']);
    await work(bench, services.pipeline.sent.splice(0));
    expect((await bench.stored(conversation.conversation_id)).flatMap(({ content }) => ('text' in content ? [content.text] : []))).toEqual([
      'fine',
    ]);
    await block([]);
    expect(await send('darn it')).toBe('accepted');
  });
});
