import { afterEach, describe, expect, it } from '@jest/globals';
import { PLAN_LIMITS, PLANS, type RateDecision, type RateLimiter, type RatePolicy, type RateSubject } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { Redis } from 'ioredis';
import { aRedis, closeAll, closing, redisUrl } from '../client/redis.fixture.js';
import { TcpProxy } from '@caas/testing/network';

const LEASE_FRACTION = 0.1;

afterEach(closeAll);

/** A slow machine must not turn a check of the shared limit into one of the local one. */
const PATIENT = { timeoutMs: 30_000 };

/** The limiter of a process of its own. */
async function aLimiter(): Promise<RateLimiter> {
  return (await aRedis()).rateLimiter(PATIENT);
}

interface Limits {
  readonly requestsPerMinute: number;
  readonly burstPerSecond: number;
}

function tenantPolicies({ requestsPerMinute, burstPerSecond }: Limits): readonly RatePolicy[] {
  return [
    { name: 'tenant', limit: requestsPerMinute, windowSeconds: 60 },
    { name: 'burst', limit: burstPerSecond, windowSeconds: 1 },
  ];
}

function aTenant(limits: Partial<Limits> = {}): RateSubject {
  return {
    scope: newTenantId(),
    levels: [{ id: '', policies: tenantPolicies({ requestsPerMinute: 100, burstPerSecond: 20, ...limits }) }],
  };
}

/** Sends requests from several processes at once; how many were admitted. */
async function blast(limiters: readonly RateLimiter[], subject: RateSubject, options: { requests: number; strict?: boolean }) {
  const decisions: RateDecision[] = [];
  const concurrent = 100;
  const send = async (limiter: RateLimiter, count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent++) {
      decisions.push(await limiter.take(subject, { strict: options.strict ?? false }));
    }
  };
  const lanes = Array.from({ length: concurrent }, (_, lane) => limiters[lane % limiters.length] as RateLimiter);
  await Promise.all(lanes.map((limiter) => send(limiter, Math.ceil(options.requests / concurrent))));
  return { decisions, admitted: decisions.filter(({ allowed }) => allowed).length };
}

/** Runs a blast of a fresh tenant again until one fits into a single minute: the limit is exact within a window only. */
async function blastInOneWindow(limiters: readonly RateLimiter[], limits: Limits, options: { requests: number; strict?: boolean }) {
  const redis = new Redis(redisUrl());
  closing({ close: async () => redis.disconnect() });
  const minute = async (): Promise<number> => Math.floor(Number((await redis.time())[0]) / 60);
  for (;;) {
    const before = await minute();
    const result = await blast(limiters, aTenant(limits), options);
    if ((await minute()) === before) return result;
  }
}

