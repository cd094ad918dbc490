import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { letters, LIFECYCLE_COLLECTIONS, mailboxes, stamps } from '../fixtures/lifecycle-collections.fixture.js';
import { LifecycleBench } from '../fixtures/lifecycle.fixture.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { cleanUpOrphans } from './orphans.js';

describe('the search for orphans', () => {
  let bench: LifecycleBench;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
  });
  afterAll(() => bench?.end());
  const search = (apply: boolean) => cleanUpOrphans({ mongo: bench.mongo, collections: LIFECYCLE_COLLECTIONS }, { apply });

  it('finds nothing where every tenant has a record, cancelled ones included', async () => {
    const { tenant } = await bench.tenant('shared');
    await bench.tenant('collection');
    await bench.mongo.platform(saasClients).softDelete(tenant.tenantId, 'spec');

    expect(await search(true)).toEqual([]);
  });

  it('reports first, removes when told to, and touches nobody who has a record', async () => {
    const living = [await bench.tenant('shared'), await bench.tenant('collection'), await bench.tenant('database')];
    const untouched = await Promise.all(living.map(({ tenant }) => bench.everything(tenant)));
    const { tenant } = living[0] ?? { tenant: undefined };
    if (tenant === undefined) throw new Error('There is no tenant.');
    const nobody = newTenantId();
    await bench.mongo
      .operateOnTenant({ ...tenant, tenantId: nobody })
      .repository(stamps)
      .insertMany([{ cents: 1 }, { cents: 2 }]);
    await bench.mongo.platform(mailboxes).insert({ tenant_id: nobody, name: 'lost' });
    const purged = await bench.tenant('collection');
    await bench.mongo.platform(saasClients).updateManyById([{ id: purged.tenant.tenantId, set: { 'provisioning.state': 'purged' } }]);

    const expected = (removed: boolean) => [
      { collection: 'stamps', kind: 'rows', tenant: nobody, rows: 2, removed },
      { collection: 'mailboxes', kind: 'rows', tenant: nobody, rows: 1, removed },
      { collection: 'mailboxes', kind: 'rows', tenant: purged.tenant.tenantId, rows: 2, removed },
      { collection: 'letters', kind: 'namespace', tenant: purged.tenant.tenantId, rows: 4, removed },
      { collection: 'stamps', kind: 'namespace', tenant: purged.tenant.tenantId, rows: 3, removed },
    ];
    const found = await search(false);
    expect(found).toEqual(expect.arrayContaining(expected(false)));
    expect(found.every(({ tenant: id }) => [nobody, purged.tenant.tenantId].includes(id as typeof nobody))).toBe(true);
    expect(await bench.mongo.inspectTenant(purged.tenant).repository(letters).count({})).toBe(3);

    expect(await search(true)).toEqual(expect.arrayContaining(expected(true)));

    expect(await search(false)).toEqual([]);
    expect(await bench.ownCollections(purged.tenant)).toEqual([]);
    expect(await Promise.all(living.map(({ tenant: alive }) => bench.everything(alive)))).toEqual(untouched);
  });
});
