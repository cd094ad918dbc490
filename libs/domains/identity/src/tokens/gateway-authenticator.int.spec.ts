import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Services } from '@caas/composition';
import { type Authenticator, type CredentialScheme, type Principal, systemClock, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { TcpProxy } from '@caas/testing/network';
import { stack } from '@caas/testing/stack';
import { applicationDefaults } from '../applications/application-settings.js';
import { applications, type Application } from '../applications/applications.collection.js';
import { aNewUser, aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { aTokenMaterial } from '../fixtures/tokens.fixture.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { RefreshTokens } from '../user-sessions/refresh-token.js';
import { SessionStates } from '../user-sessions/session-states.js';
import { UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { ActingUserDirectory } from '../users/acting-user-directory.js';
import { type User, users } from '../users/users.collection.js';
import { UsersService } from '../users/users.service.js';
import { type AccessTokenClaims, AccessTokenIssuer, type TokenTerms } from './access-token.js';
import { gatewayAuthenticator } from './gateway-authenticator.js';

const material = aTokenMaterial();
const issuer = new AccessTokenIssuer({ material, clock: systemClock });
const tenants = new Map<string, TenantContext>();
const pair = generateKeyPairSync('ed25519');

describe('tokens of users', () => {
  let mongoProxy: TcpProxy;
  let redisProxy: TcpProxy;
  /** Two gateways: the second one reaches its servers through proxies that can be cut. */
  let bench: IdentityBench;
  let far: IdentityBench;
  let tenant: TenantContext;
  let application: Application;
  let user: User;
  beforeAll(async () => {
    const { mongodb_uri, redis_url } = stack();
    mongoProxy = await TcpProxy.to(process.env['MONGODB_URI'] ?? mongodb_uri);
    redisProxy = await TcpProxy.to(redis_url);
    bench = await IdentityBench.open();
    far = await IdentityBench.open({ mongodbUri: mongoProxy.url, redisUrl: redisProxy.url });
  });
  afterAll(async () => {
    await bench?.close();
    await far?.close();
    await mongoProxy?.close();
    await redisProxy?.close();
  });
  beforeEach(async () => {
    tenant = aTenant();
    tenants.set(tenant.tenantId, tenant);
    application = await anApplication(bench, tenant);
    user = await new UsersService(bench).create(tenant, aNewUser(), bySpec);
  });

  const anAuthenticator = (at: IdentityBench = bench): Authenticator => {
    const directory = { get: (id: string) => tenants.get(id), invalidate: () => Promise.resolve() };
    const services = { mongo: at.mongo, redis: at.redis, clock: systemClock, tokens: material, tenants: directory };
    const actingUsers = new ActingUserDirectory({ users: new UsersService(at), redis: at.redis });
    const keys = { authenticate: () => Promise.reject(new Error('no keys here')) };
    return gatewayAuthenticator(services as unknown as Services, { keys, actingUsers });
  };
  const aToken = async (change: Partial<AccessTokenClaims> = {}, terms: TokenTerms = {}): Promise<string> => {
    const { user_id } = user;
    const own = { actor: 'user', sub: user_id, user_id, tenant_id: tenant.tenantId, app_id: application.app_id } as const;
    return (await issuer.issue({ ...own, roles: ['user'], env: 'live', ...change }, terms)).text;
  };
  /** Tells nobody of what it ends. */
  const sessionsOf = ({ mongo }: IdentityBench) =>
    new UserSessionsService({
      mongo,
      clock: systemClock,
      tokens: new RefreshTokens([Buffer.alloc(32)]),
      states: { changed: () => Promise.resolve() },
    });
  const aSession = (at = bench) =>
    sessionsOf(at).open(tenant, {
      userId: user.user_id,
      appId: application.app_id,
      deviceId: null,
      expiresAt: new Date(Date.now() + 900_000),
      access: { jti: 'a1', expiresAt: new Date(Date.now() + 900_000) },
      ip: null,
    });
  const codeOf = (authenticator: Authenticator, token: string, scheme: CredentialScheme = 'bearer'): Promise<unknown> =>
    Promise.resolve()
      .then(() => authenticator.authenticate(token, scheme))
      .then(
        () => 'ok',
        (error: { code?: unknown }) => error.code ?? error,
      );
  const noticed = (authenticator: Authenticator, token: string, code: string) =>
    waitUntil(`a token that answers ${code}`, async () => (await codeOf(authenticator, token)) === code || undefined);

  it('are principals that act for themselves, with what their roles grant less what the token leaves out', async () => {
    const [authenticator, session] = [anAuthenticator(), await aSession()];
    const token = await aToken({ session_id: session.session.session_id, permissions: ['message.read', 'user.ban'] });

    const principal = await authenticator.authenticate(token, 'bearer');

    expect(principal).toMatchObject({
      actor: 'user',
      authType: 'jwt',
      tenantId: tenant.tenantId,
      appId: application.app_id,
      subjectId: user.user_id,
      sessionId: session.session.session_id,
      user: { userId: user.user_id, displayName: 'Ada' },
      roles: ['user'],
      environment: 'live',
    });
    expect(principal.permissions).toEqual(new Set(['message.read']));
  });

  it('cost no look while they were looked at a moment ago', async () => {
    const [authenticator, token] = [anAuthenticator(), await aToken()];
    await authenticator.authenticate(token, 'bearer');

    await waitUntil('an answer without a look', async () => {
      await authenticator.authenticate(token, 'bearer');
      return !(authenticator.authenticate(token, 'bearer') instanceof Promise) || undefined; // nothing was waited for
    });
  });

  it.each<[what: string, change: () => Partial<AccessTokenClaims>, terms: TokenTerms, code: string]>([
    ['another issuer', () => ({}), { issuer: 'somebody' }, 'AUTH_TOKEN_CLAIMS'],
    ['another audience', () => ({}), { audience: 'something' }, 'AUTH_TOKEN_CLAIMS'],
    ['an unknown application', () => ({ app_id: newId('app') }), {}, 'AUTH_TOKEN_CLAIMS'],
    [
      'the application of another tenant',
      () => ({ tenant_id: [...tenants.keys()].find((id) => id !== tenant.tenantId) ?? '' }),
      {},
      'AUTH_TOKEN_CLAIMS',
    ],
    ['no tenant', () => ({ tenant_id: 'nonsense' }), {}, 'AUTH_TOKEN_CLAIMS'],
    ['another environment', () => ({ env: 'test' }), {}, 'AUTH_TOKEN_CLAIMS'],
    ['an actor whom nobody answers for', () => ({ actor: 'platform', roles: ['platform_admin'] }), {}, 'AUTH_TOKEN_CLAIMS'],
    ['a session that never was', () => ({ session_id: newId('sess') }), {}, 'AUTH_SESSION_TERMINATED'],
    ['a user who never was', () => ({ user_id: newId('usr') }), {}, 'AUTH_USER_DELETED'],
  ])('are refused for %s', async (_, change, terms, code) => {
    tenants.set('clnt_other0000', aTenant());
    expect(await codeOf(anAuthenticator(), await aToken(change(), terms))).toBe(code);
  });

  it('are for the issuer and the audience of their application, where it has its own', async () => {
    const jwt_config = { ...application.security.jwt_config, issuer: 'acme', audience: 'acme-chat' };
    await bench.mongo.platform(applications).update(application.app_id, { set: { 'security.jwt_config': jwt_config } });

    expect(await codeOf(anAuthenticator(), await aToken({}, { issuer: 'acme', audience: 'acme-chat' }))).toBe('ok');
    expect(await codeOf(anAuthenticator(), await aToken())).toBe('AUTH_TOKEN_CLAIMS');
  });

  it.each([
    ['banned', 'AUTH_USER_BANNED'],
    ['deleted', 'AUTH_USER_DELETED'],
  ] as const)('of somebody who is %s answer %s', async (status, code) => {
    await bench.mongo.forTenant(tenant).repository(users).update(user.user_id, { set: { status } });

    expect(await codeOf(anAuthenticator(), await aToken())).toBe(code);
  });

  it.each([
    ['disabled', 'TENANT_APP_DISABLED'],
    ['deleted', 'AUTH_TOKEN_CLAIMS'],
  ] as const)('of an application that is %s answer %s', async (status, code) => {
    await bench.mongo.platform(applications).update(application.app_id, { set: { status } });

    expect(await codeOf(anAuthenticator(), await aToken())).toBe(code);
  });

  it('are dead on every gateway when the user, the application or the tenant is revoked; newer ones live', async () => {
    const revocations = new RevocationList({ mongo: bench.mongo, redis: bench.redis, clock: systemClock });
    const until = new Date(Date.now() + 3_600_000);
    const [here, there] = [anAuthenticator(), anAuthenticator()];
    for (const [kind, id] of [
      ['user', user.user_id],
      ['app', application.app_id],
      ['tenant', tenant.tenantId],
    ] as const) {
      const old = await aSession();
      const token = await aToken({ session_id: old.session.session_id });
      expect([await codeOf(here, token), await codeOf(there, token)]).toEqual(['ok', 'ok']);

      await revocations.revoke({ kind, id, tenantId: tenant.tenantId, reason: 'admin_action', by: 'spec', until });

      await Promise.all([noticed(here, token, 'AUTH_TOKEN_REVOKED'), noticed(there, token, 'AUTH_TOKEN_REVOKED')]);
      const { session } = await aSession();
      expect(await codeOf(here, await aToken({ session_id: session.session_id }))).toBe('ok');
    }
  });

  describe('with stores that are away', () => {
    const farTenants = async () => {
      application = await anApplication(far, tenant);
      user = await new UsersService(far).create(tenant, aNewUser(), bySpec);
      return sessionsOf(far);
    };

    it('are looked up in MongoDB while Redis is away, and refused for good when both are', async () => {
      const sessions = await farTenants();
      const { session } = await aSession(far);
      const authenticator = anAuthenticator(far);
      const token = await aToken({ session_id: session.session_id });
      expect(await codeOf(authenticator, token)).toBe('ok');

      await redisProxy.cut();
      expect(await codeOf(authenticator, token)).toBe('ok');
      await sessions.revoke(tenant, session.session_id, { by: 'user', reason: 'logout' });
      await noticed(authenticator, token, 'AUTH_SESSION_TERMINATED');

      const other = await aToken({ session_id: (await aSession(far)).session.session_id });
      expect(await codeOf(authenticator, other)).toBe('ok');
      await mongoProxy.cut();
      await noticed(authenticator, other, 'SYS_UNAVAILABLE');

      await mongoProxy.restore();
      await redisProxy.restore();
      await noticed(authenticator, other, 'ok');
    }, 90_000);

    it('are dead at once where nobody tells so, because MongoDB is asked', async () => {
      const sessions = await farTenants();
      const { session } = await aSession(far);
      const token = await aToken({ session_id: session.session_id });
      const authenticator = anAuthenticator(far);
      expect(await codeOf(authenticator, token)).toBe('ok');

      await sessions.revoke(tenant, session.session_id, { by: 'user', reason: 'logout' });
      await new SessionStates(far).changed(tenant, [session.session_id]);

      await noticed(authenticator, token, 'AUTH_SESSION_TERMINATED');
    });
  });

  describe('that the tenant signed', () => {
    const signed = (change: object = {}, header: object = {}) => {
      const iat = Math.floor(Date.now() / 1_000);
      const payload = { iss: application.app_id, aud: 'caas-api', sub: user.external_id, iat, exp: iat + 600, ...change };
      return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid: 'acme-1', ...header }).sign(pair.privateKey);
    };

    it('are principals of users that exist', async () => {
      const principal: Principal = await anAuthenticator().authenticate(await signed(), 'sdk_jwt');

      expect(principal).toMatchObject({ actor: 'user', authType: 'sdk', appId: application.app_id, user: { userId: user.user_id } });
      expect(principal).not.toHaveProperty('sessionId');
    });

    it.each<[what: string, token: () => Promise<string>, code: string]>([
      ['nonsense', async () => 'a.b.c', 'AUTH_USER_TOKEN_INVALID'],
      ['another key', () => signed({}, { kid: 'acme-2' }), 'AUTH_USER_TOKEN_INVALID'],
      ['another audience', () => signed({ aud: 'acme' }), 'AUTH_USER_TOKEN_INVALID'],
      ['an unknown application', () => signed({ iss: newId('app') }), 'AUTH_USER_TOKEN_INVALID'],
      ['a life of more than an hour', () => signed({ exp: Math.floor(Date.now() / 1_000) + 3_700 }), 'AUTH_USER_TOKEN_INVALID'],
      ['expired', () => signed({ iat: 1_700_000_000, exp: 1_700_000_600 }), 'AUTH_USER_TOKEN_INVALID'],
      ['no times', () => signed({ iat: undefined }), 'AUTH_USER_TOKEN_INVALID'],
      ['a user who never was', () => signed({ sub: 'nobody' }), 'AUTH_USER_DELETED'],
    ])('are judged: %s', async (_, token, code) => {
      expect(await codeOf(anAuthenticator(), await token(), 'sdk_jwt')).toBe(code);
    });

    it('are not taken as our own, nor ours as theirs', async () => {
      expect(await codeOf(anAuthenticator(), await signed(), 'bearer')).toBe('AUTH_TOKEN_SIGNATURE');
      expect(await codeOf(anAuthenticator(), await aToken(), 'sdk_jwt')).toBe('AUTH_USER_TOKEN_INVALID');
    });
  });
});

async function anApplication(bench: IdentityBench, tenant: TenantContext): Promise<Application> {
  const defaults = applicationDefaults();
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  const key = {
    ...({ kid: 'acme-1', alg: 'EdDSA', status: 'active', not_before: null, expires_at: null } as const),
    public_jwk: { kty: 'OKP' as const, crv: 'Ed25519' as const, x },
  };
  return bench.mongo.platform(applications).insert({
    ...{ app_id: newId('app'), tenant_id: tenant.tenantId, name: newId('app'), description: null, environment: 'production' },
    ...{ status: 'active', disabled_at: null, metadata: null, config: defaults.config },
    security: { ...defaults.security, jwt_keys: [key] },
  });
}
