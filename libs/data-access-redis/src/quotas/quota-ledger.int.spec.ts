import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closeAll, until } from '../client/redis.fixture.js';
import { aBareRedis, aProcess, aSubject, LEASE_FRACTION, PATIENT, takeMany, usedOf } from './quota.fixture.js';
import { quotaKey, type QuotaCrossing, type QuotaSubject } from './quota-subject.js';

afterEach(closeAll);

describe('usage that two processes count', () => {
  it('never exceeds the cap and counts exactly what was allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 100 }), async (limit, overage) => {
        const [one, two] = [await aProcess(), await aProcess()];
        const subject = aSubject({ limit, cap: limit + overage });

        const allowed = await takeMany([one.ledger, two.ledger], subject, (limit + overage) * 2);
        await one.ledger.report();
        await two.ledger.report();

        expect(allowed).toBeLessThanOrEqual(limit + overage);
        expect(allowed).toBeGreaterThanOrEqual(limit + overage - 2 * Math.ceil((limit + overage) * LEASE_FRACTION));
        expect(await usedOf(one.counters, subject)).toBe(allowed);
        await closeAll();
      }),
      { numRuns: 15 },
    );
  });

  it('admits at most one lease per process too much when processes die without a report', async () => {
    const subject = aSubject({ limit: 200 });
    const redis = aBareRedis();
    let spent = 0;
    for (let generation = 0; generation < 4; generation++) {
      const dying = await aProcess();
      spent += await takeMany([dying.ledger], subject, 20);
      await redis.hdel(quotaKey(subject), ...(await redis.hkeys(quotaKey(subject))).filter((field) => field.startsWith('i:'))); // its lease ends unreported
    }
    const last = await aProcess();
    spent += await takeMany([last.ledger], subject, 400);

    expect(spent).toBeLessThanOrEqual(200 + 5 * 200 * LEASE_FRACTION + 5);
    expect(spent).toBeGreaterThanOrEqual(200);
  });

  it('answers without a promise while leased credits are at hand', async () => {
    const { ledger } = await aProcess();
    const subject = aSubject({ limit: 1_000 });
    await ledger.take(subject, 1);

    expect(ledger.take(subject, 1)).toEqual({ allowed: true, used: 2, source: 'shared' });
  });

  it('asks Redis for few of the checks', async () => {
    const { access, ledger } = await aProcess();
    await takeMany([ledger], aSubject({ limit: 100_000 }), 10_000);

    const calls = /^caas_quota_reports_total\{.*outcome="ok".*\} (\d+)$/m.exec((await access.metrics.render()).body)?.[1];
    expect(Number(calls)).toBeLessThanOrEqual(20);
  });

  it('counts without end where there is no cap', async () => {
    const { ledger, counters } = await aProcess();
    const subject = aSubject({ limit: -1, cap: -1 });

    expect(ledger.take(subject, 5)).toEqual({ allowed: true, used: 5, source: 'shared' });
    await ledger.report();

    expect(await usedOf(counters, subject)).toBe(5);
  });

  it('reserves without asking where there is no cap, and tells later', async () => {
    const { ledger, counters } = await aProcess();
    const subject = aSubject({ limit: -1, cap: -1, counting: 'reserve' });

    expect(ledger.take(subject, 5)).toMatchObject({ allowed: true });
    await ledger.report();
    expect(await usedOf(counters, subject)).toBe(0);

    await ledger.count(subject, 5);
    expect(await usedOf(counters, subject)).toBe(5);
  });

  it('gives back what an operation did not use', async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const subject = aSubject({ limit: 10 });
    await takeMany([one.ledger], subject, 20);

    one.ledger.release(subject, 4);
    await one.ledger.report();

    expect(await takeMany([two.ledger], subject, 20)).toBe(4);
  });

  it('returns leases that nobody uses', async () => {
    let now = 0;
    const [one, two] = [await aProcess({ now: () => now }), await aProcess()];
    const subject = aSubject({ limit: 1_000, cap: 1_000 });
    await one.ledger.take(subject, 1);
    expect((await one.counters.read(subject))?.held).toBeGreaterThan(50);

    now += 2 * PATIENT.reportEveryMs;
    await one.ledger.report();

    expect(await one.counters.read(subject)).toMatchObject({ used: 1, held: 0 });
    expect(await takeMany([two.ledger], subject, 1_100)).toBe(999);
  });

  it('gives everything back when it closes', async () => {
    const { access, ledger } = await aProcess();
    const other = await aProcess();
    const subject = aSubject({ limit: 1_000 });
    await ledger.take(subject, 3);

    await access.close();

    expect(await other.counters.read(subject)).toMatchObject({ used: 3, held: 0 });
  });

  it('keeps whole numbers beyond 2^47', async () => {
    const { ledger, counters } = await aProcess();
    const subject = aSubject({ counting: 'commit', limit: 2 ** 52, isGauge: true });

    await ledger.take(subject, 2 ** 50 + 1);

    expect(await usedOf(counters, subject)).toBe(2 ** 50 + 1);
  });
});

