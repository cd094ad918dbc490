import { afterEach, describe, expect, it } from '@jest/globals';
import { aRedis, closeAll, closing, redisUrl, until } from '../client/redis.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aBareRedis, aProcess, aSubject, PATIENT, takeMany, usedOf } from './quota.fixture.js';
import { quotaKey } from './quota-subject.js';

afterEach(closeAll);

describe('when Redis is away', () => {
  it('decides by the last known value and what this process spent, and reports it later, once', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const { ledger } = await aProcess({ timeoutMs: 50, retryAfterMs: 1 }, proxy.url);
    const other = await aProcess();
    const subject = aSubject({ limit: 20, counting: 'commit' });
    await takeMany([ledger], subject, 5);

    await proxy.cut();
    const readings = [];
    for (let check = 0; check < 25; check++) readings.push(await ledger.take(subject, 1));
    expect(readings.filter(({ allowed }) => allowed)).toHaveLength(15);
    expect(readings.every(({ source }) => source === 'local')).toBe(true);
    await proxy.restore();

    await until(async () => {
      await ledger.report();
      return (await usedOf(other.counters, subject)) === 20;
    });
    await ledger.report();
    expect(await usedOf(other.counters, subject)).toBe(20);
  });

  it('allows what nobody knows, and counts it later', async () => {
    const access = await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 });
    const ledger = access.quotaLedger({ ...PATIENT, startOf: () => Promise.reject(new Error('down')) });

    expect(await ledger.take(aSubject({ limit: 1 }), 3)).toEqual({ allowed: true, used: 3, source: 'local' });
    expect((await access.metrics.render()).body).toContain('caas_quota_fallbacks_total{reason="unknown",service="spec"} 1');
  });

  it('holds to the last value that was written down when this process knows none', async () => {
    const access = await aRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 0 });
    const ledger = access.quotaLedger({ ...PATIENT, startOf: async () => ({ used: 9, recount: true }) });
    const subject = aSubject({ limit: 10 });

    await ledger.take(subject, 1);
    await until(async () => !(await ledger.take(subject, 1)).allowed);
  });

  it('counts a report once although its answer was lost', async () => {
    const proxy = closing(await TcpProxy.to(redisUrl()));
    const { ledger } = await aProcess({ timeoutMs: 20, retryAfterMs: 1 }, proxy.url);
    const other = await aProcess();
    const subject = aSubject({ limit: 100, counting: 'commit' });
    await ledger.take(subject, 1);

    proxy.hold();
    await ledger.count(subject, 10);
    await proxy.cut();
    await proxy.restore();
    await until(async () => {
      await ledger.report();
      return (await usedOf(other.counters, subject)) === 11;
    });
    await ledger.report();

    expect(await usedOf(other.counters, subject)).toBe(11);
  });
});

describe('when Redis lost the counter', () => {
  it('starts from the value that was written down, and adds what was not in it', async () => {
    const started: number[] = [];
    const startOf = async () => (started.push(1), { used: 40, recount: true });
    const [one, two] = [await aProcess({ startOf }), await aProcess({ startOf })];
    const subject = aSubject({ limit: 100, counting: 'commit' });
    await aBareRedis().del(quotaKey(subject));
    await one.ledger.take(subject, 2);
    await two.ledger.take(subject, 3);
    expect(await usedOf(one.counters, subject)).toBe(45);

    await aBareRedis().del(quotaKey(subject));
    await one.ledger.take(subject, 1);
    await two.ledger.take(subject, 1);

    expect(await one.counters.read(subject)).toMatchObject({ used: 42, recount: true });
    expect(started).toHaveLength(2);
  });

  it('keeps a repair that moves the counter while others count', async () => {
    const { ledger, counters } = await aProcess();
    const subject = aSubject({ limit: 100, counting: 'commit' });
    await ledger.take(subject, 10);

    await counters.adjust(subject, -4);
    await ledger.take(subject, 1);

    expect(await usedOf(counters, subject)).toBe(7);
  });
});

describe('counters that moved', () => {
  it('are listed until they were written down as they are', async () => {
    const { ledger, counters } = await aProcess();
    const subject = aSubject({ counting: 'commit' });
    const mine = async () => (await counters.dirty(100_000)).filter(({ tenantId }) => tenantId === subject.tenantId);
    await ledger.take(subject, 1);
    const before = await mine();

    await until(async () => {
      await ledger.take(subject, 1);
      return (await mine())[0]?.markedAt !== before[0]?.markedAt;
    });
    await counters.settle(before);
    expect(await mine()).toHaveLength(1);
    await counters.settle(await mine());

    expect(await mine()).toEqual([]);
  });
});
