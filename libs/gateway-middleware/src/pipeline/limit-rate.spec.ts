import { afterEach, describe, expect, it } from '@jest/globals';
import { type RateLimiter, type RateSubject } from '@caas/runtime';
import { idOf, newId, z } from '@caas/schema';
import {
  A_KEY,
  aGateway,
  anAllowance,
  anEchoRoute,
  aPrincipal,
  aRequest,
  aTenant,
  aUser,
  closeGateways,
  noteShape,
} from '../gateway/gateway.fixture.js';
import { type GatewayOptions } from '../gateway/gateway-options.js';

afterEach(closeGateways);

/** A limiter that allows everything and remembers what it was asked. */
function aRecorder(): { limiter: RateLimiter; taken: { subject: RateSubject; cost?: number; strict?: boolean }[] } {
  const taken: { subject: RateSubject; cost?: number; strict?: boolean }[] = [];
  return { taken, limiter: { take: (subject, options) => (taken.push({ subject, ...options }), anAllowance()) } };
}

/** The levels of a request: `name id limit/window`. */
function levelsOf(subject: RateSubject | undefined): string[] {
  return (subject?.levels ?? []).flatMap(({ id, policies }) =>
    policies.map(({ name, limit, windowSeconds }) => [name, id, `${limit}/${windowSeconds}`].filter((part) => part !== '').join(' ')),
  );
}

async function levelsFor(options: Parameters<typeof aGateway>[0] = {}, headers: Record<string, string> = {}) {
  const { limiter, taken } = aRecorder();
  const world = await aGateway({ ...options, rateLimiter: limiter });
  const response = await world.gateway.inject({ ...aRequest, headers: { ...aRequest.headers, ...headers } });
  return { ...world, response, taken, levels: levelsOf(taken[0]?.subject) };
}

describe('what a request counts against', () => {
  it('is the tenant, for a server key', async () => {
    const { taken, levels, tenant } = await levelsFor();

    expect(levels).toEqual(['tenant 1000/60', 'burst 100/1']);
    expect([taken.length, taken[0]?.subject.scope]).toEqual([1, tenant.tenantId]);
  });

  it('is the key as well, where it has limits of its own', async () => {
    const tenant = aTenant();
    const principal = aPrincipal(tenant, { rateLimit: { requestsPerMinute: 5, requestsPerDay: 50 } });

    const { levels } = await levelsFor({ tenant, principal });

    expect(levels.slice(2)).toEqual([`key ${principal.subjectId} 5/60`, `key_day ${principal.subjectId} 50/86400`]);
  });

  it.each(['free', 'starter', 'pro', 'enterprise'] as const)('is the user acted for, by plan %s', async (plan) => {
    const user = aUser();
    const figures = { free: 60, starter: 120, pro: 300, enterprise: 600 };
    const route = anEchoRoute({ access: { permission: 'message.send', actingUser: 'required' } });

    const { levels } = await levelsFor({ tenant: aTenant({}, plan), user, routes: [route] }, { 'x-act-as-user': `ext:${user.externalId}` });

    expect(levels.slice(2)).toEqual([`user ${user.userId} ${figures[plan]}/60`]);
  });

  it('is the application and its figure for messages, with user and conversation, when something is sent', async () => {
    const [tenant, user, conversationId] = [aTenant(), aUser(), newId('conv')];
    const route = anEchoRoute({
      path: '/v1/conversations/:conversation_id/notes',
      params: z.strictObject({ conversation_id: idOf('conv') }),
      access: { permission: 'message.send', actingUser: 'required' },
      rateClass: 'message_send',
    });
    const applications: GatewayOptions['applications'] = {
      get: async () => ({ callsPerMinute: 500, messagesPerMinute: 7, allowedOrigins: [] }),
      allowsOrigin: () => false,
    };
    const { limiter, taken } = aRecorder();
    const { gateway } = await aGateway({
      ...{ tenant, user, routes: [route], applications, rateLimiter: limiter },
      principal: aPrincipal(tenant, { appId: 'app_1' }),
    });
    const headers = { ...aRequest.headers, 'x-act-as-user': user.userId };

    await gateway.inject({ ...aRequest, headers, url: `/v1/conversations/${conversationId}/notes` });

    expect(levelsOf(taken[0]?.subject)).toEqual([
      'tenant 1000/60',
      'burst 100/1',
      'app app_1 500/60',
      `user ${user.userId} 120/60`,
      `message_send ${user.userId} 7/60`,
      `message_send_conversation ${conversationId} 100/60`,
    ]);
  });

  it('makes no counter out of a malformed id', async () => {
    const route = anEchoRoute({
      path: '/v1/conversations/:conversation_id/notes',
      params: z.strictObject({ conversation_id: idOf('conv') }),
      rateClass: 'message_send',
    });
    const { limiter, taken } = aRecorder();
    const { gateway } = await aGateway({ routes: [route], rateLimiter: limiter });

    await gateway.inject({ ...aRequest, url: '/v1/conversations/evil/notes' });

    expect(levelsOf(taken[0]?.subject)).toEqual(['tenant 1000/60', 'burst 100/1']);
  });

  it('is the class, by its cost and strictly where that is its rule', async () => {
    const { levels, taken, principal } = await levelsFor({ routes: [anEchoRoute({ rateClass: 'export' })] });

    expect(levels.slice(2)).toEqual([`export ${principal.subjectId} 50/3600`]);
    expect(taken[0]).toMatchObject({ cost: 10, strict: true });
  });

  it('is the address on public routes', async () => {
    const { levels, response } = await levelsFor({ routes: [anEchoRoute({ access: { public: true }, responses: { 201: noteShape } })] });

    expect(levels).toEqual(['ip 60/60']);
    expect(response.status).toBe(201);
  });

  it('is the caller alone for what is refused before the user is known, and never nothing', async () => {
    const tenant = aTenant();
    const denied = await levelsFor({ tenant, principal: aPrincipal(tenant, { permissions: new Set() }) });
    const unknownUser = await levelsFor(
      { routes: [anEchoRoute({ access: { permission: 'message.send', actingUser: 'required' } })] },
      { 'x-act-as-user': newId('usr') },
    );

    expect([denied.response.status, denied.levels]).toEqual([403, ['tenant 1000/60', 'burst 100/1']]);
    expect([unknownUser.response.status, unknownUser.levels]).toEqual([400, ['tenant 1000/60', 'burst 100/1']]);
  });

  it('holds when the application cannot be looked up', async () => {
    const tenant = aTenant();
    const applications = { get: () => Promise.reject(new Error('away')), allowsOrigin: () => false };

    const { levels, response } = await levelsFor({ tenant, principal: aPrincipal(tenant, { appId: 'app_1' }), applications });

    expect([response.status, levels]).toEqual([201, ['tenant 1000/60', 'burst 100/1']]);
  });
});

