import { afterEach, describe, expect, it } from '@jest/globals';
import { text, z } from '@caas/schema';
import { A_KEY, aGateway, anEchoRoute, closeGateways } from '../gateway/gateway.fixture.js';
import { type GatewayConfig } from '../gateway/gateway-options.js';
import { defineRoute } from '../routes/define-route.js';
import { type Deprecation } from './deprecation.js';

afterEach(closeGateways);

/** `GET /<version>/greeting`, in the words of its version. */
function aGreeting(version: string, deprecated?: Deprecation) {
  return defineRoute({
    method: 'GET',
    path: `/${version}/greeting`,
    operationId: `greet${version.toUpperCase()}`,
    summary: 'Greet',
    tags: ['Greetings'],
    access: { permission: 'message.read' },
    ...(deprecated && { deprecated }),
    responses: { 200: z.strictObject({ version: text({ max: 10 }) }) },
    handler: () => ({ status: 200, body: { version } }),
  });
}

/** A gateway that speaks v1 and v2. */
async function both(config: Partial<GatewayConfig> = {}) {
  const world = await aGateway({
    routes: [aGreeting('v1'), aGreeting('v2')],
    config: { apiVersions: [{ name: 'v1' }, { name: 'v2' }], ...config },
  });
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await world.gateway.inject({ url, headers: { 'x-api-key': A_KEY, ...headers } });
    return { ...response, body: response.json() as { version?: string; code?: string; supported?: string[]; instance?: string } };
  };
  return { ...world, get };
}

describe('versions of the API', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['the path', '/v1/greeting', {}, 'v1'],
    ['the path', '/v2/greeting', {}, 'v2'],
    ['path and header alike', '/v2/greeting', { 'x-api-version': 'v2' }, 'v2'],
    ['the header', '/greeting', { 'x-api-version': 'v2' }, 'v2'],
    ['the header as a number', '/greeting?a=b', { 'x-api-version': '2' }, 'v2'],
    ['Accept', '/greeting', { accept: 'application/vnd.caas.v2+json' }, 'v2'],
    ['the header before Accept', '/greeting', { 'x-api-version': 'v2', accept: 'application/vnd.caas.v1+json' }, 'v2'],
    ['nothing: the default', '/greeting', {}, 'v1'],
  ])('are chosen by %s', async (_, url, headers, version) => {
    const { get } = await both();

    const response = await get(url, headers);

    expect([response.status, response.body.version, response.headers['x-api-version']]).toEqual([200, version, version]);
    expect(response.headers['vary']).toBe('Origin, Accept, X-API-Version');
  });

  it('take the configured default', async () => {
    const { get } = await both({ defaultApiVersion: 'v2' });

    expect((await get('/greeting')).body.version).toBe('v2');
  });

  it('answer with the media type that was asked for', async () => {
    const { get } = await both();
    const accept = 'application/vnd.caas.v2+json';

    const types = [await get('/v2/greeting', { accept }), await get('/v2/greeting'), await get('/v2/nowhere', { accept })];

    expect(types.map(({ headers }) => headers['content-type'])).toEqual([
      `${accept}; charset=utf-8`,
      'application/json; charset=utf-8',
      'application/problem+json; charset=utf-8',
    ]);
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ['a path of no version', '/v9/greeting', {}, 400, 'VER_UNSUPPORTED'],
    ['a header of no version', '/greeting', { 'x-api-version': 'v9' }, 400, 'VER_UNSUPPORTED'],
    ['a header that is none', '/v1/greeting', { 'x-api-version': 'latest' }, 400, 'VER_UNSUPPORTED'],
    ['path and header of different versions', '/v1/greeting', { 'x-api-version': 'v2' }, 400, 'VER_CONFLICT'],
    ['Accept of no version', '/greeting', { accept: 'application/vnd.caas.v9+json' }, 406, 'VER_NOT_ACCEPTABLE'],
    ['Accept of another version than the path', '/v1/greeting', { accept: 'application/vnd.caas.v2+json' }, 406, 'VER_NOT_ACCEPTABLE'],
  ])('refuse %s', async (_, url, headers, status, code) => {
    const { get } = await both();

    const response = await get(url, headers);

    expect([response.status, response.body.code]).toEqual([status, code]);
    if (code !== 'VER_CONFLICT') expect(response.body.supported).toEqual(['v1', 'v2']);
    expect(response.body.instance).toBe(url);
  });

  it('are documented each for itself', async () => {
    const { get } = await both();

    const [one, two] = [await get('/openapi/v1.json'), await get('/openapi/v2.json')];

    expect(Object.keys((one.body as { paths?: object }).paths ?? {})).toEqual(['/v1/greeting']);
    expect(Object.keys((two.body as { paths?: object }).paths ?? {})).toEqual(['/v2/greeting']);
  });

  it('that are not supported have no routes', async () => {
    const { gateway } = await aGateway({ routes: [aGreeting('v1'), aGreeting('v2')] });

    expect((await gateway.inject({ url: '/v2/greeting', headers: { 'x-api-key': A_KEY } })).json()).toMatchObject({
      code: 'VER_UNSUPPORTED',
    });
  });

  it('cannot default to one that is not served', async () => {
    await expect(aGateway({ config: { defaultApiVersion: 'v3' } })).rejects.toThrow(/v3 is none of v1/);
  });
});

