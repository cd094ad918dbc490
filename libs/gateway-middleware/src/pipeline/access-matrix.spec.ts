import { afterEach, describe, expect, it } from '@jest/globals';
import { type ActingUser, ACTORS, type Principal } from '@caas/runtime';
import { expandScopes, PERMISSIONS, type Permission, permissionsOf, SCOPES } from '../access/permissions.js';
import { permissionsOfRoles } from '../access/role-grants.js';
import { CREDENTIAL_KINDS } from '../access/route-access.js';
import { A_KEY, A_TOKEN, aGateway, aPrincipal, aTenant, aUser, aUserPrincipal, closeGateways } from '../gateway/gateway.fixture.js';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';
import { decide } from './authorize.js';

afterEach(closeGateways);

/** A route for every permission of the catalogue. */
const routes: RouteDefinition[] = [...permissionsOf(SCOPES)].map((permission, index) =>
  defineRoute({
    method: 'POST',
    path: `/v1/matrix/${permission.replace('_', '-')}`,
    operationId: `matrix${index}`,
    summary: permission,
    tags: ['Matrix'],
    access: { permission },
    responses: { 204: null },
    handler: () => ({ status: 204 }),
  }),
);

describe('every route', () => {
  it.each([
    ['without a credential', 401, {}, {}],
    ['with an unknown key', 401, { 'x-api-key': 'caas_sk_live_unknown' }, {}],
    ['with a key without scopes', 403, { 'x-api-key': A_KEY }, { permissions: new Set<string>() }],
    ['with a client key', 403, { 'x-api-key': A_KEY }, { actor: 'client_key' as const }],
    ['with a webhook key', 403, { 'x-api-key': A_KEY }, { actor: 'webhook_key' as const }],
    ['with the token of a user', 403, { authorization: `Bearer ${A_TOKEN}` }, { actor: 'user' as const, authType: 'jwt' as const }],
    ['naming another tenant', 403, { 'x-api-key': A_KEY, 'x-tenant-id': 'clnt_someoneelse' }, {}],
    ['with a server key of all scopes', 204, { 'x-api-key': A_KEY }, {}],
  ])('%s answers %i', async (_what, status, headers, principal) => {
    const tenant = aTenant();
    const { gateway } = await aGateway({ routes, tenant, principal: aPrincipal(tenant, principal) });

    for (const route of routes) {
      const response = await gateway.inject({ method: 'POST', url: route.path, headers: headers });
      expect([route.path, response.status]).toEqual([route.path, status]);
    }
  });

  it.each(SCOPES)('opens to a key with scope %s exactly when the scope grants its permission', async (scope) => {
    const tenant = aTenant();
    const permissions = permissionsOf(expandScopes([scope]));
    const { gateway } = await aGateway({ routes, tenant, principal: aPrincipal(tenant, { permissions }) });

    for (const route of routes) {
      const { status } = await gateway.inject({ method: 'POST', url: route.path, headers: { 'x-api-key': A_KEY } });
      expect([route.summary, status]).toEqual([route.summary, permissions.has(route.summary as Permission) ? 204 : 403]);
    }
  });
});

describe('decision', () => {
  const principal = aPrincipal(aTenant());

  it('denies without a declaration, whoever asks', () => {
    expect(decide(undefined, principal)).toMatchObject({ allowed: false, code: 'AUTHZ_DENIED', reason: 'no_access_declared' });
    expect(decide({} as never, principal)).toMatchObject({ allowed: false, reason: 'no_access_declared' });
  });

  it('asks for the kind of credential before the permission', () => {
    const poor = aPrincipal(aTenant(), { actor: 'client_key', permissions: new Set() });

    expect(decide({ permission: 'user.read' }, poor)).toMatchObject({ code: 'AUTHZ_KEY_TYPE' });
    expect(decide({ permission: 'user.read', credentials: ['client_key'] }, poor)).toMatchObject({ code: 'AUTHZ_SCOPE_MISSING' });
  });

  it.each(CREDENTIAL_KINDS)('allows only the listed kind %s', (kind) => {
    for (const actor of ACTORS) {
      const decision = decide({ permission: 'user.read', credentials: [kind] }, aPrincipal(aTenant(), { actor }));
      expect([actor, decision.allowed]).toEqual([actor, actor === kind]);
    }
  });

  it('lets everybody see to themselves, if the route takes their credential', () => {
    const poor = aPrincipal(aTenant(), { permissions: new Set() });

    expect(decide({ permission: 'self' }, poor)).toEqual({ allowed: true });
    expect(decide({ permission: 'self', credentials: ['user'] }, poor)).toMatchObject({ code: 'AUTHZ_KEY_TYPE' });
  });

  it('tells a user what they lack, and whether a flag took it away', () => {
    const access = { permission: 'group.create', credentials: ['user'], actingUser: 'required' } as const;
    const asking = (roles: string[], permissions: ReadonlySet<string>) =>
      decide(access, aUserPrincipal(aTenant(), aUser({ roles, permissions })));

    expect(asking(['guest'], permissionsOfRoles('user', ['guest']))).toMatchObject({ code: 'AUTHZ_DENIED', reason: 'role_missing' });
    expect(asking(['user'], new Set())).toMatchObject({ code: 'AUTHZ_DENIED', reason: 'explicitly_denied' });
  });
});

