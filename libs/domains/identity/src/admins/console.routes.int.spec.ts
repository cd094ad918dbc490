import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { systemClock, type TenantContext } from '@caas/runtime';
import { waitUntil } from '@caas/testing';
import { aKeyWith } from '../api-keys/api-key-input.js';
import { apiKeysRoutes } from '../api-keys/api-keys.routes.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { keyFactsCache } from '../api-keys/key-facts-cache.js';
import { applicationsOf } from '../applications/applications-of.js';
import { applicationsRoutes, signingKeysRoutes } from '../applications/applications.routes.js';
import { SigningKeysService } from '../applications/signing-keys.js';
import { aGatewayProcess, type SpecGateway } from '../fixtures/gateway.fixture.js';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { anAdmin } from '../fixtures/platform-documents.fixture.js';
import { aTokenMaterial } from '../fixtures/tokens.fixture.js';
import { PermissionChecks } from '../permissions/permission-checks.js';
import { permissionsCheckRoutes } from '../permissions/permissions-check.routes.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { AccessTokenIssuer, type AccessTokenClaims } from '../tokens/access-token.js';
import { AdminMemberships } from './admin-memberships.js';
import { type AdminMembership, adminMemberships } from './admin-memberships.collection.js';
import { platformAdmins } from './platform-admins.collection.js';
import { StaffSignIn } from './staff-sign-in.js';

const peppers = [{ kid: 'k1', pepper: Buffer.alloc(32, 7) }];
const tokens = aTokenMaterial();
const issuer = new AccessTokenIssuer({ material: tokens, clock: systemClock });
type Json = Record<string, unknown>;

let bench: IdentityBench;
let [one, two, strict]: SpecGateway[] = [];
const tenant = aTenant();
const other = aTenant();
beforeAll(async () => {
  bench = await IdentityBench.open();
  const start = (needsMfa = false) =>
    aGatewayProcess(bench, {
      peppers,
      tokens,
      needsMfa,
      tenants: [tenant, other],
      routesOf: ({ redis }) => {
        const facts = keyFactsCache(redis);
        const onChanged = async ({ key_lookup }: { key_lookup: string }) => facts.delete(key_lookup);
        const keys = new ApiKeysService({ ...bench, peppers, onChanged });
        const applications = applicationsOf({ ...bench, redis }, { keys, onKeyChanged: onChanged });
        return [
          ...apiKeysRoutes({ keys }),
          ...applicationsRoutes({ applications }),
          ...signingKeysRoutes({ signingKeys: new SigningKeysService({ applications }) }),
          ...permissionsCheckRoutes({ checks: new PermissionChecks({ guards: () => Promise.resolve([]) }) }),
        ];
      },
    });
  [one, two, strict] = await Promise.all([start(), start(), start(true)]);
});
afterAll(async () => {
  await Promise.all([one?.close(), two?.close(), strict?.close()]);
  await bench?.close();
});
const running = (process: SpecGateway | undefined): SpecGateway => {
  if (process === undefined) throw new Error('the gateways did not start');
  return process;
};

async function aMember(
  role: AdminMembership['role'],
  { of = tenant, permissions = [] as string[] }: { of?: TenantContext; permissions?: string[] } = {},
) {
  const { admin_id: id } = await bench.mongo.platform(platformAdmins).insert({
    ...anAdmin,
    admin_id: newId('adm'),
    profile: { ...anAdmin.profile, email: `${newId('adm')}@example.com` },
    auth: { ...anAdmin.auth, oauth_providers: [] },
  });
  const row = {
    admin_id: id,
    tenant_id: of.tenantId,
    role,
    permissions,
    status: 'active',
    invited_by: null,
    invited_at: null,
    accepted_at: null,
  } as const;
  const membership = await bench.mongo.platform(adminMemberships).insert(row);
  return { id, membership, token: await aToken({ sub: id, tenant_id: of.tenantId }) };
}
const aToken = async (claims: Partial<AccessTokenClaims> & { sub: string }) =>
  (await issuer.issue({ actor: 'admin', roles: [], env: 'live', ...claims })).text;
const ask = async (token: string, method: string, url: string, body?: object, headers: Record<string, string> = {}) => {
  const response = await running(one).call(token, method, url, body, headers);
  return { status: response.status, body: (response.text === '' ? {} : response.json()) as Json, headers: response.headers };
};
const anApplication = (token: string, change: Json = {}) =>
  ask(token, 'POST', '/v1/applications', { name: newId('app'), environment: 'production', ...change });

