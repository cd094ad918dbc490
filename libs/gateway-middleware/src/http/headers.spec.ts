import { afterEach, describe, expect, it } from '@jest/globals';
import { aGateway, anAllowance, anEchoRoute, aRequest, closeGateways } from '../gateway/gateway.fixture.js';
import { parsePrefer } from './prefer.js';
import { setRateLimitHeaders } from './rate-limit-headers.js';
import { newRequestId } from './request-id.js';

afterEach(closeGateways);

/** RFC 9651: a list of strings with integer parameters. */
const POLICY_LIST = /^"[a-z]+";q=\d+;w=\d+(, "[a-z]+";q=\d+;w=\d+)*$/;
const LIMIT_ITEM = /^"[a-z]+";r=\d+;t=\d+$/;

function rateLimitHeaders(decision = anAllowance(), now = 1_700_000_000_500): Record<string, string | number> {
  const headers: Record<string, string | number> = {};
  setRateLimitHeaders(decision, now, (name, value) => (headers[name] = value));
  return headers;
}

describe('rate limit headers', () => {
  it('follow the draft and the older convention', () => {
    const headers = rateLimitHeaders(anAllowance({ remaining: 37, resetSeconds: 22 }));

    expect(headers).toEqual({
      'ratelimit-policy': '"tenant";q=1000;w=60, "burst";q=100;w=1',
      ratelimit: '"tenant";r=37;t=22',
      'x-ratelimit-limit': 1000,
      'x-ratelimit-remaining': 37,
      'x-ratelimit-reset': 1_700_000_023,
    });
    expect(headers['ratelimit-policy']).toMatch(POLICY_LIST);
    expect(headers['ratelimit']).toMatch(LIMIT_ITEM);
  });

  it('say when to come back after a refusal, one second at least', () => {
    expect(rateLimitHeaders(anAllowance({ allowed: false, resetSeconds: 9 }))['retry-after']).toBe(9);
    expect(rateLimitHeaders(anAllowance({ allowed: false, resetSeconds: 0 }))['retry-after']).toBe(1);
    expect(rateLimitHeaders()).not.toHaveProperty('retry-after');
  });

  it('are on errors of counted requests and not on uncounted ones', async () => {
    const { gateway } = await aGateway();

    expect((await gateway.inject({ ...aRequest, body: {} })).headers).toHaveProperty('ratelimit');
    expect((await gateway.inject({ url: '/health' })).headers).not.toHaveProperty('ratelimit');
    expect((await gateway.inject({ ...aRequest, headers: {} })).headers).not.toHaveProperty('ratelimit');
  });
});

describe('Prefer', () => {
  it.each([
    ['wait=5', 5],
    ['WAIT = 5', 5],
    ['wait="5"', 5],
    ['respond-async, wait=3;strict', 3],
    ['wait=2, wait=9', 2],
    ['wait=600', 10],
    ['wait=0', undefined],
    ['wait=-1', undefined],
    ['wait=soon', undefined],
    ['wait', undefined],
    ['return=minimal', undefined],
    [undefined, undefined],
  ])('%s waits %s seconds', (header, seconds) => {
    expect(parsePrefer(header).waitSeconds).toBe(seconds);
  });

  it('reaches the handler', async () => {
    const { gateway } = await aGateway({
      routes: [
        anEchoRoute({
          handler: ((context: { body: unknown; request: { prefer: { waitSeconds?: number } } }) => ({
            status: 201,
            body: context.body,
            headers: { 'preference-applied': `wait=${context.request.prefer.waitSeconds ?? 0}` },
          })) as never,
        }),
      ],
    });

    const response = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, prefer: 'wait=4' } });

    expect(response.headers['preference-applied']).toBe('wait=4');
  });
});

describe('every answer', () => {
  const answers = ['/v1/notes', '/nowhere', '/health', '/v1/%zz'];

  it.each(answers)('of %s carries the security headers and no banner', async (url) => {
    const { gateway } = await aGateway();

    const { headers } = await gateway.inject({ ...aRequest, method: url === '/health' ? 'GET' : 'POST', url });

    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-site',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-api-version': 'v1',
    });
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it.each([
    ['plain HTTP', {}, []],
    ['a claim of an untrusted peer', { 'x-forwarded-proto': 'https' }, []],
    ['what a trusted proxy took in plain text', { 'x-forwarded-proto': 'http' }, ['127.0.0.0/8']],
  ])('refuses %s in production, and answers probes', async (_, headers, trustProxy) => {
    const { gateway } = await aGateway({ config: { production: true, trustProxy } });
    const { url } = await gateway.listen();

    const api = await fetch(`${url}/v1/notes`, { method: 'POST', headers: { ...aRequest.headers, ...headers } });
    const probe = await fetch(`${url}/health`, { headers });

    expect([api.status, await api.json()]).toEqual([403, expect.objectContaining({ code: 'AUTH_INSECURE_TRANSPORT' })]);
    expect([probe.status, (await probe.text()).length > 0]).toEqual([200, true]);
  });

  it('serves in production what a trusted proxy took over HTTPS', async () => {
    const { gateway } = await aGateway({ config: { production: true, trustProxy: ['127.0.0.0/8'] } });
    const { url } = await gateway.listen();

    const headers = { ...aRequest.headers, 'content-type': 'application/json', 'x-forwarded-proto': 'https' };
    const response = await fetch(`${url}/v1/notes`, { method: 'POST', headers, body: JSON.stringify(aRequest.body) });

    expect([response.status, await response.json()]).toEqual([201, expect.objectContaining(aRequest.body)]);
  });

  it('promises HTTPS in production', async () => {
    const { gateway } = await aGateway({ config: { production: true } });

    expect((await gateway.inject(aRequest)).headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it('keeps a well-formed request id and replaces another', async () => {
    const { gateway } = await aGateway();
    const idFor = async (id: string) => (await gateway.inject({ url: '/health', headers: { 'x-request-id': id } })).headers['x-request-id'];

    expect(await idFor('order-42.retry_1')).toBe('order-42.retry_1');
    for (const bad of ['short', 'x'.repeat(65), 'with space in it', 'line;drop']) {
      expect(await idFor(bad)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('makes request ids that sort by time and do not repeat', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => newRequestId(1_700_000_000_000 + index));

    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length);
  });
});