describe('rate limiter shared by two processes', () => {
  describe.each(PLANS)('for plan %s', (plan) => {
    const { requestsPerMinute, burstPerSecond } = PLAN_LIMITS[plan];

    it('admits exactly the limit in strict mode under concurrency', async () => {
      const limit = Math.min(requestsPerMinute, 5_000); // the window policy alone: the largest plan's 100 000 would test patience only
      const limiters = [await aLimiter(), await aLimiter()];

      const { admitted } = await blastInOneWindow(
        limiters,
        { requestsPerMinute: limit, burstPerSecond: 1e9 },
        { requests: limit * 1.2, strict: true },
      );

      expect(admitted).toBe(limit);
    });

    it('admits at most the limit and one lease per process otherwise', async () => {
      const limit = Math.min(requestsPerMinute, 20_000);
      const limiters = [await aLimiter(), await aLimiter()];

      const { admitted } = await blastInOneWindow(limiters, { requestsPerMinute: limit, burstPerSecond: 1e9 }, { requests: limit * 1.5 });

      expect(admitted).toBeLessThanOrEqual(limit + limiters.length * Math.ceil(limit * LEASE_FRACTION));
      expect(admitted).toBeGreaterThanOrEqual(limit - limiters.length * Math.ceil(limit * LEASE_FRACTION));
    });

    it('enforces the burst of one second as a policy of its own', async () => {
      const limiters = [await aLimiter(), await aLimiter()];
      const started = performance.now();

      const { admitted, decisions } = await blast(limiters, aTenant({ requestsPerMinute: 1e9, burstPerSecond }), {
        requests: burstPerSecond * 3,
      });

      const windows = 1 + (performance.now() - started) / 1000;
      expect(admitted).toBeLessThanOrEqual(
        Math.ceil(burstPerSecond * windows) + limiters.length * Math.ceil(burstPerSecond * LEASE_FRACTION),
      );
      expect(decisions.filter(({ allowed }) => !allowed).every(({ policy }) => policy.name === 'burst')).toBe(true);
    });
  });

  it('answers without a promise while leased credits are at hand', async () => {
    const limiter = await aLimiter();
    const tenant = aTenant({ requestsPerMinute: 10_000, burstPerSecond: 1_000 });
    await limiter.take(tenant);

    const decision = limiter.take(tenant);

    expect(decision).toMatchObject({ allowed: true, source: 'shared', policies: [{ name: 'tenant' }, { name: 'burst' }] });
  });

  it('asks Redis for few of the requests', async () => {
    const access = await aRedis();
    const limiter = access.rateLimiter(PATIENT);

    await blast([limiter], aTenant({ requestsPerMinute: 100_000, burstPerSecond: 5_000 }), { requests: 4_000 });

    const calls = /^caas_ratelimit_leases_total\{.*outcome="granted".*\} (\d+)$/m.exec((await access.metrics.render()).body)?.[1];
    expect(Number(calls) / 4_000).toBeLessThan(0.02);
  });

  it('tells what is left and when there is room again', async () => {
    const limiter = await aLimiter();
    const tenant = aTenant({ requestsPerMinute: 10, burstPerSecond: 1_000 });

    const decisions: RateDecision[] = [];
    for (let request = 0; request < 11; request++) decisions.push(await limiter.take(tenant, { strict: true }));

    expect(decisions.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
    expect(decisions[10]).toMatchObject({ allowed: false, policy: { name: 'tenant', limit: 10 }, source: 'shared' });
    expect(decisions[10]?.resetSeconds).toBeGreaterThanOrEqual(1);
    expect(decisions[10]?.resetSeconds).toBeLessThanOrEqual(66); // past the present minute, and a tenth of the next one
  });

  it('takes nothing for a refused request', async () => {
    const limiter = await aLimiter();
    const tenant = aTenant({ requestsPerMinute: 10, burstPerSecond: 1_000 });

    const first = await limiter.take(tenant, { cost: 8, strict: true });
    const tooMuch = await limiter.take(tenant, { cost: 5, strict: true });
    const rest = await limiter.take(tenant, { cost: 2, strict: true });

    expect([first.allowed, tooMuch.allowed, rest.allowed]).toEqual([true, false, true]);
  });

  it('lets its counters expire', async () => {
    const limiter = await aLimiter();
    const tenant = aTenant();
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });

    await limiter.take(tenant, { strict: true });

    const lifetimes = await Promise.all(['tenant', 'burst'].map((policy) => redis.pttl(`rl:{${tenant.scope}}:${policy}`)));
    expect(lifetimes[0]).toBeGreaterThan(110_000);
    expect(lifetimes[0]).toBeLessThanOrEqual(120_000);
    expect(lifetimes[1]).toBeLessThanOrEqual(2_000);
  });

  it('works on after the server forgot its scripts and counters', async () => {
    const limiter = await aLimiter();
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });
    await limiter.take(aTenant(), { strict: true });

    await redis.script('FLUSH');

    expect(await limiter.take(aTenant(), { strict: true })).toMatchObject({ allowed: true, source: 'shared' });
  });

  it('starts a new account when the plan changes', async () => {
    const limiter = await aLimiter();
    const tenant = aTenant({ requestsPerMinute: 1_000, burstPerSecond: 500 });
    await limiter.take(tenant);

    const policies = tenantPolicies({ requestsPerMinute: 10_000, burstPerSecond: 500 });
    const decision = await limiter.take({ ...tenant, levels: [{ id: '', policies }] });

    expect(decision.policies[0]).toMatchObject({ limit: 10_000 });
  });
});