describe('a token of the console', () => {
  it('is good while its holder is an active member, and for what the role is now', async () => {
    const { token: viewer } = await aMember('viewer');
    const owner = await aMember('admin');
    const { token: stranger } = await aMember('admin', { of: other });

    expect((await ask(viewer, 'GET', '/v1/applications')).status).toBe(200);
    expect((await anApplication(viewer)).body).toMatchObject({ status: 403, code: 'AUTHZ_DENIED', reason: 'role_missing' });
    expect((await anApplication(owner.token)).status).toBe(201);
    expect((await ask(stranger, 'GET', '/v1/applications', undefined, { 'x-tenant-id': tenant.tenantId })).body).toMatchObject({
      code: 'AUTHZ_CROSS_TENANT',
    });
    expect((await ask(await aToken({ sub: newId('adm'), tenant_id: tenant.tenantId }), 'GET', '/v1/applications')).status).toBe(401);
    expect((await ask(await aToken({ sub: 'root', tenant_id: tenant.tenantId }), 'GET', '/v1/applications')).status).toBe(401);

    await bench.mongo.platform(adminMemberships).update(owner.membership.membership_id, { set: { status: 'suspended' } });
    await new AdminMemberships(bench).changed(tenant.tenantId, owner.id);
    const refused = async () => ((await running(two).call(owner.token, 'GET', '/v1/applications')).status === 401 ? true : undefined);
    expect(await waitUntil('the membership has ended', refused)).toBe(true);
  });

  it('may less than the role where the membership says so', async () => {
    const { token } = await aMember('admin', { permissions: ['*', '!app:manage'] });

    expect((await anApplication(token)).body).toMatchObject({ code: 'AUTHZ_DENIED', reason: 'explicitly_denied' });
    expect((await ask(token, 'GET', '/v1/applications')).status).toBe(200);
  });

  it('needs a second factor where that is asked', async () => {
    const { id, token } = await aMember('viewer');
    const strong = await aToken({ sub: id, tenant_id: tenant.tenantId, amr: ['pwd', 'mfa'] });

    expect((await running(strict).call(token, 'GET', '/v1/applications')).status).toBe(401);
    expect((await running(strict).call(strong, 'GET', '/v1/applications')).status).toBe(200);
  });

  it('hands out scopes of users and chats, and of the account what the role grants', async () => {
    const { token: owner } = await aMember('admin');
    const { token: developer } = await aMember('developer');
    const create = (token: string, scopes: string[]) =>
      ask(token, 'POST', '/v1/auth/api-keys', { name: 'k', type: 'server', environment: 'live', scopes });

    expect((await create(owner, ['*'])).status).toBe(201);
    expect((await create(developer, ['chat:*', 'users:*', 'admin:read'])).status).toBe(201);
    expect((await create(developer, ['admin:write'])).body).toMatchObject({ code: 'AUTHZ_ESCALATION', reason: 'scope_not_held' });
  });
});

