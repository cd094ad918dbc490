import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aRedis, closeAll, closing, redisUrl, until } from '../client/redis.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aStore, LASTING, listening, listKeys, type Thing, twoProcesses } from './cache.fixture.js';

afterEach(closeAll);

describe('cache when others fail', () => {
  it('does not wait for ever for a process that died while it loaded', async () => {
    const { name, one, two } = await twoProcesses();
    const store = aStore();
    void one.wrap('a', () => new Promise(() => undefined));
    await until(async () => (await listKeys(`cache:{${name}:*:lock`)).length > 0);

    expect(await two.wrap('a', store.load)).toEqual({ version: 1 });
  });

  it('lets the next one load when a load failed', async () => {
    const { one, two } = await twoProcesses();
    const store = aStore();
    const failing = expect(one.wrap('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');

    expect(await two.wrap('a', store.load)).toEqual({ version: 1 });
    await failing;
  });

  it('waits for a frozen Redis a few times only, and tells so', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const access = await aRedis({ url: proxy.url });
    const cache = access.cache<Thing>(`things-${randomUUID()}`, LASTING);
    const store = aStore();
    await cache.wrap('warm', store.load);
    proxy.hold();
    const started = performance.now();

    for (let read = 0; read < 50; read++) expect(await cache.wrap(`k${read}`, store.load)).toEqual({ version: 1 });

    expect(performance.now() - started).toBeLessThan(1_000);
    const { body } = await access.metrics.render();
    expect(Number(/^cache_bypasses_total\{.*\} (\d+)$/m.exec(body)?.[1])).toBe(50);
    expect(body).toContain('cache_circuit_state{service="spec"} 2');
  });

  it('does not read what it could not yet invalidate', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const name = `things-${randomUUID()}`;
    const store = aStore();
    const cache = (await aRedis({ url: proxy.url })).cache<Thing>(name, LASTING);
    await cache.set('a', { version: 1 });
    store.thing = { version: 2 };
    proxy.hold();
    await cache.delete('a');
    proxy.release();

    expect(await cache.wrap('a', store.load)).toEqual({ version: 2 });
    await until(async () => (await cache.get('a'))?.version === 2);
  });

  it('loads from the store while Redis is away', async () => {
    const cache = (await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 })).cache<Thing>('away', LASTING);
    const store = aStore();

    expect(await cache.wrap('a', store.load)).toEqual({ version: 1 });
    await cache.delete('a');
    store.thing = { version: 2 };

    expect(await cache.wrap('a', store.load)).toEqual({ version: 2 });
  });

  it('sends an invalidation later that Redis could not take', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const name = `things-${randomUUID()}`;
    const store = aStore();
    const cutOff = (await aRedis({ url: proxy.url })).cache<Thing>(name, LASTING);
    const other = (await aRedis()).cache<Thing>(name, LASTING);
    await listening(name, 2);
    await other.wrap('a', store.load);

    await proxy.cut();
    store.thing = { version: 2 };
    await cutOff.delete('a');
    expect(other.wrap('a', store.load)).toEqual({ version: 1 });
    await proxy.restore();

    await until(async () => (await other.wrap('a', store.load))?.version === 2);
    expect(store.loads).toBe(2);
  });

  it('trusts nothing that it has after it may have missed invalidations', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const name = `things-${randomUUID()}`;
    const store = aStore();
    const cache = (await aRedis({ url: proxy.url })).cache<Thing>(name, { l1TtlMs: 60_000, l1Max: 100 });
    await listening(name, 1);
    await cache.wrap('a', store.load);

    store.thing = { version: 2 };
    await proxy.cut();

    await until(async () => (await cache.wrap('a', store.load))?.version === 2);
    expect(store.loads).toBe(2);
  });
});
