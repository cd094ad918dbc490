import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpBench, type HttpCaller, keyCaller, userCaller } from '@caas/gateway-middleware/testing';
import { createLogger, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { JobsService } from '@caas/tenancy';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { PresenceService } from '../presence/presence.service.js';
import { RelationshipsService } from '../relationships/relationships.service.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { RefreshTokens } from '../user-sessions/refresh-token.js';
import { SessionStates } from '../user-sessions/session-states.js';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { toActingUser } from './acting-user.js';
import { ActingUserDirectory } from './acting-user-directory.js';
import { meRoutes } from './me.routes.js';
import { UserAccountsService } from './user-accounts.service.js';
import { userBansRoutes } from './user-bans.routes.js';
import { UserLists } from './user-lists.js';
import { UserLockout } from './user-lockout.js';
import { UserSight } from './user-sight.js';
import { usersRoutes } from './users.routes.js';
import { UsersService } from './users.service.js';

describe('users over HTTP', () => {
  let bench: IdentityBench;
  let http: HttpBench;
  let tenant: TenantContext;
  let users: UsersService;
  let relationships: RelationshipsService;
  let revocations: RevocationList;
  let sessions: UserSessionsService;
  let actingUsers: ActingUserDirectory;
  const presences: unknown[] = [];
  beforeAll(async () => {
    bench = await IdentityBench.open();
    const { mongo, redis, clock } = bench;
    users = new UsersService(bench);
    relationships = new RelationshipsService(bench);
    revocations = new RevocationList(bench);
    sessions = new UserSessionsService({ mongo, clock, states: new SessionStates(bench), tokens: new RefreshTokens([randomBytes(32)]) });
    actingUsers = new ActingUserDirectory({ users, redis, clock });
    const sight = new UserSight({ mongo });
    const events = { send: async ({ payload }: { payload: unknown }) => void presences.push(payload) };
    const logger = createLogger({ service: 'spec', level: 'silent' });
    const common = {
      ...{ users, sight, accounts: new UserAccountsService(bench), now: () => clock.now(), jobs: new JobsService(bench) },
      lockout: new UserLockout({ sessions, revocations, actingUsers, clock }),
    };
    const presence = new PresenceService({ mongo, sight, events: events as never, clock, logger });
    http = new HttpBench([
      ...usersRoutes({ ...common, lists: new UserLists({ mongo }) }),
      ...userBansRoutes(common),
      ...meRoutes({ ...common, relationships, presence }),
    ]);
  });
  beforeEach(() => {
    tenant = aTenant();
  });
  afterAll(async () => {
    await http?.close();
    await bench?.close();
  });

  const key = (): HttpCaller => keyCaller(tenant);
  const create = async (external_id: string, more: object = {}) => {
    const { body } = await http.call(key(), ['POST', '/v1/users'], { body: { external_id, display_name: external_id, ...more } });
    return body as { user_id: string };
  };
  const as = async ({ user_id: id }: { user_id: string }) => userCaller(tenant, toActingUser(await users.get(tenant, id)));
  const codeOf = ({ status, body }: { status: number; body: object }) => [status, (body as { code?: string }).code];

  it('creates, upserts and brings up to date, by an id of the tenant’s own', async () => {
    const url = '/v1/users/external/ada%40example.com';
    const first = await http.call(key(), ['PUT', url], { body: { display_name: 'Ada', username: 'Ada_1' } });
    const second = await http.call(key(), ['PUT', url], { body: { display_name: 'Ada L.' } });

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({
      user_id: first.body['user_id'],
      external_id: 'ada@example.com',
      display_name: 'Ada L.',
      username: 'Ada_1',
    });
  });

  it('creates many, each for itself', async () => {
    await create('taken');
    const body = { users: ['one', 'taken', 'two'].map((external_id) => ({ external_id, display_name: external_id })) };

    const { body: answer } = await http.call(key(), ['POST', '/v1/users/batch'], { body });

    expect(answer['data']).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 409, error: { code: 'USER_EXISTS' } },
      { index: 2, status: 201 },
    ]);
  });

  it('changes what is named, clears what is null, and keeps to the version', async () => {
    const ada = await create('ada', { bio: 'mathematician', custom_data: { a: 1, b: 2 } });
    const url = `/v1/users/${ada.user_id}`;
    const tag = String((await http.call(key(), ['GET', url])).headers['etag']);
    const body = { bio: null, username: 'Ada', custom_data: { a: null, c: 3 }, settings: { privacy: { show_last_seen: false } } };

    const changed = await http.call(key(), ['PATCH', url], { body, headers: { 'if-match': tag } });
    const stale = await http.call(key(), ['PATCH', url], { body: { bio: 'x' }, headers: { 'if-match': tag } });

    expect(changed.body).toMatchObject({ bio: null, username: 'Ada', custom_data: { b: 2, c: 3 } });
    expect(codeOf(stale)).toEqual([412, 'VAL_PRECONDITION_FAILED']);
    await create('other', { username: 'other' });
    expect(codeOf(await http.call(key(), ['PATCH', url], { body: { username: 'OTHER' } }))).toEqual([409, 'USER_EXISTS']);
    const told = (await bench.told(tenant)).filter(({ payload }) => payload['type'] === 'user.updated');
    expect(told).toHaveLength(1);
  });

  it('lets users change themselves and nobody else, nor their roles', async () => {
    const [ada, eve] = [await create('ada'), await create('eve')];

    expect((await http.call(await as(ada), ['PATCH', '/v1/me'], { body: { bio: 'me' } })).body).toMatchObject({ bio: 'me' });
    expect((await http.call(await as(ada), ['PATCH', '/v1/users/me'], { body: { bio: 'I' } })).body).toMatchObject({ bio: 'I' });
    expect(codeOf(await http.call(await as(eve), ['PATCH', `/v1/users/${ada.user_id}`], { body: { bio: 'x' } }))).toEqual([
      403,
      'AUTHZ_NOT_OWNER',
    ]);
    expect(codeOf(await http.call(await as(ada), ['PATCH', '/v1/users/me'], { body: { roles: ['admin'] } }))).toEqual([
      403,
      'AUTHZ_DENIED',
    ]);
    expect(codeOf(await http.call(await as(ada), ['PATCH', '/v1/me'], { body: { roles: ['admin'] } }))).toEqual([400, 'VAL_FAILED']);
    expect((await http.call(key(), ['PATCH', `/v1/users/${ada.user_id}`], { body: { roles: ['moderator'] } })).body).toMatchObject({
      roles: ['moderator'],
    });
  });

  it('shows personal data to the user and to servers only, and of private users the name', async () => {
    const [ada, eve] = [await create('ada', { email: 'ada@example.com', bio: 'open' }), await create('eve')];
    const seen = async (caller: HttpCaller) => (await http.call(caller, ['GET', `/v1/users/${ada.user_id}`])).body;

    expect(await seen(key())).toMatchObject({ email: 'ada@example.com' });
    expect(await seen(await as(ada))).toMatchObject({ email: 'ada@example.com' });
    expect(await seen(await as(eve))).toMatchObject({ email: null, bio: 'open' });
    await relationships.block(tenant, { userId: ada.user_id, targetId: eve.user_id });
    expect(await seen(await as(eve))).toMatchObject({ display_name: 'ada', bio: null });
    await relationships.unblock(tenant, { userId: ada.user_id, targetId: eve.user_id });
    await http.call(await as(ada), ['PATCH', '/v1/me'], { body: { settings: { privacy: { profile_visibility: 'private' } } } });
    expect(await seen(await as(eve))).toMatchObject({ display_name: 'ada', bio: null });
  });

  it('lists for servers, page by page and by filters, and finds for users', async () => {
    const made = [
      await create('ada', { username: 'zeta' }),
      await create('adam'),
      await create('eve'),
      await create('alan', { roles: ['vip'] }),
    ];
    const list = async (caller: HttpCaller, query: string) =>
      (await http.call(caller, ['GET', `/v1/users${query}`])).body['data'] as { external_id: string }[];
    const names = async (caller: HttpCaller, query: string) => (await list(caller, query)).map(({ external_id }) => external_id).sort();

    const first = await http.call(key(), ['GET', '/v1/users?limit=3']);
    const { next_cursor: next } = first.body['page'] as { next_cursor: string };
    expect((first.body['data'] as unknown[]).length).toBe(3);
    expect(await list(key(), `?limit=3&cursor=${next}`)).toHaveLength(1);
    expect(await names(key(), '?q=ADA')).toEqual(['ada', 'adam']);
    expect(await names(key(), '?q=zet')).toEqual(['ada']);
    expect(await names(key(), `?ids=${made[0]?.user_id ?? ''},${made[2]?.user_id ?? ''}`)).toEqual(['ada', 'eve']);
    expect(await names(key(), '?external_ids=eve,nobody')).toEqual(['eve']);
    expect(await names(key(), '?role=vip')).toEqual(['alan']);
    expect(await names(await as(made[2] as { user_id: string }), '?q=ada')).toEqual(['ada', 'adam']);
    expect(codeOf(await http.call(await as(made[2] as { user_id: string }), ['GET', '/v1/users']))).toEqual([403, 'AUTHZ_DENIED']);
  });

  it('bans until a time: tokens and sessions end at once, and the trail says so', async () => {
    const ada = await create('ada');
    const bornAt = bench.clock.now();
    const access = { jti: newId('evt'), expiresAt: new Date(bornAt + 60_000) };
    await sessions.open(tenant, {
      userId: ada.user_id,
      deviceId: null,
      access,
      ip: null,
      appId: newId('app'),
      expiresAt: new Date(bornAt + 3_600_000),
    });
    expect(await actingUsers.resolve(tenant, ada.user_id)).toBeDefined();
    const until = new Date(bornAt + 3_600_000).toISOString();

    const banned = await http.call(key(), ['POST', `/v1/users/${ada.user_id}/ban`], { body: { reason: 'spam', until } });

    expect(banned.body).toMatchObject({ status: 'banned' });
    expect(await actingUsers.resolve(tenant, ada.user_id)).toBeUndefined();
    expect(await revocations.isRevoked(bornAt, [{ kind: 'user', id: ada.user_id }])).toBe(true);
    const [session] = await bench.mongo.forTenant(tenant).repository(userSessions).findMany({ user_id: ada.user_id });
    expect(session).toMatchObject({ status: 'revoked', terminated: { reason: 'user_banned' } });
    const audited = (await bench.told(tenant)).filter(({ payload }) => payload['type'] === 'audit.recorded');
    expect(audited.map(({ payload }) => (payload['payload'] as { action: { name: string } }).action.name)).toEqual(['user.banned']);

    expect((await http.call(key(), ['DELETE', `/v1/users/${ada.user_id}/ban`])).status).toBe(204);
    expect(await actingUsers.resolve(tenant, ada.user_id)).toBeDefined();
    expect(codeOf(await http.call(key(), ['DELETE', `/v1/users/${ada.user_id}/ban`]))).toEqual([409, 'RES_STATE']);
  });

  it('lets a ban end by itself', async () => {
    const ada = await create('ada');
    const until = new Date(bench.clock.now() - 1).toISOString();
    await http.call(key(), ['POST', `/v1/users/${ada.user_id}/ban`], { body: { until } });

    expect(await actingUsers.resolve(tenant, ada.user_id)).toBeDefined();
  });

  it('is banned by staff, never by plain users', async () => {
    const [ada, eve, mo] = [await create('ada'), await create('eve'), await create('mo', { roles: ['moderator'] })];
    const url = `/v1/users/${eve.user_id}/ban`;

    expect((await http.call(await as(ada), ['POST', url], { body: {} })).status).toBe(403);
    expect((await http.call(await as(mo), ['POST', url], { body: {} })).status).toBe(200);
    expect(codeOf(await http.call(await as(mo), ['POST', '/v1/users/me/ban'], { body: {} }))).toEqual([403, 'AUTHZ_DENIED']);
  });

  it('deletes: the user is gone, their names are free, their tokens dead', async () => {
    const ada = await create('ada', { username: 'ada' });
    const [bornAt, caller] = [bench.clock.now(), await as(ada)];

    expect((await http.call(caller, ['DELETE', '/v1/users/me'])).status).toBe(204);

    expect(codeOf(await http.call(key(), ['GET', `/v1/users/${ada.user_id}`]))).toEqual([404, 'RES_NOT_FOUND']);
    expect(await revocations.isRevoked(bornAt, [{ kind: 'user', id: ada.user_id }])).toBe(true);
    expect((await create('ada', { username: 'ada' })).user_id).not.toBe(ada.user_id);
  });

  it('says who is there, as far as they let it be seen', async () => {
    const [ada, eve] = [await create('ada'), await create('eve')];
    const look = async (caller: HttpCaller) =>
      (await http.call(caller, ['GET', `/v1/presence?user_ids=${ada.user_id},${newId('usr')}`])).body;
    const set = async (body: object) => http.call(await as(ada), ['PUT', '/v1/me/presence'], { body });

    expect((await set({ state: 'dnd', message: 'busy', emoji: '🧮' })).body).toMatchObject({
      state: 'dnd',
      message: 'busy',
      is_online: true,
    });
    expect(await look(await as(eve))).toMatchObject({ [ada.user_id]: { state: 'dnd', message: 'busy' } });
    expect(Object.keys(await look(key()))).toEqual([ada.user_id]);
    expect(presences.at(-1)).toMatchObject({
      user_id: ada.user_id,
      status: { status: 'busy', text: 'busy' },
      old_status: { status: 'offline' },
    });

    expect((await set({ state: 'invisible' })).body).toMatchObject({ state: 'invisible', is_online: false });
    expect(await look(await as(eve))).toMatchObject({ [ada.user_id]: { state: 'offline', is_online: false } });
    await set({ state: 'online', message: 'lunch', expires_at: new Date(bench.clock.now() - 1).toISOString() });
    expect(await look(await as(eve))).toMatchObject({ [ada.user_id]: { state: 'online', message: null } });
    await http.call(await as(ada), ['PATCH', '/v1/me'], {
      body: { settings: { privacy: { show_online_status: false, show_last_seen: false } } },
    });
    expect(await look(await as(eve))).toMatchObject({ [ada.user_id]: { state: 'offline', last_seen: null } });
  });

  it('answers for another tenant’s user as for none', async () => {
    const ada = await create('ada');
    const other = keyCaller(aTenant());
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { bio: 'x' }],
      ['DELETE', ''],
      ['POST', '/ban', {}],
    ];
    for (const [method, path, body] of calls) {
      const answers = await Promise.all(
        [ada.user_id, newId('usr')].map((id) => http.call(other, [method, `/v1/users/${id}${path}`], body === undefined ? {} : { body })),
      );
      const [theirs, none] = answers.map(({ status, body: { instance: _i, request_id: _r, timestamp: _t, ...problem } }) => ({
        status,
        problem,
      }));
      expect(theirs?.status).toBe(404);
      expect(theirs).toEqual(none);
    }
  });

  it('lists whom one has blocked', async () => {
    const [ada, eve] = [await create('ada'), await create('eve')];
    await relationships.block(tenant, { userId: ada.user_id, targetId: eve.user_id }, { reason: 'spam' });

    expect((await http.call(await as(ada), ['GET', '/v1/me/blocked'])).body['data']).toMatchObject([
      { user_id: eve.user_id, reason: 'spam' },
    ]);
    expect((await http.call(await as(eve), ['GET', '/v1/me/blocked'])).body['data']).toEqual([]);
  });
});
