import { afterEach, describe, expect, it } from '@jest/globals';
import {
  AuthenticationError,
  ConflictError,
  currentRequest,
  currentTenant,
  NotFoundError,
  TenantMigratingError,
  UnavailableError,
} from '@caas/runtime';
import { idOf, int32, newId, text, z } from '@caas/schema';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';
import { A_KEY, aGateway, anAllowance, anEchoRoute, aPrincipal, aRequest, aTenant, closeGateways } from './gateway.fixture.js';
import { type GatewayOptions, type InjectedResponse } from './gateway-options.js';

afterEach(closeGateways);

/** `GET /v1/notes/:note_id` runs what a spec gives it. */
function aGetRoute(handler: () => unknown, changes: { timeoutMs?: number } = {}): RouteDefinition {
  return defineRoute({
    method: 'GET',
    path: '/v1/notes/:note_id',
    operationId: 'getNote',
    summary: 'Get a note',
    tags: ['Notes'],
    access: { permission: 'message.read' },
    params: z.strictObject({ note_id: idOf('msg') }),
    query: z.strictObject({
      limit: int32({ min: 1, max: 100 }).default(20),
      tags: z
        .array(text({ max: 10 }))
        .max(3)
        .optional(),
    }),
    responses: { 200: z.strictObject({ limit: int32(), tags: z.array(text({ max: 10 })).optional() }), 204: null },
    ...changes,
    handler: async ({ query }) => {
      await handler();
      return { status: 200, body: query };
    },
  });
}
const aNoteUrl = (): string => `/v1/notes/${newId('msg')}`;

/** The parts of a problem that do not change from run to run. */
function problemOf(response: InjectedResponse): Record<string, unknown> {
  const { request_id, timestamp, ...problem } = response.json() as Record<string, unknown>;
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(request_id).toBe(response.headers['x-request-id']);
  expect(new Date(timestamp as string).toISOString()).toBe(timestamp);
  expect(problem['status']).toBe(response.status);
  return problem;
}