describe('a request over a limit', () => {
  const refusal = anAllowance({
    allowed: false,
    policy: { name: 'user', limit: 60, windowSeconds: 60 },
    remaining: 0,
    resetSeconds: 17,
    violated: ['user', 'tenant'],
  });

  it('is told which ones, when to come again, and nothing about its permissions', async () => {
    const tenant = aTenant();
    const { gateway } = await aGateway({
      tenant,
      principal: aPrincipal(tenant, { permissions: new Set() }),
      rateLimiter: { take: () => refusal },
    });

    const response = await gateway.inject(aRequest);

    expect(response.status).toBe(429);
    expect(response.headers).toMatchObject({ 'retry-after': '17', ratelimit: '"user";r=0;t=17', 'x-ratelimit-limit': '60' });
    expect(response.json()).toMatchObject({
      code: 'RATE_LIMITED',
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      'violated-policies': ['user', 'tenant'],
    });
  });

  it('passes from an address that is never counted, which no header can claim', async () => {
    const [bypassed, forged] = [
      await aGateway({ rateLimiter: { take: () => refusal }, config: { rateLimitBypass: ['127.0.0.0/8'] } }),
      await aGateway({ rateLimiter: { take: () => refusal }, config: { rateLimitBypass: ['203.0.113.0/24'] } }),
    ];
    const call = async ({ gateway }: typeof bypassed) => {
      const { url } = await gateway.listen();
      const headers = { 'x-api-key': A_KEY, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' };
      const response = await fetch(`${url}/v1/notes`, { method: 'POST', headers, body: '{"text":"hi"}' });
      await response.text();
      expect(response.headers.get('ratelimit-policy')).toContain('"tenant";q=1000;w=60');
      return response.status;
    };

    expect([await call(bypassed), await call(forged)]).toEqual([201, 429]);
    expect(await bypassed.metrics.registry.metrics()).toMatch(/caas_ratelimit_checks_total\{[^}]*outcome="bypassed"[^}]*\} 1/);
  });
});