describe('something deprecated', () => {
  const since = '2026-01-01T00:00:00Z';
  const dates = { since, sunset: '2099-01-01T00:00:00Z', successor: '/v2/greeting', information: 'https://docs.example.com/move' };

  it('says so in the syntax of RFC 9745 and RFC 8594', async () => {
    const { gateway } = await aGateway({ routes: [aGreeting('v1', dates)] });

    const { status, headers } = await gateway.inject({ url: '/v1/greeting', headers: { 'x-api-key': A_KEY } });

    expect(status).toBe(200);
    expect(headers['deprecation']).toBe(`@${Date.parse(since) / 1000}`);
    expect(headers['deprecation']).toMatch(/^@\d+$/);
    expect(headers['sunset']).toBe('Thu, 01 Jan 2099 00:00:00 GMT');
    expect(headers['link']).toBe(
      '<https://docs.example.com/move>; rel="deprecation", <https://docs.example.com/move>; rel="sunset", </v2/greeting>; rel="successor-version"',
    );
    expect(gateway.openapi).toMatchObject({ paths: { '/v1/greeting': { get: { deprecated: true } } } });
  });

  it('is counted at each use, and its callers named once', async () => {
    const { gateway, metrics, logs } = await aGateway({ routes: [aGreeting('v1', dates)] });

    for (let call = 0; call < 3; call++) await gateway.inject({ url: '/v1/greeting', headers: { 'x-api-key': A_KEY } });

    expect(await metrics.registry.metrics()).toMatch(
      /caas_http_deprecated_requests_total\{[^}]*version="v1"[^}]*route="\/v1\/greeting"[^}]*\} 3/,
    );
    expect(logs.filter(({ msg }) => msg === 'something deprecated is in use')).toHaveLength(1);
  });

  it('may be a whole version', async () => {
    const { get } = await both({ apiVersions: [{ name: 'v1', deprecated: { since } }, { name: 'v2' }] });

    expect((await get('/v1/greeting')).headers['deprecation']).toBeDefined();
    expect((await get('/v2/greeting')).headers['deprecation']).toBeUndefined();
  });

  it('is answered 410 with its successor after the sunset', async () => {
    const over = { since: '2020-01-01T00:00:00Z', sunset: '2021-01-01T00:00:00Z', successor: '/v2/greeting' };
    const { gateway } = await aGateway({ routes: [aGreeting('v1', over)] });

    const response = await gateway.inject({ url: '/v1/greeting', headers: { 'x-api-key': A_KEY } });

    expect([response.status, response.json()]).toEqual([410, expect.objectContaining({ code: 'VER_RETIRED' })]);
    expect(response.headers['link']).toBe('</v2/greeting>; rel="successor-version"');
  });

  it.each([
    [{ since: 'soon' }, 'dates in RFC 3339'],
    [{ since, sunset: '2026-03-01T00:00:00Z' }, '180 days'],
  ])('is refused as %o', (deprecated, fault) => {
    expect(() => anEchoRoute({ deprecated })).toThrow(fault);
  });
});
