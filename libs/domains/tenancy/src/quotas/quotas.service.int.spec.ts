import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { type QuotaAlert, quotaAlerts } from './quota-alerts.collection.js';
import { type QuotaResource, type TenantContext } from '@caas/runtime';
import { eventOutbox } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { serverUri, silent } from '../fixtures/platform.fixture.js';
import { calendarMonth } from './billing-period.js';
import { DAY_MS, forgetInRedis, NEXT_MONTH, QuotaBench, type QuotaProcess, THIS_MONTH } from './quotas.fixture.js';
import { type TenantQuota, tenantQuotas } from './tenant-quotas.collection.js';
import { QuotaReconciliation } from './quota-reconciliation.js';

const databases = await temporaryDatabases({ uri: serverUri(), collections: [tenantQuotas, quotaAlerts, eventOutbox] });
const { mongo } = databases;
let bench = new QuotaBench(mongo);
afterEach(async () => {
  await bench.close();
  bench = new QuotaBench(mongo);
});
afterAll(() => databases.end());

/** Reports of all processes, then one writing. */
async function flush(...processes: readonly QuotaProcess[]): Promise<void> {
  for (const { quotas } of processes) await quotas.flush();
  await processes[0]?.sync.run();
}

function recordOf(tenant: TenantContext, at = bench.clock.now()): Promise<TenantQuota | undefined> {
  return mongo.platform(tenantQuotas).findOne({ tenant_id: tenant.tenantId, period_start: calendarMonth(tenant, at).start });
}

async function usageOf(tenant: TenantContext, resource: QuotaResource, at?: number): Promise<number | undefined> {
  return (await recordOf(tenant, at))?.usage[resource];
}

async function alertsOf(tenant: TenantContext): Promise<QuotaAlert[]> {
  return mongo.platform(quotaAlerts).findMany({ tenant_id: tenant.tenantId }, { sort: { threshold: 1 } });
}

