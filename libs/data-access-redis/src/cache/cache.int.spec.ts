import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';
import { aBareRedis, aStore, LASTING, type Thing, twoProcesses } from './cache.fixture.js';

afterEach(closeAll);

describe('cache', () => {
  it('loads once and then answers without a promise', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    await one.wrap('a', store.load);

    expect(one.wrap('a', store.load)).toEqual({ version: 1 });
    expect(store.loads).toBe(1);
  });

  it('lets one of many parallel misses load', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    const values = await Promise.all(Array.from({ length: 50 }, async () => one.wrap('a', store.load)));

    expect(new Set(values.map((value) => value?.version))).toEqual(new Set([1]));
    expect(store.loads).toBe(1);
  });

  it('shares what one process loaded', async () => {
    const { name, one, two } = await twoProcesses();
    const store = aStore();
    const redis = aBareRedis();

    await one.wrap('a', store.load);
    await until(async () => (await redis.exists(`cache:{${name}:a}`)) === 1);

    expect(await two.wrap('a', store.load)).toEqual({ version: 1 });
    expect(store.loads).toBe(1);
  });

  it('remembers that there is no such thing', async () => {
    const { one } = await twoProcesses();
    const store = { ...aStore(), loads: 0 };
    const load = async (): Promise<Thing | undefined> => (store.loads++, undefined);

    await one.wrap('a', load);

    expect(one.wrap('a', load)).toBeUndefined();
    expect(store.loads).toBe(1);
  });

  it('does not remember a failure', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    await expect(one.wrap('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');

    expect(await one.wrap('a', store.load)).toEqual({ version: 1 });
  });

  it('forgets in every process when one invalidates', async () => {
    const { one, two } = await twoProcesses();
    const store = aStore();
    await one.wrap('a', store.load);
    await two.wrap('a', store.load);

    store.thing = { version: 2 };
    await one.delete('a');
    await until(async () => (await two.wrap('a', store.load))?.version === 2);

    expect(await one.wrap('a', store.load)).toEqual({ version: 2 });
  });

  it('does not keep what was loaded before an invalidation and arrived after it', async () => {
    const { name, one, two } = await twoProcesses();
    const store = aStore();
    let arrive = (): void => undefined;
    const slow = two.wrap('a', async () => {
      const read = await store.load();
      await new Promise<void>((resolve) => (arrive = resolve));
      return read;
    });
    await until(() => store.loads === 1);

    store.thing = { version: 2 };
    await one.delete('a');
    arrive();
    await slow;

    await until(async () => (await two.wrap('a', store.load))?.version === 2);
    const redis = aBareRedis();
    await until(async () => (await redis.get(`cache:{${name}:a}`)) !== null);
    expect(await redis.get(`cache:{${name}:a}`)).toMatch(/^\d+ \{"version":2\}$/);
  });

  it('lets one of several processes load', async () => {
    const name = `things-${randomUUID()}`;
    const processes = await Promise.all(Array.from({ length: 5 }, async () => (await aRedis()).cache<Thing>(name, LASTING)));
    const store = aStore();

    const values = await Promise.all(processes.map(async (cache) => cache.wrap('a', store.load)));

    expect(values).toEqual(Array(5).fill({ version: 1 }));
    expect(store.loads).toBe(1);
  });

  it('counts hits, misses and evictions by its name', async () => {
    const access = await aRedis();
    const cache = access.cache<Thing>('counted', { l1TtlMs: 60_000, l1Max: 2 });
    const store = aStore();
    for (const key of ['a', 'a', 'b', 'c']) await cache.wrap(key, store.load);

    const { body } = await access.metrics.render();
    for (const line of [
      'cache_hits_total{cache="counted",level="l1",service="spec"} 1',
      'cache_misses_total{cache="counted",service="spec"} 3',
    ]) {
      expect(body).toContain(line);
    }
    expect(body).toContain('cache_evictions_total{cache="counted",service="spec"} 1');
    expect(body).toContain('cache_local_entries{service="spec"} 2');
  });
});
