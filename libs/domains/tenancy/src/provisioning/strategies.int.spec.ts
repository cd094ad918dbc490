import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InternalError, UnavailableError } from '@caas/runtime';
import { letters, LIFECYCLE_COLLECTIONS } from '../fixtures/lifecycle-collections.fixture.js';
import { LifecycleBench, PLAN_OF } from '../fixtures/lifecycle.fixture.js';
import { aRequest } from '../fixtures/platform.fixture.js';
import { tenantCollections } from '../lifecycle/tenant-collections.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';

const MODELS = ['shared', 'collection', 'database'] as const;
const ALL = tenantCollections(LIFECYCLE_COLLECTIONS).map(({ name }) => name);

describe.each(MODELS)('a tenant of the %s strategy', (model) => {
  let bench: LifecycleBench;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
  });
  afterAll(() => bench?.end());
  const request = () => aRequest({ plan: PLAN_OF[model] });
  const recordOf = async ({ slug }: { slug: string }) => {
    const client = await bench.mongo.platform(saasClients).findOne({ slug }, { readFrom: 'primary' });
    if (client === undefined) throw new Error('There is no such tenant.');
    return client;
  };

  it('has its collections as defined, takes data and is told of once', async () => {
    const asked = request();

    const { tenant, created } = await bench.provisioning().provision(asked);
    const again = await bench.provisioning().provision(asked);

    expect([created, again.created]).toEqual([true, false]);
    expect(tenant).toMatchObject({ status: 'active', provisioning: 'ready', isolation: { model, epoch: 1 } });
    expect((await bench.mongo.diff(tenantCollections(LIFECYCLE_COLLECTIONS), { tenant })).changes).toEqual([]);
    expect(await bench.mongo.forTenant(tenant).repository(letters).count({})).toBe(0);
    expect(await bench.events(tenant.tenantId)).toMatchObject([
      {
        topic: 'platform.events',
        key: tenant.tenantId,
        published_at: null,
        payload: {
          type: 'tenant.provisioned',
          tenant_id: tenant.tenantId,
          payload: { tier: PLAN_OF[model], isolation: model, provisioned_at: bench.clock.now() },
        },
      },
    ]);
  });

  it('serves nobody before it is ready, and says so', async () => {
    const asked = request();
    const seen: unknown[] = [];
    const look = {
      name: 'look',
      run: async () => {
        const half = toTenantContext(await recordOf(asked));
        for (const change of [{}, { status: 'active' as const }]) {
          try {
            bench.mongo.forTenant({ ...half, ...change });
          } catch (error) {
            seen.push((error as { code: string }).code);
          }
        }
      },
    };

    await bench.provisioning([look]).provision(asked);

    expect(seen).toEqual(['TENANT_PENDING', 'TENANT_UNAVAILABLE']);
  });

  it('leaves no collections of its own when a later step fails for good, and can be asked for again', async () => {
    const asked = request();
    const fails = { name: 'fails', run: () => Promise.reject(new InternalError('no room')) };

    await expect(bench.provisioning([fails]).provision(asked)).rejects.toThrow('no room');

    const client = await recordOf(asked);
    const tenant = toTenantContext(client);
    expect(client).toMatchObject({ status: 'pending', provisioning: { state: 'failed' } });
    expect(await bench.ownCollections(tenant)).toEqual(model === 'shared' ? ALL : []);
    expect(await bench.eventTypes(tenant.tenantId)).toEqual(['tenant.operation_failed']);
    expect(await bench.provisioning().provision(asked)).toMatchObject({ created: true });
    expect(await bench.eventTypes(tenant.tenantId)).toEqual(['tenant.operation_failed', 'tenant.provisioned']);
  });

  it('keeps its collections when a step may succeed later', async () => {
    const asked = request();
    const fails = { name: 'fails', run: () => Promise.reject(new UnavailableError('Kafka is away.')) };

    await expect(bench.provisioning([fails]).provision(asked)).rejects.toThrow('Kafka is away.');

    expect(await bench.ownCollections(toTenantContext(await recordOf(asked)))).toEqual(ALL);
  });
});

describe('the budget of tenants with collections of their own', () => {
  let bench: LifecycleBench;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
  });
  afterAll(() => bench?.end());
  const budget = { max: 2, alertAt: 1 };

  it('refuses the one too many before anything is written, and no other plan', async () => {
    const provision = (plan: 'pro' | 'enterprise' | 'free') => bench.provisioning([], budget).provision(aRequest({ plan }));
    await provision('pro');
    await provision('pro');

    await expect(provision('pro')).rejects.toMatchObject({
      name: 'IsolationBudgetError',
      code: 'RES_STATE',
      details: { reason: 'isolation_budget', used: 2, limit: 2 },
    });

    expect(await bench.mongo.platform(saasClients).count({})).toBe(2);
    expect(await provision('enterprise')).toMatchObject({ created: true });
    expect(await provision('free')).toMatchObject({ created: true });
  });

  it('never lets two take the last place', async () => {
    const last = { max: 3, alertAt: 1 };

    const results = await Promise.allSettled([0, 1, 2].map(() => bench.provisioning([], last).provision(aRequest({ plan: 'pro' }))));

    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as Error).name);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused).toContain('IsolationBudgetError');
    expect(
      await bench.mongo.platform(saasClients).count({ 'isolation.model': 'collection', 'provisioning.state': 'ready' }),
    ).toBeLessThanOrEqual(3);
  });
});
