import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectMongo, type Mongo } from '@caas/data-access-mongo';
import { createLogger, type IsolationModel, Metrics, type ProvisioningState } from '@caas/runtime';
import { newTenantId, type TenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { newSaasClient } from './new-saas-client.js';
import { TenantRecords } from './tenant-records.js';
import { saasClients } from './tenants.collection.js';

// Databases of its own: this is about every tenant there is.
const mongo: Mongo = await connectMongo({
  config: { MONGODB_URI: stack().mongodb_uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: [saasClients],
  databasePrefix: 'spec_tenant_records',
});
const clients = mongo.platform(saasClients);
const records = new TenantRecords({ mongo });
beforeEach(async () => {
  await mongo.ensure();
  for await (const { tenant } of records.all()) await hide(tenant.tenantId);
});
afterAll(() => mongo.close());

/** As after a purge: the record stays, the data is gone. */
async function hide(tenantId: TenantId): Promise<void> {
  await clients.updateManyById([{ id: tenantId, set: { 'provisioning.state': 'purged' } }]);
}

async function aClient({
  model = 'shared',
  state = 'ready',
}: { model?: IsolationModel; state?: ProvisioningState } = {}): Promise<TenantId> {
  const tenantId = newTenantId();
  const slug = tenantId.replace('_', '-');
  const client = newSaasClient({ companyName: 'Spec', slug, email: `${slug}@example.com`, plan: 'free' });
  await clients.insert({
    client_id: tenantId,
    ...client,
    isolation: { ...client.isolation, model },
    provisioning: { ...client.provisioning, state },
  });
  return tenantId;
}

async function all(): Promise<Record<string, number>> {
  const versions: Record<string, number> = {};
  for await (const { tenant, schemaVersion } of records.all()) versions[tenant.tenantId] = schemaVersion;
  return versions;
}

describe('TenantRecords', () => {
  it('knows every tenant that has data, deleted ones included', async () => {
    const [ready, deleted] = [await aClient(), await aClient({ model: 'database' })];
    await clients.softDelete(deleted, 'spec');
    await aClient({ state: 'none' });
    await aClient({ state: 'purged' });

    expect(Object.keys(await all()).sort()).toEqual([ready, deleted].sort());
    expect(await records.context(deleted)).toMatchObject({ tenantId: deleted, isolation: { model: 'database' } });
  });

  it('passes the end of a page', async () => {
    const ids = [];
    for (let count = 0; count < 103; count++) ids.push(await aClient());

    expect(Object.keys(await all()).sort()).toEqual(ids.sort());
  });

  it('notes the version of one tenant, or of all in the shared database, and touches nothing else', async () => {
    const [one, two, own] = [await aClient(), await aClient(), await aClient({ model: 'collection' })];

    await records.recordVersion('shared', 6);
    expect(await all()).toEqual({ [one]: 6, [two]: 6, [own]: 0 });
    await records.recordVersion(own, 7);

    expect(await all()).toEqual({ [one]: 6, [two]: 6, [own]: 7 });
    expect(await clients.get(own)).toMatchObject({ __v: 0, provisioning: { state: 'ready', operation_id: null } });
  });

  it('rejects for a tenant that there is not', async () => {
    await expect(records.context(newTenantId())).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
  });
});
