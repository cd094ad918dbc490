import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectMongo, hasDrift, MIGRATION_COLLECTIONS, type MigrationRunReport, type Mongo } from '@caas/data-access-mongo';
import { modules } from '@caas/modules';
import { createLogger, Metrics } from '@caas/runtime';
import { TenantRecords } from '@caas/tenancy';
import { stack } from '@caas/testing/stack';

const mongo: Mongo = await connectMongo({
  config: { MONGODB_URI: process.env['MONGODB_URI'] ?? stack().mongodb_uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: modules.collections,
  databasePrefix: 'spec_admin',
});
const migrations = await modules.migrations();
const runner = mongo.migrations({ migrations, tenants: new TenantRecords({ mongo }), owner: 'spec' });
beforeAll(async () => void (await takeAllBack()));
afterAll(() => mongo.close());

const takeAllBack = (): Promise<MigrationRunReport> => runner.down({ steps: migrations.length });

describe('all migrations', () => {
  it('set up an empty server, leave nothing to mend, and do nothing the second time', async () => {
    const first = await runner.up();

    expect(first.places.filter(({ outcome }) => outcome !== 'succeeded')).toEqual([]);
    expect(first.places).toHaveLength(migrations.length);
    const drift = await mongo.diff(modules.collections, { tenants: new TenantRecords({ mongo }).contexts() });
    expect(hasDrift(drift)).toBe(false);
    expect(await runner.up()).toMatchObject({ ok: true, places: [] });
    expect(await runner.status()).toMatchObject({ upToDate: true });
  });

  it('can be taken back while nobody has data, and made again', async () => {
    expect(await takeAllBack()).toMatchObject({ ok: true });

    const missing = (await mongo.diff(modules.collections)).changes.filter(({ kind }) => kind === 'create_collection');
    expect(missing).toHaveLength(modules.collections.length - MIGRATION_COLLECTIONS.length);
    expect(await runner.up()).toMatchObject({ ok: true });
    expect(await takeAllBack()).toMatchObject({ ok: true });
  });
});