describe('a gauge', () => {
  const aGauge = (limit: number) => aSubject({ resource: 'users_count', period: 'live', counting: 'commit', limit, isGauge: true });

  it('is exact at once, whoever takes', async () => {
    const processes = [await aProcess(), await aProcess()];
    const subject = aGauge(37);

    const allowed = await takeMany(
      processes.map(({ ledger }) => ledger),
      subject,
      100,
    );

    expect(allowed).toBe(37);
    expect(await usedOf((processes[0] as (typeof processes)[0]).counters, subject)).toBe(37);
  });

  it('has room again when something is removed, also by another process', async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const subject = aGauge(2);
    await takeMany([one.ledger], subject, 2);
    expect((await one.ledger.take(subject, 1)).allowed).toBe(false);

    two.ledger.release(subject, 1);
    await until(async () => (await usedOf(two.counters, subject)) === 1);

    expect((await two.ledger.take(subject, 1)).allowed).toBe(true);
    expect(await usedOf(two.counters, subject)).toBe(2);
  });

  it('takes a smaller amount after a larger one did not fit', async () => {
    const { ledger } = await aProcess();
    const subject = aGauge(10);

    const fits = [];
    for (const quantity of [8, 5, 2]) fits.push((await ledger.take(subject, quantity)).allowed);

    expect(fits).toEqual([true, false, true]);
  });
});

describe('connections', () => {
  const sockets = (limit: number) =>
    aSubject({ resource: 'concurrent_connections', period: 'live', counting: 'live', limit, isGauge: true });

  it('count as long as they are held', async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const subject = sockets(3);
    await takeMany([one.ledger], subject, 2);
    expect((await two.ledger.take(subject, 1)).allowed).toBe(true);
    expect((await two.ledger.take(subject, 1)).allowed).toBe(false);

    one.ledger.release(subject, 1);
    await until(async () => (await usedOf(two.counters, subject)) === 2);

    expect(await usedOf(two.counters, subject)).toBe(2);
  });

  it('of a process that died count no longer than its lease', async () => {
    const dead = await aProcess({ leaseMs: 300 });
    const alive = await aProcess();
    const subject = sockets(3);
    await takeMany([dead.ledger], subject, 3);
    expect((await alive.ledger.take(subject, 1)).allowed).toBe(false);

    await until(async () => (await alive.ledger.take(subject, 1)).allowed);

    expect(await usedOf(alive.counters, subject)).toBe(1);
  });
});

describe('what is reserved here and counted elsewhere', () => {
  const messages = (limit: number) => aSubject({ resource: 'messages_count', counting: 'reserve', limit });

  it('is used up by reservations and counted once', async () => {
    const [gateway, worker] = [await aProcess(), await aProcess()];
    const subject = messages(50);

    const allowed = await takeMany([gateway.ledger], subject, 80);
    await gateway.ledger.report();
    expect(await usedOf(worker.counters, subject)).toBe(0);
    await worker.ledger.count(subject, allowed);

    expect(allowed).toBe(50);
    expect(await usedOf(worker.counters, subject)).toBe(50);
  });

  it('has room again when a reservation is given up by whoever refuses the operation', async () => {
    const [gateway, worker] = [await aProcess(), await aProcess()];
    const subject = messages(10);
    await takeMany([gateway.ledger], subject, 10);
    await gateway.ledger.report();

    worker.ledger.release(subject, 3);
    await worker.ledger.report();

    expect(await takeMany([(await aProcess()).ledger], subject, 10)).toBe(3);
  });

  it('takes no room twice when it is counted before its reservation was reported', async () => {
    const [gateway, worker] = [await aProcess(), await aProcess()];
    const subject = messages(20);
    expect(await takeMany([gateway.ledger], subject, 10)).toBe(10);

    await worker.ledger.count(subject, 10);
    await gateway.ledger.report();

    expect(await takeMany([gateway.ledger], subject, 20)).toBe(10);
  });

  it('adds up whatever the order of counts and reports', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), async (batches) => {
        const [gateway, worker] = [await aProcess(), await aProcess()];
        const total = batches.reduce((sum, size) => sum + size, 0);
        const subject = messages(total);
        for (const [index, size] of batches.entries()) {
          await takeMany([gateway.ledger], subject, 0);
          for (let message = 0; message < size; message++) await gateway.ledger.take(subject, 1);
          if (index % 2 === 0) await gateway.ledger.report();
          await worker.ledger.count(subject, size);
        }
        await gateway.ledger.report();

        expect(await usedOf(worker.counters, subject)).toBe(total);
        expect((await gateway.ledger.take(subject, 1)).allowed).toBe(false);
        await closeAll();
      }),
      { numRuns: 10 },
    );
  });
});

describe('alerts', () => {
  async function crossingsOf(subject: QuotaSubject, steps: readonly number[]): Promise<(readonly [number, number])[]> {
    const crossings: QuotaCrossing[] = [];
    const { ledger } = await aProcess({ onCrossing: (crossing) => crossings.push(crossing) });
    for (const step of steps) {
      if (step > 0) await ledger.take(subject, step);
      else ledger.release(subject, -step);
      await ledger.report();
    }
    return crossings.map(({ from, to }) => [from, to]);
  }

  it('are due at 80, 90 and 100 percent, once', async () => {
    const subject = aSubject({ limit: 100, cap: 150 });

    expect(await crossingsOf(subject, [79, 1, 5, 5, 9, 1, 20])).toEqual([
      [0, 80],
      [80, 90],
      [90, 100],
    ]);
  });

  it('name the highest threshold when several are passed in one step', async () => {
    expect(await crossingsOf(aSubject({ limit: 100 }), [95])).toEqual([[0, 90]]);
  });

  it('of a gauge are armed again five points below', async () => {
    const subject = aSubject({ limit: 100, counting: 'commit', isGauge: true });

    expect(await crossingsOf(subject, [85, -8, -1, -2, 6])).toEqual([
      [0, 80],
      [80, 0],
      [0, 80],
    ]);
  });

  it('of a counter are never armed again', async () => {
    expect(await crossingsOf(aSubject({ limit: 100 }), [85, -30, 30])).toEqual([[0, 80]]);
  });
});