describe('a request that counts on several levels', () => {
  const userPolicies: readonly RatePolicy[] = [{ name: 'user', limit: 10, windowSeconds: 60 }];
  const largeApp: readonly RatePolicy[] = [{ name: 'app', limit: 1_000_000, windowSeconds: 60 }];

  /** A tenant with room for `requestsPerMinute`, and a user of it. */
  function aUserOf(tenant: RateSubject, id: string): RateSubject {
    return { ...tenant, levels: [...tenant.levels, { id: 'app_1', policies: largeApp }, { id, policies: userPolicies }] };
  }

  /** Runs work on a fresh tenant again until it fits into a single minute. */
  async function inOneWindow<Result>(work: (tenant: RateSubject) => Promise<Result>): Promise<Result> {
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });
    const minute = async (): Promise<number> => Math.floor(Number((await redis.time())[0]) / 60);
    for (;;) {
      const before = await minute();
      const result = await work(aTenant({ requestsPerMinute: 100, burstPerSecond: 1e9 }));
      if ((await minute()) === before) return result;
    }
  }

  it.each([true, false])('is bounded by the lowest of them, exactly over two processes in strict mode (strict: %s)', async (strict) => {
    const limiters = [await aLimiter(), await aLimiter()];

    const { admitted, decisions } = await inOneWindow((tenant) => blast(limiters, aUserOf(tenant, 'usr_1'), { requests: 100, strict }));

    // the lease of a limit of ten is one credit
    if (strict) expect(admitted).toBe(10);
    else expect(Math.abs(admitted - 10)).toBeLessThanOrEqual(limiters.length);
    expect(decisions.filter(({ allowed }) => !allowed).every(({ violated }) => violated.join() === 'user')).toBe(true);
  });

  it('takes nothing of the other levels when one refuses', async () => {
    const limiter = await aLimiter();

    const decisions = await inOneWindow(async (tenant) => {
      await blast([limiter], aUserOf(tenant, 'usr_1'), { requests: 300, strict: true });
      return blast([limiter], tenant, { requests: 200, strict: true });
    });

    expect(decisions.admitted).toBe(90);
  });

  it('gives every user a counter of their own, and all together that of the tenant', async () => {
    const limiters = [await aLimiter(), await aLimiter()];

    const admitted = await inOneWindow(async (tenant) => {
      const users = Array.from({ length: 20 }, (_, index) => aUserOf(tenant, `usr_${index}`));
      const blasts = await Promise.all(users.map((user) => blast(limiters, user, { requests: 100, strict: true })));
      return blasts.map((one) => one.admitted);
    });

    expect(Math.max(...admitted)).toBeLessThanOrEqual(10);
    expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  it('answers without a promise while all levels have leased credits', async () => {
    const limiter = await aLimiter();
    const level = { id: 'app_1', policies: [{ name: 'app', limit: 5_000, windowSeconds: 60 }] };
    const tenant = aTenant({ requestsPerMinute: 10_000, burstPerSecond: 1_000 });
    const subject = { ...tenant, levels: [...tenant.levels, level] };
    await limiter.take(subject);

    const decision = limiter.take(subject);

    expect(decision).toMatchObject({ allowed: true, policies: [{ name: 'tenant' }, { name: 'burst' }, { name: 'app' }] });
  });

  it('costs one call for everybody who waits, whoever they are', async () => {
    const access = await aRedis();
    const limiter = access.rateLimiter(PATIENT);
    const tenant = aTenant({ requestsPerMinute: 100_000, burstPerSecond: 100_000 });

    const decisions = await Promise.all(Array.from({ length: 500 }, async (_, index) => limiter.take(aUserOf(tenant, `usr_${index}`))));

    const calls = /^caas_ratelimit_leases_total\{.*outcome="granted".*\} (\d+)$/m.exec((await access.metrics.render()).body)?.[1];
    expect(decisions.every(({ allowed }) => allowed)).toBe(true);
    expect(Number(calls)).toBeLessThanOrEqual(3);
  });

  it('says how tight the tightest level is', async () => {
    const limiter = await aLimiter();

    const decision = await inOneWindow(async (tenant) => {
      await limiter.take(aUserOf(tenant, 'usr_1'), { strict: true });
      return limiter.take(aUserOf(tenant, 'usr_1'), { strict: true });
    });

    expect(decision).toMatchObject({ policy: { name: 'user', limit: 10 }, remaining: 8, violated: [] });
  });
});

