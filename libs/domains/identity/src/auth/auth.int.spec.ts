import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Services } from '@caas/composition';
import { buildGateway, type Gateway, type InjectedResponse } from '@caas/gateway-middleware';
import {
  type AuditEntry,
  createLogger,
  HealthRegistry,
  Metrics,
  type RateLimiter,
  SecretBox,
  systemClock,
  type TenantContext,
} from '@caas/runtime';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { aKeyWith } from '../api-keys/api-key-input.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { applicationDefaults } from '../applications/application-settings.js';
import { type Application, applications } from '../applications/applications.collection.js';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { aTokenMaterial } from '../fixtures/tokens.fixture.js';
import { MongoIdempotencyStore } from '../idempotency/mongo-idempotency-store.js';
import identityRoutes from '../identity.routes.js';
import { gatewayAuthenticator } from '../tokens/gateway-authenticator.js';
import { RefreshTokens } from '../user-sessions/refresh-token.js';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { ActingUserDirectory } from '../users/acting-user-directory.js';
import { UserReader } from '../users/user-reader.js';
import { users } from '../users/users.collection.js';

const material = aTokenMaterial();
const refreshKey = randomBytes(32);
const peppers = [{ kid: 'k1', pepper: randomBytes(32) }];
const box = new SecretBox([{ kid: 'k1', key: randomBytes(32) }]);
const logger = createLogger({ service: 'spec', level: 'silent' });
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const tenants = new Map<string, TenantContext>();

/** So many seconds, less what the machine took. */
const about = (seconds: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && value <= seconds && value > seconds - 120,
});

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session_id: string;
  readonly expires_in: number;
  readonly refresh_expires_in: number;
  readonly user: { readonly user_id: string; readonly external_id: string; readonly display_name: string };
}

