import { afterAll, describe, expect, it } from '@jest/globals';
import { type MigrationContext } from '../index.js';
import { apps, lines, people } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aMigration, aRunner, MemoryTenants } from '../fixtures/migrations.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines, apps]);
const { mongo } = server;
afterAll(() => server.end());

const pooled = aTenant();
const own = aTenant({ model: 'database' });
server.dropAlso(own);
const tenants = new MemoryTenants([pooled, own]);

/** Every document and index of the run, and which namespaces there are. */
const everything = (): Promise<unknown> =>
  withDriver(async (client) => {
    const all: Record<string, unknown> = {};
    const { databases } = await client.db('admin').admin().listDatabases();
    for (const { name } of databases.filter((database) => database.name.startsWith(server.databasePrefix))) {
      for (const info of await client.db(name).listCollections().toArray()) {
        const collection = client.db(name).collection(info.name);
        all[`${name}.${info.name}`] = [info, await collection.indexes(), await collection.find().sort({ _id: 1 }).toArray()];
      }
    }
    return all;
  });

describe('a dry run', () => {
  const migrations = [
    aMigration('V001', {
      scope: 'platform',
      up: async (context) => {
        await context.ensure({ database: 'platform' });
        expect(await context.platform(apps).findMany({})).toEqual([]);
        await context.platform(apps).insert({ tenant_id: pooled.tenantId, name: 'x' });
      },
    }),
    aMigration('V002', {
      up: async (context: MigrationContext) => {
        await context.ensure();
        await context.backfill(lines, { name: 'renew', where: { body: 'old' }, change: () => ({ set: { body: 'new' } }) });
        for await (const tenant of context.tenants()) await context.forTenant(tenant).repository(people).deleteMany({});
      },
      down: (context) => context.dropEmpty({ names: ['people'] }),
    }),
  ];

  it('says what would be done in every place, and changes nothing', async () => {
    await mongo
      .forTenant(pooled)
      .repository(lines)
      .insertMany([aLine({ seq: 1, body: 'old' }), aLine({ seq: 2, body: 'old' })]);
    const was = await everything();

    const report = await aRunner(server, migrations, { tenants }).up({ dryRun: true });

    expect(await everything()).toEqual(was);
    expect(tenants.versions.size).toBe(0);
    expect(report).toMatchObject({ dryRun: true, ok: true });
    const actions = (place: string) => report.places.filter((one) => one.place === place).flatMap((one) => one.actions ?? []);
    expect(actions('platform')).toEqual([`insert on ${server.databasePrefix}_platform.apps, and what depends on its result`]);
    expect(actions('shared')).toEqual([
      `backfill renew: look at 2 documents of ${server.databasePrefix}_shared.lines`,
      `deleteMany on ${server.databasePrefix}_shared.people, and what depends on its result`,
    ]);
    expect(actions(own.tenantId)).toEqual(
      expect.arrayContaining([
        `create_collection ${server.databasePrefix}_${own.tenantId}.people`,
        `create_index ${server.databasePrefix}_${own.tenantId}.lines lines_seq`,
        `backfill renew: look at 0 documents of ${server.databasePrefix}_${own.tenantId}.lines`,
      ]),
    );
  });

  it('of down changes nothing either', async () => {
    await aRunner(server, [aMigration('V002', { down: (context) => context.dropEmpty({ names: ['people'] }) })], {
      tenants: new MemoryTenants(),
    }).up();
    const was = await everything();

    const report = await aRunner(server, [aMigration('V002', { down: (context) => context.dropEmpty({ names: ['people'] }) })], {
      tenants: new MemoryTenants(),
    }).down({ steps: 1, dryRun: true });

    expect(report.places).toMatchObject([{ place: 'shared', actions: [`drop ${server.databasePrefix}_shared.people if it is empty`] }]);
    expect(await everything()).toEqual(was);
  });
});

describe('collections of a migration', () => {
  const runner = (spec: Parameters<typeof aMigration>[1]) => aRunner(server, [aMigration('V050', { scope: 'platform', ...spec })]);
  const outcome = async (up: (context: MigrationContext) => Promise<void>, scope: 'platform' | 'tenant' = 'platform') => {
    await withDriver((client) => client.db(`${server.databasePrefix}_platform`).collection('_migrations').deleteMany({}));
    return (await runner({ up, scope }).up()).places[0];
  };

  it('are dropped only when all of them are empty', async () => {
    await mongo.platform(apps).insert({ tenant_id: pooled.tenantId, name: 'y' });

    expect(await outcome((context) => context.dropEmpty({ names: ['apps'] }))).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('have rows, so none is dropped: apps'),
    });
    expect(await mongo.platform(apps).count({})).toBe(1);
  });

  it('may be gone already', async () => {
    await withDriver((client) => client.db(`${server.databasePrefix}_platform`).collection('apps').drop());

    expect(await outcome((context) => context.dropEmpty({ names: ['apps'] }))).toMatchObject({ outcome: 'succeeded' });
    await mongo.ensure([apps]);
  });

  it.each<[string, (context: MigrationContext) => Promise<void>, RegExp]>([
    ['a name that nobody defines', (context) => context.ensure({ names: ['nowhere'] }), /nobody defines: nowhere/],
    ['a group without members', (context) => context.ensure({ database: 'billing' }), /selects no collection/],
    ['a collection of another scope', (context) => context.ensure({ scope: 'tenant' }), /has scope platform/],
    ['the runner’s own', (context) => context.dropEmpty({ names: ['_migrations'] }), /nobody defines: _migrations/],
  ])('are refused for %s', async (_, up, message) => {
    expect(await outcome(up)).toMatchObject({ outcome: 'failed', error: expect.stringMatching(message) });
  });

  it('are refused for a tenant of another place', async () => {
    const up = (context: MigrationContext): Promise<void> => Promise.resolve(void context.forTenant(own));

    expect(await outcome(up, 'tenant')).toMatchObject({
      place: 'shared',
      outcome: 'failed',
      error: expect.stringMatching(/another place/),
    });
  });
});
