import { afterEach, describe, expect, it } from '@jest/globals';
import { type ApplicationPolicies } from '@caas/runtime';
import { aGateway, anEchoRoute, aPrincipal, aRequest, aTenant, aUser, closeGateways } from '../gateway/gateway.fixture.js';
import { isAllowedOrigin } from '../http/origin-policy.js';

afterEach(closeGateways);

const SHOP = 'https://shop.example.com';
const CONSOLE = 'https://console.example.com';

/** One application, of the shop. */
const applications: ApplicationPolicies = {
  get: async (appId) => (appId === 'app_shop' ? { callsPerMinute: 1_000, messagesPerMinute: 60, allowedOrigins: [SHOP] } : undefined),
  allowsOrigin: async (origin) => origin === SHOP,
};

async function aWorld(principal: Parameters<typeof aPrincipal>[1] = {}) {
  const tenant = aTenant();
  return aGateway({
    ...{ tenant, applications, config: { corsOrigins: [CONSOLE] } },
    principal: aPrincipal(tenant, principal),
    routes: [
      anEchoRoute({ access: { permission: 'message.send', credentials: ['key', 'client_key', 'user', 'admin'], actingUser: 'optional' } }),
    ],
  });
}

describe('isAllowedOrigin', () => {
  const allowed = [SHOP, 'https://*.acme.com', 'http://localhost:5173'];

  it.each([
    [SHOP, true],
    ['https://shop.example.com:8443', false],
    ['http://shop.example.com', false],
    ['https://shop.example.com.evil.org', false],
    ['https://a.acme.com', true],
    ['https://acme.com', false],
    ['https://.acme.com', false],
    ['https://a.b.acme.com', false],
    ['https://evil.org/.acme.com', false],
    ['https://evil.org?.acme.com', false],
    ['http://a.acme.com', false],
    ['http://localhost:5173', true],
    ['null', false],
    ['', false],
  ])('%s: %s', (origin, is) => {
    expect(isAllowedOrigin(allowed, origin)).toBe(is);
  });
});

describe('a preflight', () => {
  const preflight = async (origin: string, url = '/v1/notes') => {
    const { gateway } = await aWorld();
    return gateway.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST' } });
  };

  it.each([SHOP, CONSOLE, 'https://api.example.com'])('of %s is answered with what may be sent', async (origin) => {
    const { status, headers } = await preflight(origin);

    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': expect.stringContaining('idempotency-key'),
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it.each(['https://evil.org', 'null'])('of %s is answered without a word about CORS', async (origin) => {
    const { status, headers } = await preflight(origin);

    expect(status).toBe(204);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is answered for paths without a version, too', async () => {
    expect((await preflight(SHOP, '/notes')).headers['access-control-allow-origin']).toBe(SHOP);
  });
});

describe('a request from a page', () => {
  const user = { actor: 'user', authType: 'jwt', user: aUser() } as const;
  const call = async (origin: string, principal: Parameters<typeof aPrincipal>[1]) => {
    const { gateway } = await aWorld(principal);
    const response = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, origin } });
    const { status, headers } = response;
    return {
      status,
      shared: headers['access-control-allow-origin'],
      exposed: headers['access-control-expose-headers'],
      body: response.json(),
    };
  };

  it('of its application is served, and may be read', async () => {
    expect(await call(SHOP, { ...user, appId: 'app_shop' })).toMatchObject({
      status: 201,
      shared: SHOP,
      exposed: expect.stringContaining('idempotent-replayed'),
    });
  });

  it.each([
    ['another application', SHOP, { ...user, appId: 'app_other' }],
    ['no application', SHOP, { ...user, appId: null }],
    ['an unknown origin', 'https://evil.org', { ...user, appId: 'app_shop' }],
    ['a client key elsewhere', CONSOLE, { actor: 'client_key', appId: 'app_shop' }],
  ] as const)('is refused with the credential of %s', async (_, origin, principal) => {
    const answer = await call(origin, principal);

    expect(answer).toMatchObject({ status: 403, body: { code: 'AUTH_ORIGIN_NOT_ALLOWED', reason: 'origin_not_listed' } });
  });

  it('never brings a server key', async () => {
    expect(await call(SHOP, {})).toMatchObject({ status: 403, body: { code: 'AUTH_ORIGIN_NOT_ALLOWED', reason: 'server_key_in_browser' } });
    expect(await call('https://evil.org', {})).toMatchObject({ status: 403, shared: undefined });
  });

  it('that the API serves itself may bring one: the documentation', async () => {
    expect(await call('https://api.example.com', {})).toMatchObject({ status: 201 });
  });

  it('may read why it was refused', async () => {
    const { gateway } = await aWorld();

    const { status, headers } = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, 'x-api-key': 'wrong', origin: SHOP } });

    expect([status, headers['access-control-allow-origin']]).toEqual([401, SHOP]);
  });

  it('is not served while the application cannot be looked up', async () => {
    const tenant = aTenant();
    const away: ApplicationPolicies = {
      get: () => Promise.reject(new Error('away')),
      allowsOrigin: () => Promise.reject(new Error('away')),
    };
    const { gateway } = await aGateway({
      ...{ tenant, applications: away },
      principal: aPrincipal(tenant, { ...user, appId: 'app_shop' }),
      routes: [anEchoRoute({ access: { permission: 'message.send', credentials: ['user'], actingUser: 'required' } })],
    });

    const { status, headers } = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, origin: SHOP } });

    expect([status, headers['access-control-allow-origin']]).toEqual([503, undefined]);
  });
});
