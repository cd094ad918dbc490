import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@caas/testing';
import { stack } from '@caas/testing/stack';
import { FailureGuard, type FailureGuardOptions } from './failure-guard.js';

const MINUTE_MS = 60_000;

describe('FailureGuard', () => {
  let redis: Redis;
  let away: Redis;
  let now: number;
  let ip: string;
  let blocked: string[];
  beforeAll(() => {
    redis = new Redis(stack().redis_url);
    away = new Redis('redis://127.0.0.1:1', { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  });
  afterAll(() => {
    redis.disconnect();
    away.disconnect();
  });
  beforeEach(() => {
    now = 1_800_000_000_000;
    ip = randomUUID(); // an address that nobody else fails from
    blocked = [];
  });

  const aGuard = (options: FailureGuardOptions = {}, client = redis) =>
    new FailureGuard(client, { now: () => now, onBlocked: (address) => blocked.push(address), ...options });
  const fail = (guard: FailureGuard, times: number, { subject = 'key', everyMs = 0 } = {}) => {
    for (let count = 0; count < times; count += 1) {
      guard.failed({ ip, subject });
      now += everyMs;
    }
  };
  const answer = (guard: FailureGuard, subject = 'key') => {
    try {
      guard.check({ ip, subject });
      return 'ok';
    } catch (error) {
      const { code, details } = error as { code: string; details: { retryAfterSeconds?: number } };
      return details.retryAfterSeconds === undefined ? code : [code, details.retryAfterSeconds];
    }
  };

  it.each([
    ['with Redis', () => redis],
    ['without Redis', () => away],
  ])('pauses an address after five failures in a minute, until the window has passed (%s)', (_, client) => {
    const guard = aGuard({}, client());
    fail(guard, 4, { everyMs: 1_000 });
    expect(answer(guard)).toBe('ok');

    fail(guard, 1);

    expect(answer(guard)).toEqual(['AUTH_TOO_MANY_FAILURES', 56]);
    expect(answer(guard, 'other')).toEqual(['AUTH_TOO_MANY_FAILURES', 56]);
    now += 56_000;
    expect(answer(guard, 'other')).toBe('ok');
  });

  it('then takes one attempt a minute of the same subject, for an hour', () => {
    const guard = aGuard();
    fail(guard, 5, { everyMs: 50_000 });

    expect(answer(guard)).toBe('ok');
    expect(answer(guard)).toEqual(['AUTH_TOO_MANY_FAILURES', 60]);
    expect(answer(guard, 'other')).toBe('ok');
    now += MINUTE_MS;
    expect([answer(guard), answer(guard)]).toEqual(['ok', ['AUTH_TOO_MANY_FAILURES', 60]]);
    now += 60 * MINUTE_MS;
    expect([answer(guard), answer(guard)]).toEqual(['ok', 'ok']);
  });

  it('refuses an address for a day after ten failures in five minutes, whatever it tried, and tells of it once', () => {
    const guard = aGuard();
    for (let count = 0; count < 9; count += 1) fail(guard, 1, { subject: `key ${count}`, everyMs: 20_000 });
    expect(blocked).toEqual([]);

    fail(guard, 2, { subject: 'key 9' });

    expect(answer(guard, 'anything')).toBe('AUTH_IP_BLOCKED');
    expect(blocked).toEqual([ip]);
    now += 24 * 60 * MINUTE_MS;
    expect(answer(guard, 'anything')).toBe('ok');
  });

  it('forgets failures that lie far apart', () => {
    const guard = aGuard();
    fail(guard, 20, { everyMs: 2 * MINUTE_MS });

    expect(answer(guard)).toBe('ok');
  });

  it('counts what other processes have seen', async () => {
    const [one, other] = [aGuard(), aGuard()];
    fail(one, 9, { everyMs: 20_000 });
    await waitUntil('Redis has them', async () => (await redis.llen(`authfail:{${ip}}`)) === 9 || undefined);

    fail(other, 1);

    await waitUntil('the address is refused', () => answer(other) === 'AUTH_IP_BLOCKED' || undefined);
  });

  it('does not mind addresses that are exempt, nor those that never failed', () => {
    const guard = aGuard({ isExempt: (address) => address === ip });
    fail(guard, 50);

    expect(answer(guard)).toBe('ok');
    expect(blocked).toEqual([]);
  });
});