describe('acting user', () => {
  const user = aUser({ externalId: 'ada@example.com' });
  const route = (mode?: 'required' | 'optional') =>
    defineRoute({
      method: 'POST',
      path: '/v1/act',
      operationId: 'act',
      summary: 'Act',
      tags: ['Act'],
      access: { permission: 'message.send', ...(mode && { actingUser: mode }) },
      responses: { 204: null },
      handler: ({ actingUser }) => ({
        status: 204,
        headers: { 'x-acted-as': (actingUser as { userId: string } | undefined)?.userId ?? 'nobody' },
      }),
    });
  const act = async (
    mode: 'required' | 'optional' | undefined,
    reference: string | undefined,
    { permissions = PERMISSIONS, as = user }: { permissions?: ReadonlySet<string>; as?: ActingUser } = {},
  ) => {
    const tenant = aTenant();
    const { gateway } = await aGateway({ routes: [route(mode)], user: as, tenant, principal: aPrincipal(tenant, { permissions }) });
    const headers = { 'x-api-key': A_KEY, ...(reference === undefined ? {} : { 'x-act-as-user': reference }) };
    const response = await gateway.inject({ method: 'POST', url: '/v1/act', headers });
    return response.status === 204 ? response.headers['x-acted-as'] : (response.json() as { code: string; errors?: unknown });
  };

  it('is found by id and by external id', async () => {
    expect(await act('required', user.userId)).toBe(user.userId);
    expect(await act('required', 'ext:ada@example.com')).toBe(user.userId);
    expect(await act('optional', 'ext:ada%40example.com')).toBe(user.userId);
  });

  it('may be absent only where the route says so', async () => {
    expect(await act('optional', undefined)).toBe('nobody');
    expect(await act(undefined, undefined)).toBe('nobody');
    expect(await act('required', undefined)).toMatchObject({
      code: 'VAL_ACTING_USER_REQUIRED',
      errors: [{ field: '/headers/x-act-as-user', code: 'required' }],
    });
  });

  it('is refused where the route does not take one, instead of being ignored', async () => {
    expect(await act(undefined, user.userId)).toMatchObject({ code: 'VAL_HEADER_INVALID' });
  });

  it('needs user.impersonate', async () => {
    expect(await act('required', user.userId, { permissions: new Set(['message.send']) })).toMatchObject({
      code: 'AUTHZ_SCOPE_MISSING',
      reason: 'impersonation_not_granted',
      required_permission: 'user.impersonate',
    });
  });

  it('may do what their roles allow, whatever the key may', async () => {
    const guest = aUser({ roles: ['guest'] });

    expect(await act('required', guest.userId, { as: guest })).toMatchObject({ code: 'AUTHZ_DENIED', reason: 'role_missing' });
  });

  it.each(['ada', 'usr_123', 'ext:', 'ext:%zz', 'key_01h2xcejqtf2nbrexx3vqjhp41'])(
    'refuses the malformed reference %s',
    async (reference) => {
      expect(await act('required', reference)).toMatchObject({ code: 'VAL_HEADER_INVALID' });
    },
  );

  it('tells a reference that names nobody', async () => {
    expect(await act('required', 'ext:grace')).toMatchObject({ code: 'VAL_REFERENCE', errors: [{ field: '/headers/x-act-as-user' }] });
  });
});

