import { afterAll, describe, expect, it } from '@jest/globals';
import { int32, text, z } from '@caas/schema';
import { type CollectionDefinition, defineCollection, type IndexDefinition } from '../index.js';
import { aPerson } from '../fixtures/documents.fixture.js';
import { apps, lines, people } from '../fixtures/definitions.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines, apps]);
const { mongo } = server;
afterAll(() => server.end());

let number = 0;
/** A collection that no other spec uses. */
const fresh = (indexes: readonly IndexDefinition[] = [], schema = z.strictObject({ body: text({ max: 10 }) })): CollectionDefinition =>
  defineCollection({
    name: `fresh_${(number += 1)}`,
    scope: 'tenant',
    id: { field: 'message_id', prefix: 'msg' },
    schema,
    indexes,
    description: 'x',
  });
const bodyIndex: IndexDefinition = { name: 'by_body', keys: { tenant_id: 1, body: 1 } };
const kinds = (report: Awaited<ReturnType<typeof mongo.ensure>>): string[] =>
  report.changes.map(({ kind, subject }) => `${kind} ${subject}`);

describe('ensure', () => {
  it('creates once and finds everything in place afterwards', async () => {
    const definition = fresh([bodyIndex]);

    expect(kinds(await mongo.ensure([definition]))).toEqual([`create_collection ${definition.name}`, 'create_index by_body']);
    expect(await mongo.ensure([definition])).toMatchObject({ changes: [], conflicts: [], unknown: [] });
  });

  it('changes nothing on a dry run', async () => {
    const definition = fresh([bodyIndex]);

    expect(await mongo.diff([definition])).toMatchObject({
      dryRun: true,
      changes: [{ kind: 'create_collection' }, { kind: 'create_index' }],
    });
    expect((await mongo.diff([definition])).changes).toHaveLength(2);
  });

  it('may run several times at once', async () => {
    const definition = fresh([bodyIndex]);

    await Promise.all([mongo.ensure([definition]), mongo.ensure([definition]), mongo.ensure([definition])]);

    expect((await mongo.diff([definition])).changes).toEqual([]);
  });

  it('adds an index that a definition gained', async () => {
    const before = fresh();
    await mongo.ensure([before]);
    const after = defineCollection({
      name: before.name,
      scope: 'tenant',
      id: before.id,
      schema: before.schema,
      indexes: [bodyIndex],
      description: 'x',
    });

    expect(kinds(await mongo.ensure([after]))).toEqual(['create_index by_body']);
  });

  it('reports an index that means something else, and one that nobody defines, and touches neither', async () => {
    const definition = fresh([bodyIndex]);
    const other = {
      ...definition,
      indexes: [
        { ...bodyIndex, unique: true },
        { name: 'old', keys: { tenant_id: 1, created_at: 1 } as const },
      ],
    };
    await mongo.ensure([other]);

    const report = await mongo.ensure([definition]);

    expect(report.changes).toEqual([]);
    expect(report.conflicts).toEqual([
      expect.objectContaining({
        kind: 'conflict',
        subject: 'by_body',
        differences: [{ path: 'unique', actual: true, defined: false }],
        next: expect.stringContaining('--replace-indexes'),
      }),
    ]);
    expect(report.unknown).toEqual([
      expect.objectContaining({ kind: 'unknown', subject: 'old', next: expect.stringContaining('--drop-extra') }),
    ]);
  });

  it('places the collections of a tenant by its isolation', async () => {
    const definition = fresh();
    const tenants = [aTenant({ model: 'shared' }), aTenant({ model: 'collection' }), aTenant({ model: 'database' })];
    server.dropAlso(...tenants);

    const places = [];
    for (const tenant of tenants) places.push((await mongo.ensure([definition], { tenant })).changes[0]?.namespace);

    expect(places).toEqual([
      { database: `${server.databasePrefix}_shared`, collection: definition.name },
      { database: `${server.databasePrefix}_tenants`, collection: `${tenants[1]?.tenantId}_${definition.name}` },
      { database: `${server.databasePrefix}_${tenants[2]?.tenantId}`, collection: definition.name },
    ]);
  });

  it('creates under the explicit names, with their options', async () => {
    const indexes = await withDriver((client) => client.db(`${server.databasePrefix}_shared`).collection('lines').indexes());

    expect(indexes.map(({ name }) => name)).toEqual(['_id_', 'lines_seq']);
    expect(indexes[1]).toMatchObject({ key: { tenant_id: 1, thread_id: 1, seq: -1 }, unique: true });
  });
});