describe('a token of staff', () => {
  const staff = (claims: Partial<AccessTokenClaims> = {}) =>
    aToken({ actor: 'platform', sub: newId('adm'), roles: ['platform_admin'], ...claims });
  const inside = { 'x-tenant-id': tenant.tenantId };

  it('names the tenant, and says why when it changes something; it revokes keys and makes none', async () => {
    const token = await staff();
    const service = new ApiKeysService({ ...bench, peppers });
    const { record } = await service.create(
      tenant.tenantId,
      aKeyWith({ name: 'k', type: 'server', environment: 'live', scopes: ['*'] }),
      bySpec,
    );
    const url = `/v1/auth/api-keys/${record.key_id}`;

    expect((await ask(token, 'GET', url)).body).toMatchObject({ status: 400, code: 'TENANT_REQUIRED' });
    expect((await ask(token, 'GET', url, undefined, inside)).status).toBe(200);
    expect((await ask(token, 'DELETE', url, undefined, inside)).body).toMatchObject({ status: 400, code: 'AUTHZ_REASON_REQUIRED' });
    expect((await ask(token, 'PATCH', url, { name: 'x' }, { ...inside, 'x-admin-reason': 'a good reason' })).body).toMatchObject({
      code: 'AUTHZ_CREDENTIAL_TYPE',
    });
    expect((await ask(token, 'DELETE', url, undefined, { ...inside, 'x-admin-reason': 'a good reason' })).status).toBe(204);
    expect(running(one).notes).toContainEqual(
      expect.objectContaining({
        tenantId: tenant.tenantId,
        actor: expect.objectContaining({ type: 'platform_admin', role: 'platform_admin' }) as unknown,
        action: { category: 'security', type: 'allow', name: 'authz.allowed' },
        reason: 'a good reason',
      }),
    );
  });

  it('opens the console of the platform in the highest of its roles, until it is revoked', async () => {
    const signIn = new StaffSignIn({ ...bench, tokens, needsMfa: false });
    const verified = await signIn.verify(await staff({ roles: ['platform_viewer', 'owner', 'platform_operator'] }));

    expect(await signIn.principalOf(verified)).toMatchObject({ actor: 'platform', tenantId: null, roles: ['platform_operator'] });
    const { jti: id, expiresAt } = verified;
    const why = { tenantId: tenant.tenantId, reason: 'admin_action', by: 'spec', until: new Date(expiresAt) } as const;
    await new RevocationList(bench).revoke({ kind: 'token', id, ...why });
    const refused = () =>
      signIn.principalOf(verified).then(
        () => undefined,
        ({ code }: { code: string }) => code,
      );
    expect(await waitUntil('the token is revoked', refused)).toBe('AUTH_TOKEN_REVOKED');
  });

  it('opens no console without a role of staff, with a tenant, or without a second factor where that is asked', async () => {
    const codeOf = (text: string, needsMfa = false) =>
      new StaffSignIn({ ...bench, tokens, needsMfa }).verify(text).then(
        () => 'ok',
        ({ code }: { code: string }) => code,
      );

    expect(await codeOf(await staff({ roles: ['owner'] }))).toBe('AUTH_TOKEN_CLAIMS');
    expect(await codeOf(await staff({ tenant_id: tenant.tenantId }))).toBe('AUTH_TOKEN_CLAIMS');
    expect(await codeOf(await aToken({ actor: 'user', sub: newId('usr'), roles: ['platform_admin'] }))).toBe('AUTH_TOKEN_CLAIMS');
    expect(await codeOf(await staff(), true)).toBe('AUTH_TOKEN_CLAIMS');
    expect(await codeOf(await staff({ amr: ['mfa'] }), true)).toBe('ok');
  });

  it('is refused without the role, and with a tenant of its own', async () => {
    const lesser = [{ roles: ['platform_viewer'] }, { roles: ['platform_operator'] }]; // which open the console of the platform alone
    for (const claims of [{ roles: ['owner'] }, ...lesser, { tenant_id: tenant.tenantId }]) {
      expect((await ask(await staff(claims), 'GET', '/v1/applications', undefined, inside)).body).toMatchObject({
        code: 'AUTH_TOKEN_CLAIMS',
      });
    }
  });
});

it('every refusal is in the security trail, with who, where and why', async () => {
  const { id, token } = await aMember('viewer');

  await anApplication(token);

  const denied = () => running(one).notes.find(({ actor, action }) => actor.id === id && action.name === 'authz.denied');
  expect(await waitUntil('the entry is there', denied)).toMatchObject({
    tenantId: tenant.tenantId,
    actor: { type: 'client_admin', id, role: 'viewer' },
    target: { type: 'route', id: 'POST /v1/applications' },
    result: { status: 'denied', errorCode: 'AUTHZ_DENIED', errorMessage: 'role_missing' },
    complianceFlags: ['app.manage'],
  });
});