describe('user', () => {
  const route = defineRoute({
    method: 'POST',
    path: '/v1/act',
    operationId: 'act',
    summary: 'Act',
    tags: ['Act'],
    access: { permission: 'message.send', credentials: ['key', 'user'], actingUser: 'required' },
    responses: { 204: null },
    handler: ({ actingUser }) => ({ status: 204, headers: { 'x-acted-as': actingUser.userId } }),
  });
  const user = aUser();
  const act = async (headers: Record<string, string>, changes: Partial<Principal> = {}) => {
    const tenant = aTenant();
    const { gateway } = await aGateway({ routes: [route], tenant, principal: aUserPrincipal(tenant, user, changes) });
    const response = await gateway.inject({
      method: 'POST',
      url: '/v1/act',
      headers: { authorization: `Bearer ${A_TOKEN}`, ...headers },
    });
    return response.status === 204 ? response.headers['x-acted-as'] : (response.json() as { code: string });
  };

  it('acts for themselves', async () => {
    expect(await act({})).toBe(user.userId);
    expect(await act({ authorization: `sdk-jwt ${A_TOKEN}` }, { authType: 'sdk' })).toBe(user.userId);
  });

  it('is refused the header, also with their own id', async () => {
    expect(await act({ 'x-act-as-user': user.userId })).toMatchObject({ code: 'VAL_HEADER_INVALID' });
  });

  it('may do no more than their token says', async () => {
    expect(await act({}, { permissions: new Set(['message.read']) })).toMatchObject({ code: 'AUTHZ_DENIED', reason: 'explicitly_denied' });
  });

  it('is refused with a server key beside the token', async () => {
    expect(await act({ 'x-api-key': A_KEY })).toMatchObject({ code: 'AUTH_MULTIPLE_CREDENTIALS' });
  });

  it.each([
    ['of the same application', { appId: 'app_1' }, user.userId],
    ['of the whole tenant', { appId: null }, user.userId],
    ['of another application', { appId: 'app_2' }, { code: 'AUTH_MULTIPLE_CREDENTIALS' }],
    ['of another tenant', { appId: 'app_1', tenantId: aTenant().tenantId }, { code: 'AUTH_MULTIPLE_CREDENTIALS' }],
    ['that is none', { appId: 'app_1', actor: 'key' }, { code: 'AUTH_MULTIPLE_CREDENTIALS' }],
  ] as const)('comes with a client key %s', async (_, key, expected) => {
    const tenant = aTenant();
    const clientKey = aPrincipal(tenant, { actor: 'client_key', ...key });
    const authenticate = (_credential: string, scheme: string) =>
      scheme === 'api_key' ? clientKey : aUserPrincipal(tenant, user, { appId: 'app_1' });
    const { gateway } = await aGateway({ routes: [route], tenant, authenticator: { authenticate } });

    const headers = { authorization: `Bearer ${A_TOKEN}`, 'x-api-key': A_KEY.replace('_sk_', '_pk_') };
    const response = await gateway.inject({ method: 'POST', url: '/v1/act', headers });

    expect(response.status === 204 ? response.headers['x-acted-as'] : response.json()).toEqual(
      typeof expected === 'string' ? expected : expect.objectContaining(expected),
    );
  });
});

describe('staff of the platform', () => {
  const tenant = aTenant();
  const route = (method: 'GET' | 'POST') =>
    defineRoute({
      method,
      path: '/v1/things',
      operationId: 'things',
      summary: 'Things',
      tags: ['Things'],
      access: { permission: 'tenant.read', credentials: ['platform'] },
      responses: { 204: null },
      handler: () => ({ status: 204 }),
    });
  const call = async (method: 'GET' | 'POST', headers: Record<string, string>) => {
    const principal = aPrincipal(tenant, { actor: 'platform', authType: 'jwt', tenantId: null, roles: ['platform_admin'] });
    const { gateway } = await aGateway({ routes: [route(method)], tenant, principal });
    const response = await gateway.inject({ method, url: '/v1/things', headers: { authorization: `Bearer ${A_TOKEN}`, ...headers } });
    return response.status === 204 ? 204 : (response.json() as { code: string }).code;
  };

  it.each([
    ['GET', {}, 'TENANT_REQUIRED'],
    ['GET', { 'x-tenant-id': 'nonsense' }, 'VAL_HEADER_INVALID'],
    ['GET', { 'x-tenant-id': aTenant().tenantId }, 'TENANT_NOT_FOUND'],
    ['GET', { 'x-tenant-id': tenant.tenantId }, 204],
    ['POST', { 'x-tenant-id': tenant.tenantId }, 'AUTHZ_REASON_REQUIRED'],
    ['POST', { 'x-tenant-id': tenant.tenantId, 'x-admin-reason': 'why' }, 'AUTHZ_REASON_REQUIRED'],
    ['POST', { 'x-tenant-id': tenant.tenantId, 'x-admin-reason': 'asked by the owner' }, 204],
  ] as const)('%s with %j answers %s', async (method, headers, expected) => {
    expect(await call(method, headers)).toBe(expected);
  });
});