describe('rate limiter without Redis', () => {
  it('bounds every level', async () => {
    const access = await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 });
    const tenant = aTenant({ requestsPerMinute: 100, burstPerSecond: 1e9 });
    const subject = { ...tenant, levels: [...tenant.levels, { id: 'usr_1', policies: [{ name: 'user', limit: 7, windowSeconds: 60 }] }] };

    const limiter = access.rateLimiter();
    const user = await blast([limiter], subject, { requests: 100 });
    const rest = await blast([limiter], tenant, { requests: 200 });

    expect([user.admitted, rest.admitted]).toEqual([7, 93]);
  });

  it('decides locally with the limit divided by the number of processes', async () => {
    const access = await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 });
    const limiter = access.rateLimiter({ localDivisor: 2 });

    const { admitted, decisions } = await blast([limiter], aTenant({ requestsPerMinute: 100, burstPerSecond: 1e9 }), { requests: 200 });

    expect(admitted).toBe(50);
    expect(decisions.every(({ source }) => source === 'local')).toBe(true);
  });

  it('waits for a frozen Redis three times at most, then not at all', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const limiter = (await aRedis({ url: proxy.url })).rateLimiter({ retryAfterMs: 60_000 });
    const tenant = aTenant({ requestsPerMinute: 1_000, burstPerSecond: 1_000 });
    proxy.hold();
    const started = performance.now();

    for (let request = 0; request < 3; request++) expect(await limiter.take(tenant)).toMatchObject({ allowed: true, source: 'local' });
    const waited = performance.now() - started;
    const decision = limiter.take(tenant);

    expect(waited).toBeLessThan(3 * 50 + 100);
    expect(decision).toMatchObject({ allowed: true, source: 'local' });
  });

  it('shares limits again soon after Redis is back', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const limiter = (await aRedis({ url: proxy.url })).rateLimiter({ retryAfterMs: 20 });
    const tenant = aTenant({ requestsPerMinute: 100_000, burstPerSecond: 100_000 });
    await proxy.cut();
    for (let request = 0; request < 3; request++) expect(await limiter.take(aTenant())).toMatchObject({ source: 'local' });

    await proxy.restore();
    let decision = await limiter.take(tenant);
    while (decision.source === 'local') {
      await new Promise((resolve) => setImmediate(resolve));
      decision = await limiter.take(tenant);
    }

    expect(decision).toMatchObject({ allowed: true, source: 'shared' });
  });

  it('goes on spending what was leased', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const limiter = (await aRedis({ url: proxy.url })).rateLimiter(PATIENT);
    const tenant = aTenant({ requestsPerMinute: 10_000, burstPerSecond: 1_000 });
    expect(await limiter.take(tenant)).toMatchObject({ source: 'shared' });

    await proxy.cut();

    expect(limiter.take(tenant)).toMatchObject({ allowed: true, source: 'shared' });
  });
});
