import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Migration, type MigrationRunReport } from '../index.js';
import { aMigration, aRunner, MemoryTenants } from '../fixtures/migrations.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([]);
afterAll(() => server.end());
beforeEach(() =>
  withDriver(async (client) => {
    for (const name of ['_migrations', '_migration_lock'])
      await client.db(`${server.databasePrefix}_platform`).collection(name).deleteMany({});
  }),
);

const pooled = aTenant();
const own = Array.from({ length: 4 }, () => aTenant({ model: 'collection' }));
const outcomes = ({ places }: MigrationRunReport): string[] =>
  places.map(({ version, place, outcome }) => `${version} ${place} ${outcome}`);
const fails = (): Promise<void> => Promise.reject(new Error('no'));

describe('up', () => {
  it('runs every migration once in every place, in the order of versions', async () => {
    const log: string[] = [];
    const migrations = [aMigration('V002', { log }), aMigration('V001', { log, scope: 'platform' })];
    const tenants = new MemoryTenants([pooled, ...own.slice(0, 1)]);

    const first = await aRunner(server, migrations, { tenants }).up();
    const second = await aRunner(server, migrations, { tenants }).up();

    expect(first).toMatchObject({ ok: true, dryRun: false });
    expect(log).toEqual(['up V001 platform', `up V002 ${own[0]?.tenantId}`, 'up V002 shared']);
    expect(second).toMatchObject({ places: [], ok: true });
  });

  it('notes the schema version of every tenant, shared ones together', async () => {
    const tenants = new MemoryTenants([pooled, ...own.slice(0, 2)]);

    await aRunner(server, [aMigration('V001', { scope: 'platform' }), aMigration('V003'), aMigration('V004')], { tenants }).up({
      to: 'V003',
    });

    expect([...tenants.versions.values()]).toEqual([3, 3, 3]);
  });

  it('takes a tenant that was made from present definitions as it is', async () => {
    const tenants = new MemoryTenants(own.slice(0, 1));
    await tenants.recordVersion(own[0]?.tenantId as never, 1);
    const log: string[] = [];

    await aRunner(server, [aMigration('V001', { log }), aMigration('V002', { log })], { tenants }).up();

    expect(log).toEqual(['up V001 shared', `up V002 ${own[0]?.tenantId}`, 'up V002 shared']);
  });

  it('stops at the version that is asked for, and refuses one that there is not', async () => {
    const runner = aRunner(server, [aMigration('V001', { scope: 'platform' }), aMigration('V002', { scope: 'platform' })]);

    expect(outcomes(await runner.up({ to: 'V001' }))).toEqual(['V001 platform succeeded']);
    await expect(runner.up({ to: 'V009' })).rejects.toThrow(/V001, V002/);
  });

  it('runs for one tenant alone', async () => {
    const tenants = new MemoryTenants([pooled, ...own]);
    const [, second] = own;
    const runner = aRunner(server, [aMigration('V001')], { tenants });

    expect(outcomes(await runner.up({ tenant: second?.tenantId as never }))).toEqual([`V001 ${second?.tenantId} succeeded`]);
    await expect(runner.up({ tenant: pooled.tenantId })).rejects.toThrow(/shared database/);
  });

  it('does not pass a platform migration that is open when run for one tenant', async () => {
    const tenants = new MemoryTenants(own.slice(0, 1));
    const runner = aRunner(server, [aMigration('V001', { scope: 'platform' }), aMigration('V002')], { tenants });

    await expect(runner.up({ tenant: own[0]?.tenantId as never })).rejects.toMatchObject({ details: { reason: 'out_of_order' } });
  });
});

