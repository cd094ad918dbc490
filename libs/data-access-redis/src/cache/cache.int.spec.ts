import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { aRedis, closeAll, closing, redisUrl, until } from '../client/redis.fixture.js';
import { TcpProxy } from '../client/tcp-proxy.fixture.js';
import { type Cache } from './cache.js';

afterEach(closeAll);

interface Thing {
  readonly version: number;
}

/** A store of one thing that counts how often it is read. */
function aStore(thing: Thing | undefined = { version: 1 }) {
  const store = { thing, loads: 0, load: async (): Promise<Thing | undefined> => (store.loads++, store.thing) };
  return store;
}

const LASTING = { l1TtlMs: 60_000, l1Max: 100, ttlMs: 60_000 };

/** Waits until that many processes listen for the invalidations of a cache. */
async function listening(name: string, listeners: number): Promise<void> {
  const redis = new Redis(redisUrl());
  for (;;) {
    const [, count] = (await redis.pubsub('NUMSUB', `cache:${name}`)) as [string, number];
    if (Number(count) === listeners) break;
  }
  redis.disconnect();
}

/** The same cache in two processes. */
async function twoProcesses(options = LASTING): Promise<{ name: string; one: Cache<Thing>; two: Cache<Thing> }> {
  const name = `things-${randomUUID()}`;
  const [one, two] = [(await aRedis()).cache<Thing>(name, options), (await aRedis()).cache<Thing>(name, options)];
  await listening(name, 2);
  return { name, one, two };
}

describe('cache', () => {
  it('loads once and then answers without a promise', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    await one.get('a', store.load);

    expect(one.get('a', store.load)).toEqual({ version: 1 });
    expect(store.loads).toBe(1);
  });

  it('lets one of many parallel misses load', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    const values = await Promise.all(Array.from({ length: 50 }, async () => one.get('a', store.load)));

    expect(new Set(values.map((value) => value?.version))).toEqual(new Set([1]));
    expect(store.loads).toBe(1);
  });

  it('shares what one process loaded', async () => {
    const { name, one, two } = await twoProcesses();
    const store = aStore();
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });

    await one.get('a', store.load);
    await until(async () => (await redis.exists(`cache:{${name}:a}`)) === 1);

    expect(await two.get('a', store.load)).toEqual({ version: 1 });
    expect(store.loads).toBe(1);
  });

  it('remembers that there is no such thing', async () => {
    const { one } = await twoProcesses();
    const store = { ...aStore(), loads: 0 };
    const load = async (): Promise<Thing | undefined> => (store.loads++, undefined);

    await one.get('a', load);

    expect(one.get('a', load)).toBeUndefined();
    expect(store.loads).toBe(1);
  });

  it('does not remember a failure', async () => {
    const { one } = await twoProcesses();
    const store = aStore();

    await expect(one.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');

    expect(await one.get('a', store.load)).toEqual({ version: 1 });
  });

  it('forgets in every process when one invalidates', async () => {
    const { one, two } = await twoProcesses();
    const store = aStore();
    await one.get('a', store.load);
    await two.get('a', store.load);

    store.thing = { version: 2 };
    await one.invalidate('a');
    await until(async () => (await two.get('a', store.load))?.version === 2);

    expect(await one.get('a', store.load)).toEqual({ version: 2 });
  });

  it('does not keep what was loaded before an invalidation and arrived after it', async () => {
    const { name, one, two } = await twoProcesses();
    const store = aStore();
    let arrive = (): void => undefined;
    const slow = two.get('a', async () => {
      const read = await store.load();
      await new Promise<void>((resolve) => (arrive = resolve));
      return read;
    });
    await until(() => store.loads === 1);

    store.thing = { version: 2 };
    await one.invalidate('a');
    arrive();
    await slow;

    await until(async () => (await two.get('a', store.load))?.version === 2);
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });
    await until(async () => (await redis.get(`cache:{${name}:a}`)) !== null);
    expect(await redis.get(`cache:{${name}:a}`)).toBe('{"version":2}');
  });

  it('loads from the store while Redis is away', async () => {
    const cache = (await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 })).cache<Thing>('away', LASTING);
    const store = aStore();

    expect(await cache.get('a', store.load)).toEqual({ version: 1 });
    await cache.invalidate('a');
    store.thing = { version: 2 };

    expect(await cache.get('a', store.load)).toEqual({ version: 2 });
  });

  it('sends an invalidation later that Redis could not take', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const name = `things-${randomUUID()}`;
    const store = aStore();
    const cutOff = (await aRedis({ url: proxy.url })).cache<Thing>(name, LASTING);
    const other = (await aRedis()).cache<Thing>(name, LASTING);
    await listening(name, 2);
    await other.get('a', store.load);

    await proxy.cut();
    store.thing = { version: 2 };
    await cutOff.invalidate('a');
    expect(other.get('a', store.load)).toEqual({ version: 1 });
    await proxy.restore();

    await until(async () => (await other.get('a', store.load))?.version === 2);
    expect(store.loads).toBe(2);
  });

  it('trusts nothing that it has after it may have missed invalidations', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const name = `things-${randomUUID()}`;
    const store = aStore();
    const cache = (await aRedis({ url: proxy.url })).cache<Thing>(name, { l1TtlMs: 60_000, l1Max: 100 });
    await listening(name, 1);
    await cache.get('a', store.load);

    store.thing = { version: 2 };
    await proxy.cut();

    await until(async () => (await cache.get('a', store.load))?.version === 2);
    expect(store.loads).toBe(2);
  });
});
