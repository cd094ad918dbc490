import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';

afterEach(closeAll);

describe('a lease', () => {
  it('is held by one process, which may renew it, until it gives it up', async () => {
    const name = randomUUID();
    const [one, two] = [(await aRedis()).lease(name, { ttlMs: 60_000 }), (await aRedis()).lease(name, { ttlMs: 60_000 })];

    expect([await one.take(), await two.take(), await one.take()]).toEqual([true, false, true]);
    await two.release();
    expect(await two.take()).toBe(false);
    await one.release();

    expect(await two.take()).toBe(true);
  });

  it('ends by itself when its holder is silent', async () => {
    const name = randomUUID();
    const [one, two] = [(await aRedis()).lease(name, { ttlMs: 50 }), (await aRedis()).lease(name, { ttlMs: 50 })];
    await one.take();

    await until(() => two.take());

    expect(await one.take()).toBe(false);
  });

  it('is not to be had without Redis', async () => {
    const lease = (await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 })).lease(randomUUID(), { ttlMs: 50 });

    await expect(lease.take()).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });
});
