import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';
import { aBareRedis, aStore, LASTING, type Thing, twoProcesses } from './cache.fixture.js';

afterEach(closeAll);

describe('what a cache holds', () => {
  it('keeps dates, integers and binary in Redis as they are', async () => {
    const name = `things-${randomUUID()}`;
    const thing = { at: new Date(1), sequence: 2n ** 60n, content: new Uint8Array([1, 2]) };
    await (await aRedis()).cache<typeof thing>(name, LASTING).set('a', thing);

    expect(await (await aRedis()).cache<typeof thing>(name, LASTING).get('a')).toEqual(thing);
  });

  it('puts a value in place of another one everywhere', async () => {
    const { one, two } = await twoProcesses();
    const store = aStore();
    await one.wrap('a', store.load);
    await two.wrap('a', store.load);

    await one.set('a', { version: 2 });
    await until(async () => (await two.wrap('a', store.load))?.version === 2);

    expect(one.wrap('a', store.load)).toEqual({ version: 2 });
    expect(store.loads).toBe(1);
  });

  it('reads without loading', async () => {
    const { one, two } = await twoProcesses();
    await one.set('a', { version: 1 });

    expect([await two.get('a'), await two.get('b')]).toEqual([{ version: 1 }, undefined]);
  });

  it('hands out the old value while one reader loads the new one', async () => {
    const { one } = await twoProcesses({ ...LASTING, l1TtlMs: 20, ttlMs: 20, staleMs: 60_000 });
    const store = aStore();
    await one.wrap('a', store.load);
    store.thing = { version: 2 };

    const seen = new Set<number | undefined>();
    await until(async () => {
      const value = one.wrap('a', store.load);
      expect(value).not.toBeInstanceOf(Promise);
      seen.add((await value)?.version);
      return seen.has(2);
    });

    expect(seen).toEqual(new Set([1, 2]));
  });

  it('keeps the old value when the new one cannot be loaded', async () => {
    const { one } = await twoProcesses({ ...LASTING, l1TtlMs: 5, ttlMs: 5, staleMs: 60_000 });
    await one.wrap('a', aStore().load);
    let failures = 0;

    await until(async () => {
      expect(await one.wrap('a', async () => Promise.reject(new Error(`down ${failures++}`)))).toEqual({ version: 1 });
      return failures > 2;
    });
  });

  it('believes no longer than five seconds that there is no such thing', async () => {
    const { name, one } = await twoProcesses({ ...LASTING, negativeTtlMs: 60_000 });
    const redis = aBareRedis();
    await one.wrap('a', async () => undefined);
    await until(async () => (await redis.exists(`cache:{${name}:a}`)) === 1);

    expect(await redis.pttl(`cache:{${name}:a}`)).toBeLessThanOrEqual(5_500);
  });

  it('spreads lifetimes by a tenth', async () => {
    const { name, one } = await twoProcesses();
    const redis = aBareRedis();
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);

    await Promise.all(keys.map((key) => one.set(key, { version: 1 })));

    const lifetimes = await Promise.all(keys.map((key) => redis.pttl(`cache:{${name}:${key}}`)));
    expect(Math.min(...lifetimes)).toBeGreaterThan(50_000);
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(66_000);
    expect(Math.max(...lifetimes) - Math.min(...lifetimes)).toBeGreaterThan(2_000);
  });

  it('forgets what fits a pattern everywhere, and nothing else', async () => {
    const { one, two } = await twoProcesses();
    const keys = ['user:1:a', 'user:1:b', 'user:2:a', 'user?1:a'];
    const store = aStore();
    await Promise.all(keys.map((key) => one.set(key, { version: 1 })));
    await Promise.all(keys.map(async (key) => two.wrap(key, store.load)));

    await one.deletePattern('user:1:*');
    await until(async () => (await two.get('user:1:a')) === undefined);

    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual([undefined, undefined, { version: 1 }, { version: 1 }]);
    expect(await Promise.all(keys.map((key) => one.get(key)))).toEqual([undefined, undefined, { version: 1 }, { version: 1 }]);
  });

  it('writes to the store first and caches nothing that it refused', async () => {
    const stored: unknown[] = [];
    const name = `things-${randomUUID()}`;
    const through = async (entry: { key: string; value: Thing }): Promise<void> => {
      if (entry.value.version === 2) throw new Error('refused');
      stored.push(entry);
    };
    const cache = (await aRedis()).cache<Thing>(name, { ...LASTING, write: { through } });

    await cache.set('a', { version: 1 });
    await expect(cache.set('a', { version: 2 })).rejects.toThrow('refused');

    expect(stored).toEqual([{ key: 'a', value: { version: 1 } }]);
    expect(await cache.get('a')).toEqual({ version: 1 });
  });

  it('stores what was written behind when it closes', async () => {
    const stored: unknown[] = [];
    const access = await aRedis();
    const behind = { flushEveryMs: 3_600_000, store: async (entries: readonly unknown[]) => void stored.push(...entries) };
    const cache = access.cache<Thing>(`things-${randomUUID()}`, { ...LASTING, write: { behind } });
    await cache.set('a', { version: 1 });
    await cache.set('a', { version: 2 });
    expect(await cache.get('a')).toEqual({ version: 2 });
    expect(stored).toEqual([]);

    await access.close();

    expect(stored).toEqual([{ key: 'a', value: { version: 2 } }]);
  });
});
