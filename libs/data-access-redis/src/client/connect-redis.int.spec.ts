import { afterEach, describe, expect, it } from '@jest/globals';
import { aRedis, closeAll, closing, redisUrl, until } from './redis.fixture.js';
import { TcpProxy } from '@caas/testing/network';

afterEach(closeAll);

describe('connection', () => {
  it('is healthy when Redis answers', async () => {
    const { latencyMs } = await (await aRedis()).health();

    expect(latencyMs).toBeGreaterThan(0);
  });

  it('rejects within its time when there is no Redis', async () => {
    await expect(aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'SYS_UNAVAILABLE',
      retryable: true,
    });
  });

  it('rejects at once, and for good, when Redis refuses the login', async () => {
    const url = redisUrl().replace(/\/\/([^@]*@)?/, '//nobody:guessed@');

    await expect(aRedis({ url, connectTimeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'SYS_UNAVAILABLE',
      retryable: false,
      details: { reason: 'REDIS_ACCESS_REFUSED' },
    });
  });

  it('fails calls at once while Redis is away, and works again when it is back', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const access = await aRedis({ url: proxy.url });
    await proxy.cut();

    const started = performance.now();
    await expect(access.health()).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', details: { retryAfterSeconds: 1 } });
    expect(performance.now() - started).toBeLessThan(100);

    await proxy.restore();
    await until(() =>
      access.health().then(
        () => true,
        () => false,
      ),
    );
  });

  it('fails a call that a frozen Redis does not answer', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const access = await aRedis({ url: proxy.url, commandTimeoutMs: 50 });

    proxy.hold();

    await expect(access.health()).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });

  it('may be closed twice', async () => {
    const access = await aRedis();

    await access.close();
    await access.close();

    await expect(access.health()).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });
});
