import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from '@caas/testing/network';
import { examineRedis } from './examine-redis.js';
import { closeAll, closing, redisUrl } from './redis.fixture.js';

afterEach(closeAll);

const examine = (url: string, timeoutMs = 20_000) => examineRedis({ url, name: 'spec', timeoutMs });

describe('looking at Redis', () => {
  it('tells its version, its time and what it does when it is full', async () => {
    expect(await examine(redisUrl())).toEqual({
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      latencyMs: expect.any(Number),
      clock: { skewMs: expect.any(Number), uncertaintyMs: expect.any(Number) },
      version: expect.stringMatching(/^\d+\./),
      maxmemoryPolicy: 'noeviction',
    });
  });

  it('names a login that is refused', async () => {
    const url = redisUrl().replace(/\/\/([^@]*@)?/, '//nobody:guessed@');

    const { fault, ...rest } = await examine(url);

    expect(fault).toMatchObject({ kind: 'access_refused', said: expect.stringMatching(/^WRONGPASS/) });
    expect(JSON.stringify([fault, rest])).not.toContain('guessed');
  });

  it('names a server that is not there', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const { url } = proxy;
    await proxy.cut();

    expect(await examine(url)).toMatchObject({ fault: { kind: 'unreachable' } });
    expect(await examine('redis://no-such-host.invalid:6379')).toMatchObject({ fault: { kind: 'unknown_host' } });
  });

  it('names a server that does not answer', async () => {
    const silent = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };

    const { fault } = await examine(`redis://127.0.0.1:${port}`, 200);
    silent.close();

    expect(fault).toMatchObject({ kind: 'no_answer' });
  });
});
