import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { Metrics, type TenantContext, TenantSuspendedError } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { LifecycleBench } from '../fixtures/lifecycle.fixture.js';
import { silent } from '../fixtures/platform.fixture.js';
import { MongoTenantDirectory } from '../tenants/mongo-tenant-directory.js';
import { suspend } from './operations/suspend.js';
import { TenantLifecycle } from './tenant-lifecycle.js';

const HOLDS_WITHIN_MS = 5_000;

describe('a suspension', () => {
  let bench: LifecycleBench;
  let processes: RedisAccess[];
  beforeAll(async () => {
    const { redis_url: url } = stack();
    const connect = () =>
      connectRedis({ url, logger: silent, metrics: new Metrics({ service: 'spec', defaults: false }), name: 'caas-spec' });
    [bench, processes] = [await LifecycleBench.open(), await Promise.all([connect(), connect()])];
  });
  afterAll(async () => {
    for (const redis of processes ?? []) await redis.close();
    await bench?.end();
  });

  it('holds in another process, which has the tenant in its cache, within five seconds', async () => {
    const [here, there] = processes.map((redis) => new MongoTenantDirectory({ mongo: bench.mongo, redis }));
    if (here === undefined || there === undefined) throw new Error('There are two processes.');
    const { tenant } = await bench.tenant('shared');
    const { tenantId } = tenant;
    expect(await there.get(tenantId)).toMatchObject({ status: 'active' });

    const input = { reason: 'security', note: null, by: 'spec' } as const;
    await new TenantLifecycle({ ...bench.environment(), tenants: here }).begin(suspend, { tenantId, input, requestedBy: 'spec' });

    const since = performance.now();
    let seen: TenantContext | undefined;
    do {
      seen = await there.get(tenantId);
      await new Promise((resolve) => setImmediate(resolve));
    } while (seen?.status !== 'suspended' && performance.now() - since < HOLDS_WITHIN_MS);
    expect(seen?.status).toBe('suspended');
    expect(() => bench.mongo.forTenant(seen ?? tenant)).toThrow(TenantSuspendedError);
  });
});