describe('what the server lacks', () => {
  server.itLacks('partialIndexes', 'skips a partial unique index, which would refuse good rows there', async () => {
    const report = await mongo.ensure([people]);

    expect(report.skipped).toContainEqual(
      expect.objectContaining({ kind: 'skipped', subject: 'people_external_id', reason: 'the server lacks partialIndexes' }),
    );
    const users = mongo.forTenant(aTenant()).repository(people);
    await users.insert(aPerson({ external_id: null }));
    await users.insert(aPerson({ external_id: null }));
    expect(await users.count({ external_id: null })).toBe(2);
  });

  server.itLacks('validators', 'skips validators and says so', async () => {
    expect((await mongo.ensure([lines])).skipped).toContainEqual(
      expect.objectContaining({ subject: 'validator', reason: 'the server lacks validators' }),
    );
  });

  it('explains every skip', async () => {
    const { skipped } = await mongo.ensure();

    for (const { reason } of skipped) expect(reason).toMatch(/^the server lacks /);
    if (mongo.capabilities.missing().length === 0) expect(skipped).toEqual([]);
  });
});

server.describeIf(['validators'], 'validators', () => {
  it('refuse in the server what the definition refuses', async () => {
    const users = mongo.forTenant(aTenant()).repository(people);

    await expect(users.insert(aPerson({ status: 'sleeping' as never }))).rejects.toMatchObject({
      code: 'SYS_INTERNAL',
      details: { reason: 'document_validation' },
    });
    await expect(users.insert({ ...aPerson(), extra: 1 } as never)).rejects.toMatchObject({ details: { reason: 'document_validation' } });
  });

  it('accept counters beyond 32 bits', async () => {
    const users = mongo.forTenant(aTenant()).repository(people);
    const { user_id: id } = await users.insert(aPerson({ stats: { sent: 2 ** 40, warnings: 0 } }));

    expect((await users.update(id, { inc: { 'stats.sent': 2 ** 40 } })).stats.sent).toBe(2 ** 41);
  });

  server.itNeeds('collMod', 'follow a changed definition', async () => {
    const before = fresh();
    await mongo.ensure([before]);
    const schema = z.strictObject({ body: text({ max: 10 }), size: int32() });
    const after = defineCollection({ name: before.name, scope: 'tenant', id: before.id, schema, description: 'x' });

    expect(kinds(await mongo.ensure([after]))).toEqual(['set_validator validator']);
    expect((await mongo.diff([after])).changes).toEqual([]);
  });

  server.itLacks('collMod', 'are left, and reported, where the server cannot change them', async () => {
    const before = fresh();
    await mongo.ensure([before]);
    const schema = z.strictObject({ body: text({ max: 10 }), size: int32() });
    const after = defineCollection({ name: before.name, scope: 'tenant', id: before.id, schema, description: 'x' });

    expect(await mongo.ensure([after])).toMatchObject({
      changes: [],
      skipped: [{ subject: 'validator', reason: expect.stringContaining('collMod') }],
    });
  });
});

server.describeIf(['partialIndexes'], 'partial unique indexes', () => {
  it('bind only the rows that they cover', async () => {
    const users = mongo.forTenant(aTenant()).repository(people);
    await users.insert(aPerson({ external_id: null }));
    await users.insert(aPerson({ external_id: null }));
    await users.insert(aPerson({ external_id: 'ada' }));

    await expect(users.insert(aPerson({ external_id: 'ada' }))).rejects.toMatchObject({
      code: 'RES_CONFLICT',
      details: { conflictWith: 'external_id', index: 'people_external_id' },
    });
  });
});

server.describeIf(['textSearch'], 'text indexes', () => {
  it('are created and recognised again', async () => {
    const words = fresh([{ name: 'words', keys: { tenant_id: 1, body: 'text' }, weights: { body: 5 } }]);

    expect(kinds(await mongo.ensure([words]))).toContain('create_index words');
    expect(await mongo.ensure([words])).toMatchObject({ changes: [], conflicts: [] });
  });
});

server.describeIf(['ttl'], 'TTL indexes', () => {
  it('are created and recognised again', async () => {
    const { changes, conflicts, skipped } = await mongo.ensure([people]);

    expect([changes, conflicts]).toEqual([[], []]);
    expect(skipped.map(({ subject }) => subject)).not.toContain('people_seen');
  });
});
