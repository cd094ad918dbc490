import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics, type TenantContext } from '@caas/runtime';
import { createOperationMetrics } from '../client/metrics.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { TenantSampler } from './tenant-sampler.js';
import { TenantUsages } from './tenant-usage.js';

const server = await aServer([people, lines]);
const tenants = (['shared', 'collection', 'database'] as const).map((model) => aTenant({ model }));
afterAll(() => server.end());

beforeAll(async () => {
  server.dropAlso(...tenants);
  for (const tenant of tenants) {
    await server.mongo.ensure([people, lines], { tenant });
    await server.mongo.forTenant(tenant).repository(lines).insert(aLine());
  }
});

async function sample(placements: readonly TenantContext[]) {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const usages = new TenantUsages();
  for (const placement of placements) usages.saw(placement);
  await withDriver((client) =>
    new TenantSampler({
      usages,
      database: (name) => client.db(name),
      collections: [people, lines],
      metrics: createOperationMetrics(metrics),
      logger: createLogger({ service: 'spec', level: 'silent' }),
      databasePrefix: server.databasePrefix,
    }).sample(),
  );
  return { usages, body: (await metrics.render()).body };
}

describe('TenantSampler', () => {
  it('measures tenants with storage of their own, and leaves the shared ones out', async () => {
    const { usages, body } = await sample(tenants);

    const measured = tenants.map(({ tenantId }) => usages.get(tenantId)?.storageBytes);
    expect(measured).toEqual([undefined, expect.any(Number), expect.any(Number)]);
    expect(body).toMatch(/mongodb_tenant_storage_bytes\{isolation="collection",service="spec"\} \d/);
    expect(body).toMatch(/mongodb_tenant_index_bytes\{isolation="database",service="spec"\} \d/);
    expect(body).not.toContain('clnt_');
  });

  it('starts with those that were looked at longest ago', async () => {
    const { usages } = await sample(tenants.slice(0, 2));
    usages.saw(tenants[2]!);

    expect(usages.placements().map(({ tenantId }) => tenantId)).toEqual([tenants[2]?.tenantId, tenants[1]?.tenantId]);
  });
});