describe('applications', () => {
  it('201, 200, 409 for a taken name, 400 for the environment in a change, 404 for another tenant', async () => {
    const { token } = await aMember('admin');
    const { token: stranger } = await aMember('admin', { of: other });
    const name = newId('app');
    const { status, body, headers } = await anApplication(token, { name, config: { allowed_origins: ['https://app.example.com'] } });
    const url = `/v1/applications/${String(body['app_id'])}`;

    expect([status, headers['location']]).toEqual([201, url]);
    expect(body).toMatchObject({
      name,
      status: 'active',
      config: { allowed_origins: ['https://app.example.com'], rate_limits: { messages_per_minute: 60 } },
    });
    expect((await anApplication(token, { name })).body).toMatchObject({ status: 409, conflict_with: 'name' });
    expect((await ask(token, 'PATCH', url, { environment: 'staging' })).status).toBe(400);
    expect((await ask(token, 'PATCH', url, { security: { jwt_config: { token_expiry_minutes: 30 } } })).body).toMatchObject({
      security: { jwt_config: { token_expiry_minutes: 30, refresh_token_expiry_days: 7 } },
      config: { allowed_origins: ['https://app.example.com'] },
    });
    expect((await ask(stranger, 'GET', url)).status).toBe(404);
    const told = (await bench.told(tenant)).filter(({ payload }) => (payload.payload as Json)['application_id'] === body['app_id']);
    expect(told.map(({ payload: { type } }) => type)).toEqual(['application.created', 'application.updated']);
  });

  it('that are disabled answer 503 to their keys, those that are deleted 401, on every gateway', async () => {
    const { token } = await aMember('admin');
    const { body } = await anApplication(token);
    const app_id = String(body['app_id']);
    const url = `/v1/applications/${app_id}`;
    const service = new ApiKeysService({ ...bench, peppers });
    const { key } = await service.create(
      tenant.tenantId,
      aKeyWith({ app_id, name: 'k', type: 'server', environment: 'live', scopes: ['*'] }),
      bySpec,
    );
    const seen = (wanted: string) => async () => {
      const { code = 'ok' } = (await running(two).call(key, 'GET', url)).json() as Json;
      return code === wanted ? wanted : undefined;
    };
    await waitUntil('the key works', seen('ok'));

    await ask(token, 'PATCH', url, { status: 'disabled' });
    await waitUntil('the application is off', seen('TENANT_APP_DISABLED'));
    await ask(token, 'PATCH', url, { status: 'active' });
    await waitUntil('the application is on', seen('ok'));
    expect((await ask(token, 'DELETE', url)).status).toBe(204);
    await waitUntil('the key has ended', seen('AUTH_KEY_REVOKED'));
    expect((await ask(token, 'GET', url)).status).toBe(404);
  });

  it('take public keys as PEM and JWK, five at most, and no private ones', async () => {
    const { token } = await aMember('admin');
    const { body } = await anApplication(token);
    const url = `/v1/applications/${String(body['app_id'])}/signing-keys`;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const ed = generateKeyPairSync('ed25519');
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const pem = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'pem' }) as string;
    const add = (kid: string, alg: string, public_key: string) => ask(token, 'POST', url, { kid, alg, public_key });

    expect((await add('one', 'RS256', pem(rsa.publicKey))).body).toMatchObject({ kid: 'one', public_jwk: { kty: 'RSA', e: 'AQAB' } });
    expect((await add('two', 'EdDSA', JSON.stringify(ed.publicKey.export({ format: 'jwk' })))).status).toBe(201);
    expect((await add('three', 'ES256', pem(ec.publicKey))).status).toBe(201);
    expect((await add('one', 'ES256', pem(ec.publicKey))).body).toMatchObject({ status: 409, conflict_with: 'kid' });
    for (const [alg, text] of [
      ['ES256', pem(rsa.publicKey)],
      ['RS256', pem(weak.publicKey)],
      ['RS256', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string],
      ['EdDSA', JSON.stringify(ed.privateKey.export({ format: 'jwk' }))],
      ['RS256', 'nonsense'],
    ] as const) {
      expect((await add('bad', alg, text)).body).toMatchObject({ status: 400, errors: [{ field: '/body/public_key' }] });
    }
    await add('four', 'EdDSA', pem(ed.publicKey));
    await add('five', 'EdDSA', pem(ed.publicKey));
    expect((await add('six', 'EdDSA', pem(ed.publicKey))).body).toMatchObject({ status: 409, code: 'RES_LIMIT_REACHED' });
    expect((await ask(token, 'DELETE', `${url}/two`)).status).toBe(204);
    expect((await ask(token, 'DELETE', `${url}/two`)).status).toBe(404);
    expect(((await ask(token, 'GET', url)).body['data'] as Json[]).map(({ kid }) => kid)).toEqual(['one', 'three', 'four', 'five']);
    expect(JSON.stringify(running(one).lines)).not.toContain('PRIVATE KEY');
  });
});

it('permissions are checked as routes check them', async () => {
  const { token } = await aMember('viewer');

  const { body } = await ask(token, 'POST', '/v1/permissions/check', {
    checks: [{ permission: 'app.read' }, { permission: 'app.manage' }, { permission: 'root.everything' }],
  });

  expect(body['results']).toEqual([
    { permission: 'app.read', allowed: true, reason: 'granted' },
    { permission: 'app.manage', allowed: false, reason: 'role_missing' },
    { permission: 'root.everything', allowed: false, reason: 'unknown_permission' },
  ]);
});
