import { afterAll, describe, expect, it } from '@jest/globals';
import { ISOLATION_MODELS, runWithTenant, type TenantFence, TenantMigratingError } from '@caas/runtime';
import { op } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer, serverUri, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { temporaryDatabases } from '../testing/index.js';

const server = await aServer([people, lines]);
const { mongo } = server;
afterAll(() => server.end());

const suspended = { code: 'TENANT_SUSPENDED', status: 403, name: 'TenantSuspendedError' };

describe('forTenant', () => {
  it('is closed to a suspended tenant, before anything is asked of the server', () => {
    expect(() => mongo.forTenant({ ...aTenant(), status: 'suspended' })).toThrow(expect.objectContaining(suspended));
  });

  it('is closed to code that runs inside another tenant', () => {
    const [mine, theirs] = [aTenant(), aTenant()];

    expect(() => runWithTenant(mine, () => mongo.forTenant(theirs))).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
    expect(runWithTenant(mine, () => mongo.forTenant(mine).tenant)).toBe(mine);
  });

  it('forCurrentTenant takes the tenant of the context, and there has to be one', async () => {
    const tenant = aTenant();
    await runWithTenant(tenant, () => mongo.forCurrentTenant().repository(people).insert(aPerson()));

    expect(await mongo.forTenant(tenant).repository(people).count({})).toBe(1);
    expect(() => mongo.forCurrentTenant()).toThrow(/no tenant in this context/);
  });
});

describe('inspectTenant', () => {
  it('reads a suspended tenant, and offers no way to change it', async () => {
    const tenant = aTenant();
    const { user_id: id } = await mongo.forTenant(tenant).repository(people).insert(aPerson());

    const reader = mongo.inspectTenant({ ...tenant, status: 'suspended' }).repository(people);

    expect(await reader.get(id)).toMatchObject({ tenant_id: tenant.tenantId });
    expect('update' in reader || 'insert' in reader || 'purge' in reader).toBe(false);
  });
});

describe.each(ISOLATION_MODELS)('operateOnTenant of the %s strategy', (model) => {
  const prepared = async () => {
    const [mine, theirs] = [aTenant({ model }), aTenant({ model })];
    for (const tenant of [mine, theirs]) {
      await mongo.ensure([people, lines], { tenant });
      await mongo
        .forTenant(tenant)
        .repository(lines)
        .insertMany([1, 2, 3, 4, 5].map((seq) => aLine({ seq })));
    }
    server.dropAlso(mine, theirs);
    return { mine, theirs };
  };

  it('purges in steps, whatever the state, and only what is the tenant’s', async () => {
    const { mine, theirs } = await prepared();
    const jobs = mongo.operateOnTenant({ ...mine, status: 'cancelled', provisioning: 'deleting' }).repository(lines);
    const progress: number[] = [];

    expect(await jobs.purge({ seq: op.gt(4) })).toBe(1);
    expect(await jobs.purge({}, { batchSize: 2, pauseMs: 0, onProgress: (purged) => progress.push(purged) })).toBe(4);

    expect(progress).toEqual([2, 4]);
    expect(await mongo.forTenant(mine).repository(lines).count({})).toBe(0);
    expect(await mongo.forTenant(theirs).repository(lines).count({})).toBe(5);
    await expect(jobs.purge({}, { batchSize: 1_001 })).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });

  it('drops a tenant’s collections by their list, and can be repeated', async () => {
    const { mine, theirs } = await prepared();

    for (let times = 0; times < 2; times += 1) await mongo.operateOnTenant(mine).drop([people, lines]);

    expect(await mongo.inspectTenant(mine).repository(lines).count({})).toBe(0);
    expect(await mongo.forTenant(theirs).repository(lines).count({})).toBe(5);
  });
});

it('dropEmptyShared leaves a collection alone in which anybody has a row', async () => {
  await mongo.forTenant(aTenant()).repository(people).insert(aPerson());

  expect(await mongo.dropEmptyShared(people)).toBe(false);
  const names = await withDriver((client) => client.db(`${server.databasePrefix}_shared`).listCollections().toArray());
  expect(names.map(({ name }) => name)).toContain('people');
});

describe('the fence', () => {
  it('holds back every write of its tenant and no read', async () => {
    const closed = new Set<string>();
    const fence: TenantFence = {
      enter: ({ tenantId }) => {
        if (closed.has(tenantId)) throw new TenantMigratingError();
      },
      leave: () => undefined,
    };
    const databases = await temporaryDatabases({ uri: serverUri(), collections: [people], fence });
    try {
      const [mine, theirs] = [aTenant(), aTenant()];
      const rows = databases.mongo.forTenant(mine).repository(people);
      const { user_id: id } = await rows.insert(aPerson());
      closed.add(mine.tenantId);
      const migrating = { code: 'TENANT_MIGRATING', status: 503, retryable: true };
      const change = { set: { status: 'banned' } } as const;

      for (const write of [
        () => rows.insert(aPerson()),
        () => rows.insertMany([aPerson()]),
        () => rows.update(id, change),
        () => rows.updateMany({ status: 'active' }, change),
        () => rows.findOneAndUpdate({ status: 'active' }, change),
        () => rows.softDelete(id, 'x'),
        () => rows.restore(id),
        () => rows.incrementMany([{ id, field: 'stats.sent', by: 1 }]),
        () => rows.updateManyById([{ id, ...change }]),
        () => rows.bulkUpdate([{ id, ...change }]),
      ]) {
        await expect(write()).rejects.toMatchObject(migrating);
      }
      expect(await rows.get(id)).toMatchObject({ status: 'active', stats: { sent: 0 } });
      await databases.mongo.forTenant(theirs).repository(people).insert(aPerson());
      expect(await databases.mongo.operateOnTenant(mine).repository(people).update(id, change)).toMatchObject({ status: 'banned' });
    } finally {
      await databases.end();
    }
  });
});

it('temporary databases are gone when they have ended', async () => {
  const tenant = aTenant({ model: 'database' });
  const databases = await temporaryDatabases({ uri: serverUri(), collections: [people] });
  await databases.mongo.ensure([people], { tenant });
  await databases.mongo.forTenant(tenant).repository(people).insert(aPerson());

  await databases.end();
  await databases.end();

  const names = await withDriver(async (client) => (await client.db('admin').admin().listDatabases({ nameOnly: true })).databases);
  expect(names.filter(({ name }) => name.startsWith(databases.databasePrefix))).toEqual([]);
});