describe('signing in and out', () => {
  /** Two gateways over the same servers, with connections of their own. */
  let benches: IdentityBench[];
  let gateways: Gateway[];
  let noted: AuditEntry[];
  /** Types of the events that went straight to Kafka. */
  const told: string[] = [];
  let tenant: TenantContext;
  let application: Application;
  let secret: string;
  beforeAll(async () => {
    const first = await IdentityBench.open();
    benches = [first, await first.neighbour()];
    gateways = await Promise.all(benches.map((bench) => aGateway(bench)));
  });
  afterAll(async () => {
    await Promise.all((gateways ?? []).map((gateway) => gateway.close()));
    for (const bench of (benches ?? []).toReversed()) await bench.close();
  });
  beforeEach(async () => {
    noted = [];
    tenant = aTenant();
    tenants.set(tenant.tenantId, tenant);
    application = await anApplication();
    secret = await aKey();
  });

  const bench = (): IdentityBench => benches[0] as IdentityBench;

  async function aGateway({ mongo, redis, outbox, quotas }: IdentityBench): Promise<Gateway> {
    const directory = { get: (id: string) => tenants.get(id), invalidate: () => Promise.resolve() };
    const services = {
      ...{ mongo, redis, outbox, quotas, clock: systemClock, logger, tenants: directory, tokens: material },
      secrets: { apiKeyPeppers: peppers, box, refreshTokenKeys: [refreshKey] },
      kafka: { producer: () => ({ send: (sent: { event: { type: string } }) => Promise.resolve(void told.push(sent.event.type)) }) },
      auditTrail: () => Promise.resolve({ note: (entry: AuditEntry) => void noted.push(entry), record: () => Promise.resolve() }),
    } as unknown as Services;
    const rateLimiter = {
      take: () => ({
        allowed: true,
        policies: [],
        policy: { name: 't', limit: 1, windowSeconds: 1 },
        remaining: 1,
        resetSeconds: 1,
        violated: [],
        source: 'shared',
      }),
    };
    const actingUsers = new ActingUserDirectory({ users: new UserReader({ mongo }), redis });
    const keyParts = { mongo, redis, peppers, clock: systemClock };
    return buildGateway({
      routes: identityRoutes(services),
      authenticator: gatewayAuthenticator(services, { keys: new ApiKeyAuthenticator(keyParts), actingUsers }),
      actingUsers,
      tenants: directory,
      rateLimiter: rateLimiter as unknown as RateLimiter,
      logger,
      metrics: new Metrics({ service: 'spec', defaults: false }),
      health: new HealthRegistry(),
      idempotency: new MongoIdempotencyStore({ mongo, clock: systemClock, ttlSeconds: 3_600 }),
    });
  }

  async function anApplication(change: Partial<Application> = {}): Promise<Application> {
    const defaults = applicationDefaults();
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    const key = {
      ...({ kid: 'acme-1', alg: 'ES256', status: 'active', not_before: null, expires_at: null } as const),
      public_jwk: { kty: 'EC' as const, crv: 'P-256' as const, x, y },
    };
    return bench()
      .mongo.platform(applications)
      .insert({
        ...{ app_id: newId('app'), tenant_id: tenant.tenantId, name: newId('app'), description: null, environment: 'production' as const },
        ...{ status: 'active' as const, disabled_at: null, metadata: null, config: defaults.config },
        security: { ...defaults.security, jwt_keys: [key] },
        ...change,
      });
  }

  async function aKey(
    change: { type?: 'server' | 'client'; scopes?: string[]; app_id?: string | null; environment?: 'live' | 'test' } = {},
  ): Promise<string> {
    const { mongo, outbox, clock } = bench();
    const terms = aKeyWith({
      ...{ app_id: application.app_id, name: 'k', type: 'server' as const, environment: 'live' as const, scopes: ['users:*', 'chat:*'] },
      ...change,
    });
    return (await new ApiKeysService({ mongo, outbox, clock, peppers }).create(tenant.tenantId, terms, bySpec)).key;
  }

  const call = (
    method: string,
    url: string,
    { body, headers = {}, token, at = 0 }: { body?: object; headers?: Record<string, string>; token?: string; at?: 0 | 1 } = {},
  ): Promise<InjectedResponse> =>
    (gateways[at] as Gateway).inject({
      method,
      url,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && { body }),
    });
  const exchange = (change: object = {}, headers: Record<string, string> = {}) =>
    call('POST', '/v1/auth/sdk/token', {
      body: { app_id: application.app_id, app_secret: secret, user_external_id: 'ada', ...change },
      headers,
    });
  const tokensOf = async (response: Promise<InjectedResponse>): Promise<Tokens> => {
    const { status, text, json } = await response.then((one) => ({ ...one, json: () => one.json(), text: one.text, status: one.status }));
    if (status !== 200) throw new Error(text);
    return json() as Tokens;
  };
  const answerOf = async (response: Promise<InjectedResponse>): Promise<unknown> => {
    const one = await response;
    return one.status < 300 ? one.status : (one.json() as { code: string }).code;
  };
  const refresh = (refresh_token: string, change: object = {}, at: 0 | 1 = 0) =>
    call('POST', '/v1/auth/refresh', { body: { refresh_token, ...change }, at });
  const session = (id: string) => bench().mongo.forTenant(tenant).repository(userSessions).get(id);
  const introspect = (token: string, at: 0 | 1 = 0) => answerOf(call('GET', '/v1/auth/introspect', { token, at }));
  const refusedEverywhere = (token: string, code: string) =>
    Promise.all(
      ([0, 1] as const).map((at) => waitUntil(`${code} at ${at}`, async () => (await introspect(token, at)) === code || undefined)),
    );

  describe('with the secret of an application', () => {
    it('creates the user once, and opens a session each time', async () => {
      const first = await tokensOf(exchange({ metadata: { display_name: 'Ada', avatar_url: 'https://example.com/a.png' } }));
      const second = await tokensOf(exchange());

      expect(first).toMatchObject({ token_type: 'Bearer', expires_in: about(900), refresh_expires_in: about(604_800) });
      expect(first.user).toMatchObject({ external_id: 'ada', display_name: 'Ada', avatar_url: 'https://example.com/a.png' });
      expect(second.user).toEqual(first.user);
      expect(second.session_id).not.toBe(first.session_id);
      expect(noted).toContainEqual(expect.objectContaining({ action: { category: 'auth', type: 'login', name: 'auth.token_issued' } }));
      expect(JSON.stringify(noted)).not.toContain(secret);
    });

    it('gives tokens with which the user acts', async () => {
      const { access_token: token, user } = await tokensOf(exchange());

      const response = await call('GET', `/v1/users/${user.user_id}`, { token, at: 1 });

      expect([response.status, response.json()]).toEqual([200, expect.objectContaining({ user_id: user.user_id })]);
    });

    it('brings the user up to date', async () => {
      const { user } = await tokensOf(exchange());
      const { user: renamed } = await tokensOf(exchange({ metadata: { display_name: 'Ada Lovelace' } }));

      expect([user.display_name, renamed.display_name]).toEqual(['ada', 'Ada Lovelace']);
    });

    it('gives a token of the application where no user is named: it acts for nobody', async () => {
      const { access_token: token, ...rest } = await tokensOf(exchange({ user_external_id: undefined }));

      expect(rest).toMatchObject({ refresh_token: null, session_id: null, user: null });
      expect((await call('GET', '/v1/auth/introspect', { token })).json()).toMatchObject({ actor: 'user', user_id: null, permissions: [] });
      expect(await answerOf(call('GET', '/v1/users/ext:ada', { token }))).toBe('AUTHZ_DENIED');
      expect(await answerOf(call('GET', '/v1/users/ext:ada', { token, headers: { 'x-act-as-user': 'ext:ada' } }))).toBe('AUTHZ_DENIED');
    });

    it('keeps to the times of the application', async () => {
      const defaults = applicationDefaults();
      const jwt_config = { ...defaults.security.jwt_config, token_expiry_minutes: 5, refresh_token_expiry_days: 1 };
      application = await anApplication({ security: { ...defaults.security, jwt_config } });
      secret = await aKey();

      expect(await tokensOf(exchange())).toMatchObject({ expires_in: about(300), refresh_expires_in: about(86_400) });
    });

    it.each<[what: string, change: () => Promise<object> | object, code: string]>([
      ['an unknown application', () => ({ app_id: newId('app') }), 'AUTH_APP_CREDENTIALS_INVALID'],
      [
        'a wrong secret',
        () => ({ app_secret: `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}` }),
        'AUTH_APP_CREDENTIALS_INVALID',
      ],
      ['the secret of another application', async () => ({ app_id: (await anApplication()).app_id }), 'AUTH_APP_CREDENTIALS_INVALID'],
      ['a client key', async () => ({ app_secret: await aKey({ type: 'client', scopes: ['chat:read'] }) }), 'AUTH_APP_CREDENTIALS_INVALID'],
      ['a key without users:write', async () => ({ app_secret: await aKey({ scopes: ['users:read'] }) }), 'AUTH_APP_CREDENTIALS_INVALID'],
      [
        'a key of another environment',
        async () => ({ app_secret: await aKey({ environment: 'test', app_id: null }) }),
        'AUTH_APP_CREDENTIALS_INVALID',
      ],
      ['no external id', () => ({ user_external_id: '' }), 'VAL_FAILED'],
      ['both ways at once', () => ({ user_token: 'a.b.c' }), 'VAL_FAILED'],
    ])('is refused for %s', async (_, change, code) => {
      const answer = await answerOf(exchange(await change()));

      expect(answer).not.toBe(200);
      expect(answer).toEqual(code);
    });

    it('is refused from a browser, to a banned user, and when the tenant is suspended', async () => {
      const { user } = await tokensOf(exchange());
      await bench()
        .mongo.forTenant(tenant)
        .repository(users)
        .update(user.user_id, { set: { status: 'banned' } });

      expect(await answerOf(exchange({}, { origin: 'https://example.com' }))).toBe('AUTH_ORIGIN_NOT_ALLOWED');
      expect(await answerOf(exchange())).toBe('AUTH_USER_BANNED');
      tenants.set(tenant.tenantId, { ...tenant, status: 'suspended' });
      expect(await answerOf(exchange({ user_external_id: 'bob' }))).toBe('TENANT_SUSPENDED');
    });

    it('takes a secret of another tenant for none', async () => {
      const foreign = secret;
      tenant = aTenant();
      tenants.set(tenant.tenantId, tenant);
      application = await anApplication();

      expect(await answerOf(exchange({ app_secret: foreign }))).toBe('AUTH_APP_CREDENTIALS_INVALID');
    });
  });

  describe('with a token that the tenant signed', () => {
    const signed = (change: object = {}) => {
      const iat = Math.floor(Date.now() / 1_000);
      const payload = { iss: application.app_id, aud: 'caas-api', sub: 'grace', iat, exp: iat + 600, jti: newId('evt'), ...change };
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'acme-1' }).sign(pair.privateKey);
    };
    const exchangeToken = async (user_token: string, headers: Record<string, string> = {}) =>
      call('POST', '/v1/auth/sdk/token', { body: { app_id: application.app_id, user_token }, headers });

    it('opens a session with the client key, once for each token', async () => {
      const key = { 'x-api-key': await aKey({ type: 'client', scopes: ['chat:read'] }) };
      const token = await signed();

      const answers = await Promise.all([1, 2, 3].map(() => answerOf(exchangeToken(token, key))));

      expect(answers.sort()).toEqual([200, 'AUTH_USER_TOKEN_INVALID', 'AUTH_USER_TOKEN_INVALID']);
    });

    it('is refused without the key, with a key of another kind or application, without jti, and from an unknown origin', async () => {
      const key = { 'x-api-key': await aKey({ type: 'client', scopes: ['chat:read'] }) };
      const other = { 'x-api-key': await aKey({ type: 'client', scopes: ['chat:read'], app_id: (await anApplication()).app_id }) };

      expect(await answerOf(exchangeToken(await signed()))).toBe('AUTH_REQUIRED');
      expect(await answerOf(exchangeToken(await signed(), { 'x-api-key': secret }))).toBe('AUTH_APP_CREDENTIALS_INVALID');
      expect(await answerOf(exchangeToken(await signed(), other))).toBe('AUTH_APP_CREDENTIALS_INVALID');
      expect(await answerOf(exchangeToken(await signed({ jti: undefined }), key))).toBe('AUTH_USER_TOKEN_INVALID');
      expect(await answerOf(exchangeToken(await signed(), { ...key, origin: 'https://evil.example' }))).toBe('AUTH_ORIGIN_NOT_ALLOWED');
    });
  });

  describe('refreshing', () => {
    it('gives a new pair; the old refresh token is dead at once, the session is the same', async () => {
      const first = await tokensOf(exchange());
      const second = await tokensOf(refresh(first.refresh_token, {}, 1));

      expect(second).toMatchObject({ session_id: first.session_id, token_type: 'Bearer' });
      expect(second).not.toHaveProperty('user');
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(await introspect(second.access_token)).toBe(200);
      expect(JSON.stringify(await session(first.session_id))).not.toContain(second.refresh_token.slice(-64));
    });

    it('lets exactly one of several at once win', async () => {
      const { refresh_token } = await tokensOf(exchange());

      const answers = await Promise.all(([0, 1, 0, 1, 0] as const).map((at) => answerOf(refresh(refresh_token, {}, at))));

      expect(answers.filter((answer) => answer === 200)).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'AUTH_REFRESH_REUSED')).toHaveLength(4);
    });

    it('ends the whole session when a used token of any generation comes again', async () => {
      const first = await tokensOf(exchange());
      const second = await tokensOf(refresh(first.refresh_token));
      const third = await tokensOf(refresh(second.refresh_token));
      expect(await introspect(third.access_token, 1)).toBe(200);

      expect(await answerOf(refresh(first.refresh_token))).toBe('AUTH_REFRESH_REUSED');

      await refusedEverywhere(third.access_token, 'AUTH_SESSION_TERMINATED');
      expect(await answerOf(refresh(third.refresh_token))).toBe('AUTH_REFRESH_INVALID');
      expect(await session(first.session_id)).toMatchObject({
        status: 'revoked',
        terminated: { by: 'security', reason: 'refresh_token_reuse' },
      });
      expect(noted).toContainEqual(
        expect.objectContaining({
          action: { category: 'security', type: 'refresh', name: 'security.token_reuse' },
          sessionId: first.session_id,
        }),
      );
    });

    it('refuses a forged token without any effect', async () => {
      const { refresh_token, session_id, access_token } = await tokensOf(exchange());
      const forged = new RefreshTokens([randomBytes(32)]).issue(tenant.tenantId, session_id).text;

      expect(await answerOf(refresh(forged))).toBe('AUTH_REFRESH_INVALID');
      expect(await answerOf(refresh('nonsense'))).toBe('AUTH_REFRESH_INVALID');

      expect(await introspect(access_token)).toBe(200);
      expect(await answerOf(refresh(refresh_token))).toBe(200);
    });

    it('needs the device that the session is of', async () => {
      const device = { type: 'mobile', platform: 'ios' };
      const { refresh_token, session_id } = await tokensOf(exchange({ metadata: { device } }));
      const { device_id } = await session(session_id);

      expect(await answerOf(refresh(refresh_token))).toBe('AUTH_REFRESH_INVALID');
      expect(await answerOf(refresh(refresh_token, { device_id: newId('dev') }))).toBe('AUTH_REFRESH_INVALID');
      expect(await answerOf(refresh(refresh_token, { device_id }))).toBe(200);
    });

    it('is over with the session, with the user, and with the application', async () => {
      const [expired, banned] = [await tokensOf(exchange()), await tokensOf(exchange({ user_external_id: 'bob' }))];
      const { mongo } = bench();
      await mongo
        .forTenant(tenant)
        .repository(userSessions)
        .update(expired.session_id, { set: { expires_at: new Date(Date.now() - 1_000) } });
      await mongo
        .forTenant(tenant)
        .repository(users)
        .update(banned.user.user_id, { set: { status: 'banned' } });

      expect(await answerOf(refresh(expired.refresh_token))).toBe('AUTH_REFRESH_EXPIRED');
      await waitUntil('the ban counts', async () => (await answerOf(refresh(banned.refresh_token))) === 'AUTH_USER_BANNED' || undefined);
    });
  });

  describe('signing out', () => {
    it('kills access token, refresh token and session on every gateway', async () => {
      const { access_token: token, refresh_token, session_id } = await tokensOf(exchange());
      expect([await introspect(token, 0), await introspect(token, 1)]).toEqual([200, 200]);

      expect(await answerOf(call('POST', '/v1/auth/logout', { token, body: {} }))).toBe(204);

      await refusedEverywhere(token, 'AUTH_SESSION_TERMINATED');
      expect(await answerOf(refresh(refresh_token, {}, 1))).toBe('AUTH_REFRESH_INVALID');
      expect(await session(session_id)).toMatchObject({ status: 'revoked', terminated: { by: 'user', reason: 'logout' } });
    });

    it('leaves a user offline, which is told, once the last session is over', async () => {
      const [one, two] = [await tokensOf(exchange()), await tokensOf(exchange())];
      const rows = bench().mongo.forTenant(tenant).repository(users);
      const state = async () => (await rows.findMany({}, { readFrom: 'primary' })).map(({ presence }) => presence.state);
      await rows.updateMany({ status: 'active' }, { set: { 'presence.state': 'online' } });
      told.length = 0;

      await call('POST', '/v1/auth/logout', { token: one.access_token, body: {} });
      const between = await state();
      await call('POST', '/v1/auth/logout', { token: two.access_token, body: {} });

      expect([between, await state(), told]).toEqual([['online'], ['offline'], ['user.offline']]);
    });

    it('leaves other sessions alone, unless all devices are meant', async () => {
      const [one, two, three] = [await tokensOf(exchange()), await tokensOf(exchange()), await tokensOf(exchange())];

      await call('POST', '/v1/auth/logout', { token: one.access_token, body: {} });
      expect(await introspect(two.access_token)).toBe(200);
      await call('POST', '/v1/auth/logout', { token: two.access_token, body: { all_devices: true } });

      await refusedEverywhere(three.access_token, 'AUTH_SESSION_TERMINATED');
      expect(await introspect((await tokensOf(exchange())).access_token)).toBe(200);
    });
  });

  describe('revoking', () => {
    it('one token leaves the session and its next token alive', async () => {
      const first = await tokensOf(exchange());

      expect(await answerOf(call('POST', '/v1/auth/revoke', { token: first.access_token, body: { token: first.access_token } }))).toBe(204);

      await refusedEverywhere(first.access_token, 'AUTH_TOKEN_REVOKED');
      const second = await tokensOf(refresh(first.refresh_token));
      expect(await introspect(second.access_token)).toBe(200);
    });

    it('a session by its id or its refresh token', async () => {
      const [one, two, three] = [await tokensOf(exchange()), await tokensOf(exchange()), await tokensOf(exchange())];

      await call('POST', '/v1/auth/revoke', { token: three.access_token, body: { session_id: one.session_id } });
      await call('POST', '/v1/auth/revoke', { headers: { 'x-api-key': secret }, body: { token: two.refresh_token } });

      await refusedEverywhere(one.access_token, 'AUTH_SESSION_TERMINATED');
      await refusedEverywhere(two.access_token, 'AUTH_SESSION_TERMINATED');
    });

    it('nothing of somebody else: neither of another user nor of another tenant', async () => {
      const [ada, bob] = [await tokensOf(exchange()), await tokensOf(exchange({ user_external_id: 'bob' }))];
      for (const body of [{ session_id: ada.session_id }, { token: ada.refresh_token }, { token: ada.access_token }]) {
        expect(await answerOf(call('POST', '/v1/auth/revoke', { token: bob.access_token, body }))).toBe(204);
      }
      tenant = aTenant();
      tenants.set(tenant.tenantId, tenant);
      application = await anApplication();
      const foreign = { 'x-api-key': await aKey() };
      for (const body of [{ session_id: ada.session_id }, { token: ada.refresh_token }, { token: ada.access_token }]) {
        expect(await answerOf(call('POST', '/v1/auth/revoke', { headers: foreign, body }))).toBe(204);
      }

      expect([await introspect(ada.access_token, 0), await introspect(ada.access_token, 1)]).toEqual([200, 200]);
    });

    it('all of a user, by a key or by themselves', async () => {
      const [one, two] = [await tokensOf(exchange()), await tokensOf(exchange())];
      const headers = { 'x-api-key': secret };

      const response = await call('POST', '/v1/auth/revoke-all', {
        headers,
        body: { user_id: one.user.user_id, reason: 'security_breach' },
      });

      expect([response.status, response.json()]).toEqual([200, { revoked_sessions: 2 }]);
      await refusedEverywhere(two.access_token, 'AUTH_SESSION_TERMINATED');
      const { access_token: token } = await tokensOf(exchange());
      expect((await call('POST', '/v1/auth/revoke-all', { token, body: {} })).json()).toEqual({ revoked_sessions: 1 });
      expect(await answerOf(call('POST', '/v1/auth/revoke-all', { headers, body: {} }))).toBe('VAL_FAILED');
    });
  });

  it('tells callers who they are and what they may do', async () => {
    const { access_token: token, user } = await tokensOf(exchange());

    const own = (await call('GET', '/v1/auth/introspect', { token })).json() as { permissions: string[]; expires_at: string };
    const key = (await call('GET', '/v1/auth/introspect', { headers: { 'x-api-key': secret } })).json() as { permissions: string[] };
    const both = (await call('GET', '/v1/permissions', { headers: { 'x-api-key': secret, 'x-act-as-user': user.user_id } })).json();

    expect(own).toMatchObject({
      actor: 'user',
      tenant_id: tenant.tenantId,
      app_id: application.app_id,
      user_id: user.user_id,
      roles: ['user'],
    });
    expect(Date.parse(own.expires_at)).toBeGreaterThan(Date.now());
    expect([own.permissions.includes('message.send'), own.permissions.includes('user.ban')]).toEqual([true, false]);
    expect(key).toMatchObject({ actor: 'key', user_id: null, roles: [], expires_at: null });
    expect(key.permissions).toContain('user.ban');
    expect(both).toEqual({ roles: ['user'], permissions: own.permissions.filter((name) => key.permissions.includes(name)) });
  });

  describe('sessions', () => {
    it('are listed for their user and ended one by one or all others', async () => {
      const [one, two, three] = [await tokensOf(exchange()), await tokensOf(exchange()), await tokensOf(exchange())];
      const list = async (token: string) =>
        (await call('GET', '/v1/sessions?status=active', { token })).json() as { data: { session_id: string }[] };

      expect((await list(two.access_token)).data).toMatchObject([
        { session_id: three.session_id, is_current: false, status: 'active' },
        { session_id: two.session_id, is_current: true },
        { session_id: one.session_id },
      ]);
      expect(await answerOf(call('DELETE', `/v1/sessions/${one.session_id}`, { token: two.access_token }))).toBe(204);
      await refusedEverywhere(one.access_token, 'AUTH_SESSION_TERMINATED');
      const others = await call('POST', '/v1/sessions/terminate-others', { token: two.access_token });
      expect([others.status, others.json()]).toEqual([200, { terminated: 1 }]);
      expect((await list(two.access_token)).data).toMatchObject([{ session_id: two.session_id }]);
    });

    it('of another user do not exist', async () => {
      const [ada, bob] = [await tokensOf(exchange()), await tokensOf(exchange({ user_external_id: 'bob' }))];

      expect(await answerOf(call('DELETE', `/v1/sessions/${ada.session_id}`, { token: bob.access_token }))).toBe('RES_NOT_FOUND');
      expect(await answerOf(call('GET', `/v1/sessions?user_id=${ada.user.user_id}`, { token: bob.access_token }))).toBe('VAL_FAILED');
      expect(await introspect(ada.access_token)).toBe(200);
    });

    it('are twenty for a user: the oldest makes room', async () => {
      const first = await tokensOf(exchange());
      for (let count = 0; count < 20; count += 1) await tokensOf(exchange());

      expect(await session(first.session_id)).toMatchObject({ status: 'revoked', terminated: { reason: 'replaced' } });
    });
  });

  describe('devices', () => {
    const device = { type: 'mobile', platform: 'ios', name: 'Phone', push: { provider: 'apns', token: 'push-token-of-ada' } };

    it('are registered, brought up to date, renamed, trusted and removed with their sessions', async () => {
      const { access_token: token } = await tokensOf(exchange());
      const created = await call('POST', '/v1/devices', { token, body: device });
      const { device_id } = created.json() as { device_id: string };
      expect([created.status, created.json()]).toEqual([
        201,
        expect.objectContaining({ name: 'Phone', push: { provider: 'apns', enabled: true }, trusted: false }),
      ]);
      expect(created.text).not.toContain('push-token-of-ada');

      const again = await call('POST', '/v1/devices', { token, body: { ...device, device_id, app_version: '2.0' } });
      expect([again.status, again.json()]).toEqual([200, expect.objectContaining({ device_id, app_version: '2.0' })]);
      const changed = await call('PATCH', `/v1/devices/${device_id}`, { token, body: { name: 'Old phone', trusted: true, push: null } });
      expect(changed.json()).toMatchObject({ name: 'Old phone', trusted: true, push: null });
      const onDevice = await tokensOf(exchange({ metadata: { device: { device_id, type: 'mobile', platform: 'ios' } } }));
      expect((await call('GET', '/v1/devices', { token })).json()).toMatchObject({ data: [{ device_id }] });

      expect(await answerOf(call('DELETE', `/v1/devices/${device_id}`, { token }))).toBe(204);
      await refusedEverywhere(onDevice.access_token, 'AUTH_SESSION_TERMINATED');
      expect(await introspect(token)).toBe(200);
      expect(await answerOf(call('GET', `/v1/devices/${device_id}`, { token }))).toBe('RES_NOT_FOUND');
    });

    it('of another user do not exist, and ten are enough', async () => {
      const [ada, bob] = [await tokensOf(exchange()), await tokensOf(exchange({ user_external_id: 'bob' }))];
      const { device_id } = (await call('POST', '/v1/devices', { token: ada.access_token, body: device })).json() as { device_id: string };
      const plain = { type: 'web', platform: 'web' };
      for (let count = 0; count < 9; count += 1) await call('POST', '/v1/devices', { token: ada.access_token, body: plain });

      expect(await answerOf(call('POST', '/v1/devices', { token: ada.access_token, body: plain }))).toBe('USER_DEVICE_LIMIT');
      for (const method of ['GET', 'DELETE']) {
        expect(await answerOf(call(method, `/v1/devices/${device_id}`, { token: bob.access_token }))).toBe('RES_NOT_FOUND');
      }
      expect(await answerOf(call('POST', '/v1/devices', { token: bob.access_token, body: { ...plain, device_id } }))).toBe('RES_CONFLICT');
    });
  });
});
