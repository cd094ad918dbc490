import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type SpecUser } from './support/api-client.fixture.js';
import { System, type SpecTenant } from './support/system.fixture.js';

describe('a bad request', () => {
  let system: System;
  let tenant: SpecTenant;
  let ada: SpecUser;
  let conversationId: string;

  beforeAll(async () => {
    system = await System.start({ worker: false });
    tenant = await system.tenant();
    ada = await tenant.api.user('Ada');
    conversationId = await tenant.api.conversation(ada, await tenant.api.user('Grace'));
  });
  afterAll(() => system?.stop());

  const problem = (code: string, status: number, extra: object = {}) =>
    expect.objectContaining({
      type: expect.stringContaining('/problems/'),
      title: expect.any(String),
      status,
      code,
      instance: expect.any(String),
      request_id: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      ...extra,
    });
  const fields = (...names: string[]) => ({ errors: names.map((field) => expect.objectContaining({ field })) });

  it.each<
    [
      string,
      () => { method?: string; path: string; body?: unknown; raw?: string; headers?: Record<string, string> },
      string,
      number,
      object,
    ]
  >([
    ['without JSON', () => ({ path: '/v1/users', raw: '{"external_id":' }), 'VAL_JSON_INVALID', 400, {}],
    [
      'with a prototype key',
      () => ({ path: '/v1/users', raw: '{"external_id":"a","display_name":"b","__proto__":{"x":1}}' }),
      'VAL_JSON_INVALID',
      400,
      {},
    ],
    [
      'with another content type',
      () => ({ path: '/v1/users', raw: 'x', headers: { 'content-type': 'text/plain' } }),
      'VAL_MEDIA_TYPE',
      415,
      {},
    ],
    [
      'without a required field',
      () => ({ path: '/v1/users', body: { external_id: 'a' } }),
      'VAL_FAILED',
      400,
      fields('/body/display_name'),
    ],
    [
      'with an unknown field',
      () => ({ path: '/v1/users', body: { external_id: 'a', display_name: 'b', admin: true } }),
      'VAL_FAILED',
      400,
      fields('/body/admin'),
    ],
    [
      'with an operator as a value',
      () => ({ path: '/v1/users', body: { external_id: { $ne: null }, display_name: 'b' } }),
      'VAL_FAILED',
      400,
      fields('/body/external_id'),
    ],
    [
      'with too long a text',
      () => ({ path: `/v1/conversations/${conversationId}/messages`, body: { type: 'text', content: { text: 'x'.repeat(4_001) } } }),
      'MSG_TOO_LONG',
      400,
      fields('/body/content/text'),
    ],
    [
      'with a type that only the server writes',
      () => ({ path: `/v1/conversations/${conversationId}/messages`, body: { type: 'system', content: { text: 'x' } } }),
      'MSG_TYPE_DISABLED',
      403,
      {},
    ],
    [
      'with a malformed id in the path',
      () => ({ method: 'GET', path: '/v1/messages/msg_123' }),
      'VAL_ID_FORMAT',
      400,
      fields('/params/message_id'),
    ],
    [
      'with a forged cursor',
      () => ({ method: 'GET', path: `/v1/conversations/${conversationId}/messages?cursor=bm9wZQ` }),
      'VAL_CURSOR_INVALID',
      400,
      {},
    ],
    [
      'with a limit out of range',
      () => ({ method: 'GET', path: '/v1/conversations?limit=101' }),
      'VAL_FAILED',
      400,
      fields('/query/limit'),
    ],
    [
      'with an unknown query parameter',
      () => ({ method: 'GET', path: '/v1/conversations?page=2' }),
      'VAL_FAILED',
      400,
      fields('/query/page'),
    ],
    [
      'to an unknown path',
      () => ({ method: 'GET', path: '/v1/conversation' }),
      'ROUTE_NOT_FOUND',
      404,
      { suggestions: expect.arrayContaining(['/v1/conversations']) },
    ],
    ['with a method that the path lacks', () => ({ method: 'DELETE', path: '/v1/users' }), 'ROUTE_METHOD_NOT_ALLOWED', 405, {}],
  ])('%s gets a problem document that says what is wrong', async (_, request, code, status, extra) => {
    const { method = 'POST', path, ...rest } = request();

    const api = path.includes('/messages') ? tenant.api.as(ada) : tenant.api;
    const response = await api.call(method, path, rest);

    expect(response.body).toEqual(problem(code, status, extra));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe(response.body['request_id']);
  });

  it.each<[string, (key: string) => Record<string, string>, string, number]>([
    ['no key', () => ({}), 'AUTH_REQUIRED', 401],
    ['something that is no key', () => ({ 'x-api-key': 'hello' }), 'AUTH_KEY_INVALID', 401],
    ['a key that nobody has', (key) => ({ 'x-api-key': `${key.slice(0, -4)}0000` }), 'AUTH_KEY_INVALID', 401],
    ['two credentials', (key) => ({ 'x-api-key': key, authorization: `Bearer ${key}` }), 'AUTH_MULTIPLE_CREDENTIALS', 400],
    ['an unknown scheme', () => ({ authorization: 'Basic dXNlcjpwYXNz' }), 'AUTH_SCHEME_UNSUPPORTED', 401],
  ])('with %s is not let in', async (_, headers, code, status) => {
    const api = new ApiClient(system.gatewayUrl, headers(tenant.apiKey));

    const response = await api.call('GET', '/v1/conversations');

    expect(response.body).toEqual(problem(code, status));
    expect(response.status).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/realm="caas"/);
  });

  it('from a user who is not a member is refused', async () => {
    const stranger = await tenant.api.user('Stranger');

    const [send, read] = await Promise.all([
      tenant.api.as(stranger).send(conversationId, 'hi'),
      tenant.api.as(stranger).call('GET', `/v1/conversations/${conversationId}/messages`),
    ]);

    expect([send.body, read.body]).toEqual([problem('AUTHZ_NOT_MEMBER', 403), problem('AUTHZ_NOT_MEMBER', 403)]);
  });

  it('that sends without an acting user is told so', async () => {
    const response = await tenant.api.send(conversationId, 'hi');

    expect(response.body).toEqual(problem('VAL_ACTING_USER_REQUIRED', 400));
  });

  it('that repeats an external id is told which field clashes', async () => {
    const response = await tenant.api.call('POST', '/v1/users', { body: { external_id: ada.external_id, display_name: 'Other' } });

    expect(response.body).toEqual(problem('USER_EXISTS', 409, { conflict_with: 'external_id' }));
  });

  it('beyond the limits of the plan waits as Retry-After says', async () => {
    const counting = await system.startGateway({ RATE_LIMIT_BYPASS_IPS: '' });
    const small = await system.tenant({ requestsPerMinute: 20, burstPerSecond: 20 });

    const responses = await Promise.all(Array.from({ length: 40 }, () => small.api.at(counting.url).call('GET', '/v1/conversations')));

    const limited = responses.filter(({ status }) => status === 429);
    expect(responses.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(22);
    expect(limited.length).toBeGreaterThanOrEqual(18);
    expect(limited[0]?.body).toMatchObject({ code: 'RATE_LIMITED', 'violated-policies': expect.any(Array) });
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(limited[0]?.headers.get('ratelimit')).toMatch(/^"[a-z]+";r=\d+;t=\d+$/);
    expect((await tenant.api.call('GET', '/v1/conversations')).status).toBe(200);
  });
});
