import { afterEach, describe, expect, it } from '@jest/globals';
import { API_KEY_TYPES } from '@caas/runtime';
import { expandScopes, PERMISSIONS, type Permission, permissionsOf, SCOPES } from '../access/permissions.js';
import { A_KEY, aGateway, aPrincipal, aTenant, aUser, closeGateways } from '../gateway/gateway.fixture.js';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';
import { decide } from './authorize.js';

afterEach(closeGateways);

/** A route for every permission of the catalogue. */
const routes: RouteDefinition[] = [...(PERMISSIONS as ReadonlySet<Permission>)].map((permission, index) =>
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
    ['with a client key', 403, { 'x-api-key': A_KEY }, { keyType: 'client' as const }],
    ['with a webhook key', 403, { 'x-api-key': A_KEY }, { keyType: 'webhook' as const }],
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
    const poor = aPrincipal(aTenant(), { keyType: 'client', permissions: new Set() });

    expect(decide({ permission: 'user.read' }, poor)).toMatchObject({ code: 'AUTHZ_KEY_TYPE' });
    expect(decide({ permission: 'user.read', credentials: ['client_key'] }, poor)).toMatchObject({ code: 'AUTHZ_SCOPE_MISSING' });
  });

  it('allows only listed kinds of keys', () => {
    for (const keyType of API_KEY_TYPES) {
      const { allowed } = decide({ permission: 'user.read', credentials: ['client_key'] }, aPrincipal(aTenant(), { keyType }));
      expect([keyType, allowed]).toEqual([keyType, keyType === 'client']);
    }
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
    permissions: ReadonlySet<string> = PERMISSIONS,
  ) => {
    const tenant = aTenant();
    const { gateway } = await aGateway({ routes: [route(mode)], user, tenant, principal: aPrincipal(tenant, { permissions }) });
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
    expect(await act('required', user.userId, new Set(['message.send']))).toMatchObject({
      code: 'AUTHZ_SCOPE_MISSING',
      reason: 'impersonation_not_granted',
      required_permission: 'user.impersonate',
    });
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