describe('a failure', () => {
  /** Fails in one place until it is healed. */
  function failingIn(place: string, log: string[] = []) {
    const state = { healed: false };
    const up: Migration['up'] = (context) => {
      if (context.place === place && !state.healed) return fails();
      log.push(`up ${context.version} ${context.place}`);
      return Promise.resolve();
    };
    return { state, migration: aMigration('V001', { up }) };
  }

  it('in one tenant leaves the others alone, and keeps later versions from that tenant', async () => {
    const [canary, broken, ...others] = own;
    const { migration } = failingIn(broken?.tenantId ?? '');
    const tenants = new MemoryTenants(own);

    const report = await aRunner(server, [migration, aMigration('V002')], { tenants }).up();

    expect(report).toMatchObject({ ok: false });
    expect(report.stopped).toBeUndefined();
    expect(outcomes(report).filter((line) => !line.endsWith('succeeded'))).toEqual([
      `V001 ${broken?.tenantId} failed`,
      `V002 ${broken?.tenantId} blocked`,
    ]);
    expect(outcomes(report).filter((line) => line.startsWith('V002') && line.endsWith('succeeded'))).toHaveLength(4);
    expect([canary, ...others].map((tenant) => tenants.versions.get(tenant?.tenantId ?? ''))).toEqual([2, 2, 2]);
    expect(tenants.versions.has(broken?.tenantId ?? '')).toBe(false);
  });

  it('is tried again only when asked for', async () => {
    const [, broken] = own;
    const { migration, state } = failingIn(broken?.tenantId ?? '');
    const runner = aRunner(server, [migration], { tenants: new MemoryTenants(own) });
    await runner.up();
    state.healed = true;

    expect(outcomes(await runner.up())).toEqual([`V001 ${broken?.tenantId} blocked`]);
    expect(outcomes(await runner.up({ retryFailed: true }))).toEqual([`V001 ${broken?.tenantId} succeeded`]);
  });

  it('of the canary ends the run before anybody else is touched', async () => {
    const log: string[] = [];
    const [canary] = own;
    const { migration } = failingIn(canary?.tenantId ?? '', log);

    const report = await aRunner(server, [migration], { tenants: new MemoryTenants(own) }).up();

    expect(report.stopped).toEqual({ version: 'V001', reason: 'a canary failed' });
    expect(log).toEqual([]);
  });

  it('of too many ends the run between two waves', async () => {
    const many = Array.from({ length: 12 }, () => aTenant({ model: 'collection' }));
    const [canary] = many;
    const up: Migration['up'] = ({ place }) => (place === canary?.tenantId || place === 'shared' ? Promise.resolve() : fails());

    const report = await aRunner(server, [aMigration('V001', { up })], { tenants: new MemoryTenants(many) }).up({
      waveSize: 3,
      failedMax: 5,
    });

    expect(report.stopped?.reason).toMatch(/^6 of 8 failed/);
    expect(report.places).toHaveLength(8);
  });

  it('of a platform migration ends the run, and must be retried on purpose', async () => {
    const migrations = [aMigration('V001', { scope: 'platform', up: fails }), aMigration('V002', { scope: 'platform' })];
    const runner = aRunner(server, migrations);

    expect(outcomes(await runner.up())).toEqual(['V001 platform failed']);
    await expect(runner.up()).rejects.toMatchObject({ details: { reason: 'failed_before', versions: ['V001'] } });
  });

  server.itNeeds('transactions', 'of a transactional migration leaves nothing behind', async () => {
    const { mongo } = server;
    const { migrationLock } = await import('./migration-collections.js');
    const up: Migration['up'] = async (context) => {
      const row = { owner: null, fence: 1, acquired_at: new Date(0), lease_until: new Date(0) };
      await context.platform(migrationLock).insert({ lock: 'half', ...row });
      throw new Error('no');
    };

    await aRunner(server, [aMigration('V001', { scope: 'platform', transactional: true, up })]).up();

    expect(await mongo.platform(migrationLock).find('half')).toBeUndefined();
  });
});

describe('down', () => {
  it('takes back the newest versions wherever they ran, and up runs them again', async () => {
    const log: string[] = [];
    const tenants = new MemoryTenants([pooled, ...own.slice(0, 1)]);
    const migrations = [aMigration('V001', { scope: 'platform' }), aMigration('V002', { log }), aMigration('V003', { log })];
    const runner = aRunner(server, migrations, { tenants });
    await runner.up();
    log.length = 0;

    const report = await runner.down({ steps: 2 });

    const place = own[0]?.tenantId;
    expect(report).toMatchObject({ direction: 'down', ok: true });
    expect(log).toEqual([`down V003 ${place}`, 'down V003 shared', `down V002 ${place}`, 'down V002 shared']);
    expect([...tenants.versions.values()]).toEqual([0, 0]);
    expect(outcomes(await runner.up())).toHaveLength(4);
    expect([...tenants.versions.values()]).toEqual([3, 3]);
  });

  it('ends where something cannot be taken back', async () => {
    const runner = aRunner(server, [aMigration('V001', { scope: 'platform' }), aMigration('V002', { scope: 'platform', down: fails })]);
    await runner.up();

    const report = await runner.down({ steps: 2 });

    expect(outcomes(report)).toEqual(['V002 platform failed']);
    expect(report.stopped?.version).toBe('V002');
  });
});

describe('the history', () => {
  it('refuses a migration that was changed after it had run', async () => {
    const log: string[] = [];
    await aRunner(server, [aMigration('V001', { scope: 'platform' })]).up();
    const changed = aMigration('V001', { scope: 'platform', log, name: 'renamed' });

    await expect(aRunner(server, [changed]).up()).rejects.toMatchObject({ details: { reason: 'checksum_changed', versions: ['V001'] } });
    await expect(aRunner(server, [changed]).down({ steps: 1 })).rejects.toMatchObject({ details: { reason: 'checksum_changed' } });
    expect(log).toEqual([]);
    expect((await aRunner(server, [changed]).status()).migrations).toMatchObject([{ changed: true }]);
  });

  it('tells how far everything is', async () => {
    const [, broken] = own;
    const up: Migration['up'] = ({ place }) => (place === broken?.tenantId ? fails() : Promise.resolve());
    const tenants = new MemoryTenants(own);
    await aRunner(server, [aMigration('V001', { up }), aMigration('V007')], { tenants }).up();

    const state = await aRunner(server, [aMigration('V001', { up }), aMigration('V008')], { tenants }).status();

    expect(state.migrations).toMatchObject([
      { version: 'V001', counts: { succeeded: 4, failed: 1 }, failed: [{ place: broken?.tenantId, error: 'no' }] },
      { version: 'V008', counts: { pending: 5, succeeded: 0 } },
    ]);
    expect(state).toMatchObject({ unknown: ['V007'], upToDate: false });
  });
});