describe('quotas', () => {
  it('are enforced across processes, and refused with everything that a caller has to know', async () => {
    const [one, two] = [await bench.process(), await bench.process()];
    const tenant = bench.tenant({ limits: { maxUsers: 2 } });
    await one.quotas.require(tenant, 'users_count');
    await two.quotas.require(tenant, 'users_count');

    await expect(Promise.resolve(one.quotas.require(tenant, 'users_count'))).rejects.toMatchObject({
      code: 'RATE_QUOTA_EXCEEDED',
      status: 429,
      details: { metric: 'users_count', limit: 2, current: 2 },
    });
    await expect(Promise.resolve(one.quotas.require(bench.tenant(), 'voice_minutes'))).rejects.toMatchObject({
      details: { metric: 'voice_minutes', limit: 0, current: 0, resetAt: NEXT_MONTH.start.toISOString() },
    });
  });

  it('let paying tenants go on to the cap', async () => {
    const { quotas } = await bench.process();
    const tenant = bench.tenant({ plan: 'starter', limits: { maxUsers: 10 } });

    const modes = [];
    for (let user = 0; user < 16; user++) modes.push((await quotas.check(tenant, 'users_count')).mode);

    expect(modes.join(' ')).toBe(`${'ok '.repeat(8)}${'degraded '.repeat(2)}${'overage '.repeat(5)}blocked`);
  });

  it('count messages where they are stored, by the time of the event', async () => {
    const [gateway, worker] = [await bench.process(), await bench.process()];
    const tenant = bench.tenant();
    for (let message = 0; message < 5; message++) await gateway.quotas.require(tenant, 'messages_count');

    await worker.quotas.count(tenant, 'messages_count', 3);
    await worker.quotas.count(tenant, 'messages_count', 0);
    bench.clock.advance(NEXT_MONTH.start.getTime() - bench.clock.now()); // midnight
    await worker.quotas.count(tenant, 'messages_count', 2, { at: bench.clock.now() - 3_600_000 });
    await worker.quotas.count(tenant, 'messages_count', 7);
    await flush(worker);

    expect(await usageOf(tenant, 'messages_count', THIS_MONTH.start.getTime())).toBe(5);
    expect(await usageOf(tenant, 'messages_count')).toBe(7);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('take no amount of %d', async (quantity) => {
    const { quotas } = await bench.process();

    expect(() => quotas.check(bench.tenant(), 'api_calls', quantity)).toThrow('whole numbers');
  });

  it('tell checks by resource and mode, never by tenant', async () => {
    const { quotas, metrics } = await bench.process();
    const tenant = bench.tenant();
    await quotas.check(tenant, 'api_calls');
    await quotas.check(tenant, 'api_calls');

    const { body } = await metrics.render();
    expect(body).toContain('quota_checks_total{resource="api_calls",mode="ok",service="spec"} 2');
    expect(body).toContain('quota_check_duration_seconds_count{service="spec"} 2');
    expect(body).not.toContain(tenant.tenantId);
  });
});

describe('usage that is written down', () => {
  it('is absolute: what is written again, by whomever, changes nothing', async () => {
    const [one, two] = [await bench.process(), await bench.process()];
    const tenant = bench.tenant();
    await one.quotas.check(tenant, 'api_calls', 30);
    await two.quotas.check(tenant, 'api_calls', 12);
    await one.quotas.check(tenant, 'users_count', 4);

    await flush(one, two);
    await two.sync.run();
    await one.quotas.count(tenant, 'api_calls', 1);
    await Promise.all([one.sync.run(), two.sync.run()]);

    expect(await recordOf(tenant)).toMatchObject({
      usage: { api_calls: 43, users_count: 4 },
      peak: { api_calls: 43, users_count: 4 },
      limits: { api_calls: 50_000, storage_bytes: 2 ** 30 },
      period_end: NEXT_MONTH.start,
    });
  });

  it('never falls for a counter, follows a gauge, and keeps its peak', async () => {
    const one = await bench.process();
    const tenant = bench.tenant();
    await one.quotas.check(tenant, 'users_count', 6);
    await flush(one);

    one.quotas.release(tenant, 'users_count', 4);
    await flush(one);

    expect(await recordOf(tenant)).toMatchObject({ usage: { users_count: 2 }, peak: { users_count: 6 } });
    await one.quotas.records.write(tenant, calendarMonth(tenant, bench.clock.now()), {
      usage: [{ resource: 'api_calls', used: 9, peak: 9 }],
    });
    await one.quotas.records.write(tenant, calendarMonth(tenant, bench.clock.now()), {
      usage: [{ resource: 'api_calls', used: 3, peak: 3 }],
    });
    expect(await usageOf(tenant, 'api_calls')).toBe(9);
  });

  it('is written by a job that runs by itself, and once more when it stops', async () => {
    const worker = await bench.process({ intervalMs: 20 });
    const tenant = bench.tenant();
    await worker.quotas.check(tenant, 'api_calls', 5);
    worker.sync.start();

    while ((await usageOf(tenant, 'api_calls')) !== 5) await new Promise((resolve) => setImmediate(resolve));
    await worker.quotas.check(tenant, 'api_calls', 2);
    await worker.sync.stop();

    expect(await usageOf(tenant, 'api_calls')).toBe(7);
  });

  it('drops the marks of tenants that are gone', async () => {
    const one = await bench.process();
    const tenant = bench.tenant();
    await one.quotas.check(tenant, 'api_calls', 5);
    bench.tenants.delete(tenant.tenantId);

    await flush(one);

    expect((await one.redis.quotaCounters().dirty(100_000)).filter(({ tenantId }) => tenantId === tenant.tenantId)).toEqual([]);
    expect(await recordOf(tenant)).toBeUndefined();
  });
});

describe('alerts', () => {
  it('fire once per threshold, however many processes see it', async () => {
    const processes = await Promise.all(Array.from({ length: 3 }, () => bench.process()));
    const tenant = bench.tenant({ limits: { maxUsers: 100 } });
    const [one] = processes as [QuotaProcess];
    await one.quotas.check(tenant, 'users_count', 95);

    await Promise.all(processes.map((process) => flush(process)));
    await one.quotas.check(tenant, 'users_count', 1);
    await flush(one);

    expect((await alertsOf(tenant)).map(({ threshold, limit, notified_at }) => ({ threshold, limit, notified_at }))).toEqual([
      { threshold: 80, limit: 100, notified_at: expect.any(Date) as unknown },
      { threshold: 90, limit: 100, notified_at: expect.any(Date) as unknown },
    ]);
    const told = await mongo.platform(eventOutbox).findMany({ tenant_id: tenant.tenantId }, { sort: { order: 1 } });
    expect(told.map(({ topic, payload: { type, payload } }) => [topic, type, payload])).toEqual(
      [80, 90].map((threshold_percent) => [
        'platform.notifications',
        'quota.threshold_reached',
        {
          tenant_id: tenant.tenantId,
          resource: 'users_count',
          threshold_percent,
          used: 95,
          limit: 100,
          period: THIS_MONTH.start.toISOString().slice(0, 10),
          at: bench.clock.now(),
        },
      ]),
    );
    const counts = await Promise.all(processes.map(async ({ metrics }) => (await metrics.render()).body));
    const fired = counts.map((body) => Number(/^caas_quota_alerts_total\{.*threshold="90".*\} (\d+)$/m.exec(body)?.[1] ?? 0));
    expect(fired.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  it('of a gauge fire again after it fell by five points', async () => {
    const one = await bench.process();
    const tenant = bench.tenant({ limits: { maxUsers: 100 } });
    await one.quotas.check(tenant, 'users_count', 85);
    await flush(one);
    const [first] = await alertsOf(tenant);

    one.quotas.release(tenant, 'users_count', 11);
    await flush(one);
    expect((await alertsOf(tenant))[0]?.rearmed_at).not.toBeNull();
    bench.clock.advance(1_000);
    await one.quotas.check(tenant, 'users_count', 10);
    await flush(one);

    const alerts = await alertsOf(tenant);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ threshold: 80, used: 84, rearmed_at: null });
    expect(alerts[0]?.fired_at).not.toEqual(first?.fired_at);
  });
});

describe('a counter that is wrong', () => {
  it('is counted anew by its rows; what rows can only tell the least of is never lowered', async () => {
    const one = await bench.process();
    const tenant = bench.tenant({ plan: 'enterprise' });
    await one.quotas.check(tenant, 'users_count', 10);
    await one.quotas.count(tenant, 'messages_count', 10);
    bench.rows.set('users_count', 7).set('messages_count', 4);

    expect(await one.repair.drift(tenant)).toEqual([
      { resource: 'users_count', counted: 10, rows: 7, drift: -3 },
      { resource: 'messages_count', counted: 10, rows: 4, drift: 0 },
    ]);
    await one.repair.repair(tenant);
    bench.rows.set('messages_count', 25);
    await one.repair.repair(tenant);

    const shown = (await one.repair.show(tenant)).filter(({ resource }) => resource === 'users_count' || resource === 'messages_count');
    expect(shown.map(({ counted }) => counted)).toEqual([25, 7]);
    expect(await recordOf(tenant)).toMatchObject({ usage: { users_count: 7, messages_count: 25 } });
  });

  it('does not count rows twice that were on their way to it', async () => {
    const one = await bench.process();
    const tenant = bench.tenant({ plan: 'enterprise' });
    await one.quotas.count(tenant, 'messages_count', 10);
    bench.rows.set('messages_count', 15);
    bench.whileCounting = async () => {
      bench.whileCounting = async () => undefined;
      await one.quotas.count(tenant, 'messages_count', 5);
    };

    expect(await one.repair.drift(tenant)).toContainEqual({ resource: 'messages_count', counted: 15, rows: 15, drift: 0 });
  });

  it('is mended at night for every tenant, once', async () => {
    const one = await bench.process();
    const tenants = [bench.tenant({ plan: 'enterprise' }), bench.tenant({ plan: 'enterprise' })];
    for (const tenant of tenants) await one.quotas.check(tenant, 'users_count', 10);
    bench.rows.set('users_count', 9);
    bench.rows.delete('messages_count');
    const all = async function* () {
      yield* tenants;
    };
    const night = new QuotaReconciliation({ repair: one.repair, redis: one.redis, tenants: all, clock: bench.clock, logger: silent });

    expect(await night.run()).toBe(2);
    expect(await night.run()).toBe(0);
  });
});

describe('when Redis lost its counters', () => {
  it('goes on from what was written down, and recounts what rows tell', async () => {
    const [one, two] = [await bench.process(), await bench.process()];
    const tenant = bench.tenant({ plan: 'enterprise' });
    await one.quotas.check(tenant, 'users_count', 10);
    await one.quotas.check(tenant, 'api_calls', 20);
    await flush(one);
    await one.quotas.check(tenant, 'users_count', 2);

    await forgetInRedis(tenant);
    bench.rows.set('users_count', 13);
    await two.quotas.check(tenant, 'users_count', 1);
    await two.quotas.check(tenant, 'api_calls', 1);
    await flush(two, one);

    expect(await recordOf(tenant)).toMatchObject({ usage: { users_count: 13, api_calls: 21 } });
  });

  it('does not count messages twice that were stored then and counted after it was back', async () => {
    const [gateway, worker] = [await bench.process(), await bench.process()];
    const tenant = bench.tenant({ plan: 'enterprise' });
    bench.rows.delete('users_count');
    await worker.quotas.count(tenant, 'messages_count', 9);
    await flush(gateway);
    await forgetInRedis(tenant);
    await gateway.quotas.check(tenant, 'messages_count'); // finds the counter gone, and begins it by what was written down
    bench.rows.set('messages_count', 12); // nine that are counted, two on their way to Redis, and one of a process that died

    await flush(gateway);
    await worker.quotas.count(tenant, 'messages_count', 2);
    await flush(gateway);
    await flush(gateway);

    expect((await gateway.repair.show(tenant)).find(({ resource }) => resource === 'messages_count')).toMatchObject({ counted: 12 });
  });

  it('takes a gauge from an earlier period, and begins a counter of a new one with nothing', async () => {
    const one = await bench.process();
    const tenant = bench.tenant();
    await one.quotas.check(tenant, 'users_count', 3);
    await one.quotas.check(tenant, 'api_calls', 20);
    await flush(one);

    await forgetInRedis(tenant);
    bench.clock.advance(31 * DAY_MS);
    bench.rows.delete('users_count');
    const later = await bench.process();

    expect((await later.quotas.check(tenant, 'users_count')).used).toBe(4);
    expect((await later.quotas.check(tenant, 'api_calls')).used).toBe(1);
  });
});