describe('a route', () => {
  describe('200', () => {
    it('answers with validated, coerced and completed input', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });
      const get = (query: string) => gateway.inject({ url: `${aNoteUrl()}${query}`, headers: { 'x-api-key': A_KEY } });

      expect((await get('')).json()).toEqual({ limit: 20 });
      expect((await get('?limit=5&tags=a&tags=b')).json()).toEqual({ limit: 5, tags: ['a', 'b'] });
      expect((await get('?tags=one')).json()).toEqual({ limit: 20, tags: ['one'] });
    });

    it('runs the handler inside its tenant and request', async () => {
      const seen: unknown[] = [];
      const { gateway, tenant } = await aGateway({
        routes: [aGetRoute(() => seen.push(currentTenant(), currentRequest()?.requestId, currentRequest()?.traceId))],
      });

      await gateway.inject({
        url: aNoteUrl(),
        headers: { 'x-api-key': A_KEY, 'x-request-id': 'my-request-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
      });

      expect(seen).toEqual([tenant, 'my-request-1', 'a'.repeat(32)]);
    });

    it('accepts the key as a bearer token', async () => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ ...aRequest, headers: { authorization: `Bearer ${A_KEY}` } });

      expect(response.status).toBe(201);
    });

    it('answers HEAD without a body', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });

      const response = await gateway.inject({ method: 'HEAD', url: aNoteUrl(), headers: { 'x-api-key': A_KEY } });

      expect([response.status, response.text]).toEqual([200, '']);
    });

    it('serves reads and writes of a tenant that moves', async () => {
      const { gateway } = await aGateway({
        tenant: aTenant({ provisioning: 'migrating' }),
        routes: [anEchoRoute(), aGetRoute(() => undefined)],
      });

      expect((await gateway.inject(aRequest)).status).toBe(201);
      expect((await gateway.inject({ url: aNoteUrl(), headers: { 'x-api-key': A_KEY } })).status).toBe(200);
    });

    it('lets nothing out that the answer’s shape does not name', async () => {
      const route = anEchoRoute({ handler: (() => ({ status: 201, body: { text: 'hello', pinned: true, secret: 'x' } })) as never });
      const { gateway } = await aGateway({ routes: [route] });

      expect((await gateway.inject(aRequest)).json()).toEqual({ text: 'hello', pinned: true });
    });
  });

  describe('400', () => {
    it('names every field of the body by a JSON pointer', async () => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ ...aRequest, body: { text: '', pinned: 'yes', colour: 'red' } });

      expect(problemOf(response)).toMatchObject({ code: 'VAL_FAILED', title: 'Validation failed', status: 400, instance: '/v1/notes' });
      expect(
        (response.json() as { errors: { field: string; code: string }[] }).errors.map(({ field, code }) => [field, code]).sort(),
      ).toEqual([
        ['/body/colour', 'unknown_field'],
        ['/body/pinned', 'type'],
        ['/body/text', 'min_length'],
      ]);
    });

    it('names fields of the query', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });

      const response = await gateway.inject({
        url: `${aNoteUrl()}?limit=101&tags=a&tags=b&tags=c&tags=d&x=1`,
        headers: { 'x-api-key': A_KEY },
      });

      expect((response.json() as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual([
        '/query/limit',
        '/query/tags',
        '/query/x',
      ]);
    });

    it('tells a malformed id in the path apart', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });

      const response = await gateway.inject({ url: '/v1/notes/42', headers: { 'x-api-key': A_KEY } });

      expect(problemOf(response)).toMatchObject({ code: 'VAL_ID_FORMAT', errors: [{ field: '/params/note_id' }] });
    });

    it.each([
      ['broken JSON', '{"text":'],
      ['no JSON at all', ''],
      ['__proto__ as a key', '{"text":"a","__proto__":{"pinned":true}}'],
      ['constructor.prototype', '{"text":"a","constructor":{"prototype":{}}}'],
      ['21 levels', `{"text":${'['.repeat(20)}${']'.repeat(20)}}`],
    ])('refuses %s', async (_what, body) => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, 'content-type': 'application/json' }, body });

      expect(problemOf(response)).toMatchObject({ code: 'VAL_JSON_INVALID', status: 400 });
      expect(response.text).not.toContain(body === '' ? 'SyntaxError' : body);
    });

    it('refuses two credentials', async () => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ ...aRequest, headers: { 'x-api-key': A_KEY, authorization: `Bearer ${A_KEY}` } });

      expect(problemOf(response)).toMatchObject({ code: 'AUTH_MULTIPLE_CREDENTIALS' });
    });

    it.each([`?api_key=${A_KEY}`, `?x=${A_KEY}`, '?a=1&access_token=x'])('refuses a credential in the query (%#)', async (query) => {
      const { gateway, logs } = await aGateway();

      const response = await gateway.inject({ ...aRequest, url: `/v1/notes${query}` });

      expect(problemOf(response)).toMatchObject({ code: 'AUTH_CREDENTIAL_IN_URL' });
      expect(response.text + JSON.stringify(logs)).not.toContain(A_KEY);
    });

    it('refuses a malformed percent-encoding', async () => {
      const { gateway } = await aGateway();

      expect(problemOf(await gateway.inject({ url: '/v1/%zz' }))).toMatchObject({ code: 'VAL_FAILED' });
    });
  });

  describe('401', () => {
    it.each([
      ['AUTH_REQUIRED', {}, 'ApiKey realm="caas"'],
      ['AUTH_KEY_INVALID', { 'x-api-key': 'caas_sk_test_nope' }, 'ApiKey realm="caas"'],
      ['AUTH_SCHEME_UNSUPPORTED', { authorization: 'Basic eDp5' }, 'Bearer realm="caas", error="invalid_token"'],
      ['AUTH_MALFORMED', { authorization: 'Bearer' }, 'Bearer realm="caas", error="invalid_token"'],
      ['AUTH_MALFORMED', { authorization: 'Bearer two words' }, 'Bearer realm="caas", error="invalid_token"'],
    ])('%s with a challenge', async (code, headers, challenge) => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ ...aRequest, headers: headers });

      expect(problemOf(response)).toMatchObject({ code, status: 401 });
      expect(response.headers['www-authenticate']).toBe(challenge);
    });

    it('AUTH_KEY_INVALID when the key is good and its tenant is gone', async () => {
      const { gateway } = await aGateway({ tenants: { get: () => undefined, invalidate: () => Promise.resolve() } });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({ code: 'AUTH_KEY_INVALID' });
    });
  });

  describe('403', () => {
    it('names the scope that is missing', async () => {
      const tenant = aTenant();
      const { gateway } = await aGateway({ tenant, principal: aPrincipal(tenant, { permissions: new Set(['message.read']) }) });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({
        code: 'AUTHZ_SCOPE_MISSING',
        reason: 'scope_missing',
        required_permission: 'message.send',
        detail: 'The API key lacks message.send, which the scope chat:write grants.',
      });
    });

    it.each(['client_key', 'webhook_key'] as const)('refuses a %s', async (actor) => {
      const tenant = aTenant();
      const { gateway } = await aGateway({ tenant, principal: aPrincipal(tenant, { actor }) });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({ code: 'AUTHZ_KEY_TYPE' });
    });

    it('refuses a header that names another tenant, and accepts the own one', async () => {
      const { gateway, tenant } = await aGateway();
      const as = (tenantId: string) => gateway.inject({ ...aRequest, headers: { ...aRequest.headers, 'x-tenant-id': tenantId } });

      expect(problemOf(await as(aTenant().tenantId))).toMatchObject({ code: 'AUTHZ_CROSS_TENANT' });
      expect((await as(tenant.tenantId)).status).toBe(201);
    });

    it.each([
      ['TENANT_PENDING', { status: 'pending' }],
      ['TENANT_SUSPENDED', { status: 'suspended' }],
      ['TENANT_CANCELLED', { status: 'cancelled' }],
      ['TENANT_CANCELLED', { provisioning: 'deleting' }],
    ] as const)('%s', async (code, state) => {
      const { gateway } = await aGateway({ tenant: aTenant(state) });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({ code, status: 403 });
    });

    it.each([
      ['lets people at the console in where the route says so', 'admin', 201],
      ['refuses keys all the same', 'key', 403],
    ] as const)('of a suspended tenant %s', async (_, actor, status) => {
      const tenant = aTenant({ status: 'suspended' });
      const access = { permission: 'message.send', credentials: ['key', 'admin'], whileTenantIs: ['suspended'] } as const;
      const { gateway } = await aGateway({ tenant, principal: aPrincipal(tenant, { actor }), routes: [anEchoRoute({ access })] });

      expect((await gateway.inject(aRequest)).status).toBe(status);
    });
  });

  describe('404', () => {
    it('passes on what the handler says', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => Promise.reject(new NotFoundError()))] });

      const response = await gateway.inject({ url: `${aNoteUrl()}?limit=3`, headers: { 'x-api-key': A_KEY } });

      expect(problemOf(response)).toMatchObject({ code: 'RES_NOT_FOUND', type: 'https://api.example.com/problems/res-not-found' });
      expect(response.text).not.toContain('limit=3');
    });

    it('suggests routes with similar paths', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined), anEchoRoute()] });

      expect(problemOf(await gateway.inject({ url: '/v1/note' }))).toMatchObject({ code: 'ROUTE_NOT_FOUND', suggestions: ['/v1/notes'] });
      expect(problemOf(await gateway.inject({ url: '/v1/nodes/42' }))).toMatchObject({ suggestions: ['/v1/notes/:note_id'] });
      expect(problemOf(await gateway.inject({ url: '/wp-admin/setup.php' }))).not.toHaveProperty('suggestions');
    });
  });

  describe('405', () => {
    it('lists the methods of the path', async () => {
      const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });

      const response = await gateway.inject({ method: 'DELETE', url: aNoteUrl() });

      expect(problemOf(response)).toMatchObject({ code: 'ROUTE_METHOD_NOT_ALLOWED' });
      expect(response.headers['allow']).toBe('GET, HEAD, OPTIONS');
    });

    it('answers OPTIONS with the same list', async () => {
      const { gateway } = await aGateway();

      const response = await gateway.inject({ method: 'OPTIONS', url: '/v1/notes' });

      expect([response.status, response.headers['allow']]).toEqual([204, 'POST, OPTIONS']);
    });
  });

  it('409 names what is in the way', async () => {
    const conflict = new ConflictError('A note with this text exists.', { details: { conflictWith: 'text' } });
    const { gateway } = await aGateway({ routes: [aGetRoute(() => Promise.reject(conflict))] });

    expect(problemOf(await gateway.inject({ url: aNoteUrl(), headers: { 'x-api-key': A_KEY } }))).toMatchObject({
      code: 'RES_CONFLICT',
      conflict_with: 'text',
    });
  });

  it('413 for a body above the limit', async () => {
    const { gateway } = await aGateway({ config: { bodyLimitBytes: 1_000 } });

    expect(problemOf(await gateway.inject({ ...aRequest, body: { text: 'x'.repeat(1_000) } }))).toMatchObject({
      code: 'VAL_BODY_TOO_LARGE',
    });
  });

  it('414 for a URL above 8 KiB, and for a parameter above 128 characters', async () => {
    const { gateway } = await aGateway({ routes: [aGetRoute(() => undefined)] });

    expect(problemOf(await gateway.inject({ url: `/v1/notes?x=${'x'.repeat(8_192)}` }))).toMatchObject({ code: 'VAL_URI_TOO_LONG' });
    expect(problemOf(await gateway.inject({ url: `/v1/notes/${'x'.repeat(129)}` }))).toMatchObject({ code: 'VAL_URI_TOO_LONG' });
  });

  it('415 for another media type', async () => {
    const { gateway } = await aGateway();

    const response = await gateway.inject({ ...aRequest, headers: { ...aRequest.headers, 'content-type': 'text/plain' }, body: 'hello' });

    expect(problemOf(response)).toMatchObject({ code: 'VAL_MEDIA_TYPE' });
  });

  it('431 for headers above 16 KiB', async () => {
    const { gateway } = await aGateway();

    const response = await gateway.inject({ ...aRequest, headers: { 'x-long': 'x'.repeat(17_000) } });

    expect(problemOf(response)).toMatchObject({ code: 'VAL_HEADERS_TOO_LARGE' });
  });

  describe('429', () => {
    it('names the policy and when to come back', async () => {
      const refusal = anAllowance({ allowed: false, violated: ['tenant'], remaining: 0, resetSeconds: 7 });
      const { gateway } = await aGateway({ rateLimiter: { take: () => refusal } });

      const response = await gateway.inject(aRequest);

      expect(problemOf(response)).toMatchObject({
        code: 'RATE_LIMITED',
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        'violated-policies': ['tenant'],
        limit: 1000,
      });
      expect(response.headers).toMatchObject({ 'retry-after': '7', ratelimit: '"tenant";r=0;t=7' });
    });

    it.each(['at once', 'later'])('for an API call that the plan does not include, decided %s', async (when) => {
      const resetAt = new Date(Date.UTC(2026, 1, 1));
      const used = {
        resource: 'api_calls',
        allowed: false,
        limit: 50,
        used: 50,
        remaining: 0,
        percent: 100,
        resetAt,
        mode: 'blocked',
      } as const;
      const checks: unknown[] = [];
      const quotas: GatewayOptions['quotas'] = {
        check: (tenant, resource) => {
          checks.push([tenant.tenantId, resource]);
          return when === 'later' ? Promise.resolve(used) : used;
        },
      };
      const { gateway, tenant } = await aGateway({ quotas });

      const response = await gateway.inject(aRequest);

      expect(problemOf(response)).toMatchObject({
        status: 429,
        code: 'RATE_QUOTA_EXCEEDED',
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        metric: 'api_calls',
        limit: 50,
        current: 50,
        reset_at: '2026-02-01T00:00:00.000Z',
      });
      expect(checks).toEqual([[tenant.tenantId, 'api_calls']]);
    });

    it('of the rate limit is no API call that counts', async () => {
      const quotas: GatewayOptions['quotas'] = {
        check: () => {
          throw new Error('counted');
        },
      };
      const { gateway } = await aGateway({ quotas, rateLimiter: { take: () => anAllowance({ allowed: false, remaining: 0 }) } });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({ code: 'RATE_LIMITED' });
    });

    it('is decided before the body is read', async () => {
      const { gateway } = await aGateway({ rateLimiter: { take: () => anAllowance({ allowed: false, remaining: 0 }) } });

      const response = await gateway.inject({
        ...aRequest,
        headers: { ...aRequest.headers, 'content-type': 'application/json' },
        body: '{"broken',
      });

      expect(response.status).toBe(429);
    });
  });

  describe('500', () => {
    it('says nothing of what happened, and the log says all', async () => {
      const { gateway, logs } = await aGateway({ routes: [aGetRoute(() => Promise.reject(new Error('the pepper is tomato')))] });

      const response = await gateway.inject({ url: aNoteUrl(), headers: { 'x-api-key': A_KEY } });

      expect(problemOf(response)).toEqual({
        type: 'https://api.example.com/problems/sys-internal',
        title: 'Internal error',
        status: 500,
        detail: 'Unexpected. Report the request_id.',
        instance: expect.stringMatching(/^\/v1\/notes\/msg_/),
        code: 'SYS_INTERNAL',
      });
      expect(logs).toMatchObject([{ level: 'error', status: 500, code: 'SYS_INTERNAL', err: { message: 'the pepper is tomato' } }]);
    });

    it.each([
      ['a status that is not documented', { status: 418, body: {} }],
      ['a body without a required field', { status: 201, body: { pinned: true } }],
    ])('for %s', async (_what, reply) => {
      const { gateway } = await aGateway({ routes: [anEchoRoute({ handler: (() => reply) as never })] });

      expect(problemOf(await gateway.inject(aRequest))).toMatchObject({ code: 'SYS_INTERNAL' });
    });
  });

  describe('503', () => {
    it.each([
      ['SYS_UNAVAILABLE', { authenticator: { authenticate: () => Promise.reject(new Error('store down')) } }],
      ['TENANT_UNAVAILABLE', { tenants: { get: () => Promise.reject(new Error('store down')), invalidate: () => Promise.resolve() } }],
      ['TENANT_MIGRATING', { routes: [anEchoRoute({ handler: () => Promise.reject(new TenantMigratingError()) })] }],
      ['TENANT_UNAVAILABLE', { tenant: aTenant({ provisioning: 'provisioning' }) }],
    ])('%s with Retry-After', async (code, options) => {
      const { gateway } = await aGateway(options);

      const response = await gateway.inject(aRequest);

      expect(problemOf(response)).toMatchObject({ code, status: 503 });
      expect(Number(response.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    });

    it('keeps the seconds that the failing part asks for', async () => {
      const busy = new UnavailableError('The queue is full.', { details: { retryAfterSeconds: 4 } });
      const { gateway } = await aGateway({ routes: [anEchoRoute({ handler: () => Promise.reject(busy) })] });

      expect((await gateway.inject(aRequest)).headers['retry-after']).toBe('4');
    });

    it('asks a write that meets a closed fence to come back in a second', async () => {
      const route = anEchoRoute({ handler: () => Promise.reject(new TenantMigratingError()) });
      const { gateway } = await aGateway({ tenant: aTenant({ provisioning: 'migrating' }), routes: [route] });

      expect((await gateway.inject(aRequest)).headers['retry-after']).toBe('1');
    });
  });

  it('504 when the deadline passes, and tells the handler to stop', async () => {
    const stopped: unknown[] = [];
    const route = defineRoute({
      method: 'POST',
      path: '/v1/slow',
      operationId: 'slow',
      summary: 'Be slow',
      tags: ['Notes'],
      access: { permission: 'message.send' },
      responses: { 204: null },
      timeoutMs: 20,
      handler: ({ signal }) =>
        new Promise<{ status: 204 }>((resolve) =>
          signal.addEventListener('abort', () => {
            stopped.push((signal.reason as { code: string }).code);
            resolve({ status: 204 });
          }),
        ),
    });
    const { gateway } = await aGateway({ routes: [route] });

    const response = await gateway.inject({ method: 'POST', url: '/v1/slow', headers: { 'x-api-key': A_KEY } });

    expect(problemOf(response)).toMatchObject({ code: 'SYS_TIMEOUT', status: 504 });
    expect(stopped).toEqual(['SYS_TIMEOUT']);
  });

  it('waits for ports that have to look something up', async () => {
    const tenant = aTenant();
    const { gateway } = await aGateway({
      authenticator: { authenticate: async () => aPrincipal(tenant) },
      tenants: { get: async () => tenant, invalidate: () => Promise.resolve() },
      rateLimiter: { take: async () => anAllowance() },
    });

    expect((await gateway.inject(aRequest)).status).toBe(201);
    void AuthenticationError;
  });
});
