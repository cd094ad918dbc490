import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type ReplyChannel } from '@caas/runtime';
import { Redis } from 'ioredis';
import { aRedis, closeAll, closing, redisUrl } from '../client/redis.fixture.js';
import { TcpProxy } from '@caas/testing/network';

afterEach(closeAll);

/** Resolves once the channel of that address has so many listeners. */
async function listening(address: string, listeners = 1): Promise<void> {
  const redis = new Redis(redisUrl());
  for (;;) {
    const [, count] = (await redis.pubsub('NUMSUB', `reply:${address}`)) as [string, number];
    if (Number(count) === listeners) break;
  }
  redis.disconnect();
}

/** A gateway's end of the channel, listening, and a worker's end. */
async function ends(url = redisUrl()): Promise<{ gateway: ReplyChannel; worker: ReplyChannel }> {
  const address = `gateway-${randomUUID()}`;
  const gateway = (await aRedis({ url })).replies(address);
  const worker = (await aRedis()).replies(`worker-${randomUUID()}`);
  await gateway.waitFor('first', { timeoutMs: 0 });
  await listening(address);
  return { gateway, worker };
}

describe('reply channel', () => {
  it('brings an answer to the waiter with the same correlation id', async () => {
    const { gateway, worker } = await ends();
    const one = gateway.waitFor('one', { timeoutMs: 10_000 });
    const two = gateway.waitFor('two', { timeoutMs: 10_000 });

    await worker.publish(gateway.address, 'two', { outcome: 'rejected' });
    await worker.publish(gateway.address, 'one', { outcome: 'persisted', sequence: 7 });

    expect(await Promise.all([one, two])).toEqual([{ outcome: 'persisted', sequence: 7 }, { outcome: 'rejected' }]);
  });

  it('ends without an answer when the time is up or the caller gives up', async () => {
    const { gateway } = await ends();
    const abort = new AbortController();
    const aborted = gateway.waitFor('given-up', { timeoutMs: 60_000, signal: abort.signal });

    abort.abort();

    expect(await aborted).toBeUndefined();
    expect(await gateway.waitFor('late', { timeoutMs: 5 })).toBeUndefined();
    expect(await gateway.waitFor('dead', { timeoutMs: 60_000, signal: abort.signal })).toBeUndefined();
  });

  it('does not reach another instance', async () => {
    const { gateway, worker } = await ends();
    const other = await ends();
    const waiting = other.gateway.waitFor('same-id', { timeoutMs: 10_000 });

    await worker.publish(gateway.address, 'same-id', { to: 'gateway' });
    await worker.publish(other.gateway.address, 'same-id', { to: 'other' });

    expect(await waiting).toEqual({ to: 'other' });
  });

  it('opens no subscriber connection before somebody waits', async () => {
    const name = `quiet-${randomUUID()}`;
    const access = await aRedis({ name });
    const redis = new Redis(redisUrl());
    closing({ close: async () => redis.disconnect() });

    await access.replies('quiet').publish('nobody', 'id', {});

    expect(String(await redis.client('LIST')).includes(`${name}:subscriber`)).toBe(false);
  });

  it('survives a lost connection', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const { gateway, worker } = await ends(proxy.url);

    await proxy.cut();
    await listening(gateway.address, 0);
    await proxy.restore();
    await listening(gateway.address, 1);
    const waiting = gateway.waitFor('after', { timeoutMs: 10_000 });
    await worker.publish(gateway.address, 'after', { still: 'here' });

    expect(await waiting).toEqual({ still: 'here' });
  });

  it('refuses more waiters than it can hold', async () => {
    const channel = (await aRedis()).replies(`full-${randomUUID()}`, { waitersMax: 1 });
    const abort = new AbortController();
    const first = channel.waitFor('one', { timeoutMs: 60_000, signal: abort.signal });

    await expect(channel.waitFor('two', { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });

    abort.abort();
    expect(await first).toBeUndefined();
    expect(await channel.waitFor('three', { timeoutMs: 1 })).toBeUndefined();
  });

  it('never fails a publisher', async () => {
    const access = await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 });

    await access.replies('worker').publish('gateway', 'id', { lost: true });

    expect((await access.metrics.render()).body).toMatch(/caas_replies_total\{.*outcome="unsent".*\} 1/);
  });

  it('ends all waits when the connection is closed on purpose', async () => {
    const access = await aRedis();
    const waiting = access.replies(`closing-${randomUUID()}`).waitFor('id', { timeoutMs: 60_000 });

    await access.close();

    expect(await waiting).toBeUndefined();
  });
});
