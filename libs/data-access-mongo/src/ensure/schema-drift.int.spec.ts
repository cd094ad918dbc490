import { afterAll, describe, expect, it } from '@jest/globals';
import { type TenantContext } from '@caas/runtime';
import { bsonDate, newId, text, z } from '@caas/schema';
import { type CollectionDefinition, defineCollection, hasDrift, type IndexDefinition, type SchemaReport } from '../index.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([]);
const { mongo } = server;
afterAll(() => server.end());

let number = 0;
const fresh = (indexes: readonly IndexDefinition[] = [], name = `drift_${(number += 1)}`): CollectionDefinition =>
  defineCollection({
    name,
    scope: 'tenant',
    id: { field: 'message_id', prefix: 'msg' },
    schema: z.strictObject({ body: text({ max: 10 }), title: text({ max: 10 }), at: bsonDate() }),
    indexes,
    description: 'x',
  });
const byBody: IndexDefinition = { name: 'by_body', keys: { tenant_id: 1, body: 1 } };
const kinds = ({ changes }: SchemaReport): string[] => changes.map(({ kind, subject }) => `${kind} ${subject}`);

async function* these(...tenants: TenantContext[]): AsyncGenerator<TenantContext> {
  for (const tenant of tenants) yield tenant;
}

/** Not every server lists indexes in the order of their making. */
function byName<Item extends { name?: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, two) => (one.name ?? '').localeCompare(two.name ?? ''));
}

/** Runs `work` while there are two rows that a unique index over tenant and body refuses. */
async function withTwins<Result>(database: string, collection: string, work: () => Promise<Result>): Promise<Result> {
  const { tenantId } = aTenant();
  const row = { tenant_id: tenantId, body: 'same', title: '', at: new Date(0), created_at: new Date(0), updated_at: new Date(0), __v: 0 };
  const twins = [newId('msg'), newId('msg')].map((_id) => ({ _id, ...row }));
  await withDriver((client) => client.db(database).collection<{ _id: string }>(collection).insertMany(twins));
  try {
    return await work();
  } finally {
    // One of the servers cannot drop a collection while rows are left of an index build that failed.
    await withDriver((client) => client.db(database).collection(collection).deleteMany({}));
  }
}

/** Everything that a schema run could change: collections with their options, indexes, counts. */
async function everything(...databases: string[]): Promise<unknown> {
  return withDriver(async (client) => {
    const all: Record<string, unknown> = {};
    for (const name of databases) {
      const collections = await client.db(name).listCollections().toArray();
      for (const info of byName(collections)) {
        const collection = client.db(name).collection(info.name);
        all[`${name}.${info.name}`] = { info, indexes: byName(await collection.indexes()), rows: await collection.countDocuments() };
      }
    }
    return all;
  });
}

describe('drift of all tenants', () => {
  const [pooled, own, whole] = [aTenant({ model: 'shared' }), aTenant({ model: 'collection' }), aTenant({ model: 'database' })];
  server.dropAlso(whole);
  const databases = [`${server.databasePrefix}_shared`, `${server.databasePrefix}_tenants`, `${server.databasePrefix}_${whole.tenantId}`];

  it('is looked for in the shared database once and in the place of each tenant that has its own', async () => {
    const definition = fresh([byBody]);

    const report = await mongo.diff([definition], { tenants: these(pooled, own, whole, pooled) });

    expect(report.changes.filter(({ kind }) => kind === 'create_collection').map(({ namespace }) => namespace)).toEqual([
      { database: databases[0], collection: definition.name },
      { database: databases[1], collection: `${own.tenantId}_${definition.name}` },
      { database: databases[2], collection: definition.name },
    ]);
    expect(report).toMatchObject({ namespaces: 3, failed: [] });
  });

  it('is mended, and nothing remains', async () => {
    const definition = fresh([byBody]);
    await mongo.ensure([definition], { tenants: these(own, whole) });
    const after = fresh([byBody, { name: 'by_title', keys: { tenant_id: 1, title: 1 } }], definition.name);

    expect(kinds(await mongo.ensure([after], { tenants: these(own, whole) }))).toEqual(Array(3).fill('create_index by_title'));
    expect(hasDrift(await mongo.diff([after], { tenants: these(own, whole) }))).toBe(false);
  });

  it('never finds a namespace by its prefix', async () => {
    const definition = fresh();
    const stranger = aTenant({ model: 'collection' });
    await mongo.ensure([definition], { tenant: stranger });

    const report = await mongo.diff([definition], { tenants: these(own) });

    expect(report.changes.map(({ namespace }) => namespace.collection)).not.toContain(`${stranger.tenantId}_${definition.name}`);
  });

  it('is only told of in a dry run: nothing on the server changes', async () => {
    const before = fresh([
      { ...byBody, unique: true },
      { name: 'extra', keys: { tenant_id: 1, title: 1 } },
    ]);
    await mongo.ensure([before], { tenants: these(own) });
    const after = fresh([byBody, { name: 'added', keys: { tenant_id: 1, title: -1 } }], before.name);
    const absent = fresh([byBody]);
    const was = await everything(...databases);

    const report = await mongo.ensure([after, absent], {
      tenants: these(pooled, own, whole),
      dryRun: true,
      replaceIndexes: true,
      dropExtra: true,
    });

    expect(new Set(report.changes.map(({ kind }) => kind))).toEqual(
      new Set(['create_collection', 'create_index', 'replace_index', 'drop_index']),
    );
    expect(await everything(...databases)).toEqual(was);
  });

  it('of one namespace does not keep the others from being mended', async () => {
    const before = fresh();
    await mongo.ensure([before], { tenants: these(own, whole) });
    const after = fresh([{ ...byBody, unique: true }], before.name);

    const report = await withTwins(`${server.databasePrefix}_tenants`, `${own.tenantId}_${before.name}`, () =>
      mongo.ensure([after], { tenants: these(own, whole) }),
    );

    expect(report.failed).toEqual([
      {
        namespace: { database: databases[1], collection: `${own.tenantId}_${before.name}` },
        message: expect.stringContaining('body'),
        next: expect.stringContaining('remove the rows with equal body'),
      },
    ]);
    expect(report.changes.map(({ namespace }) => namespace.database)).toEqual([databases[0], databases[2]]);
  });
});

describe('an index that means something else', () => {
  /** Names of their own: one of the servers mixes up indexes of the same name when a database is dropped. */
  const over = (name: string, change: Partial<IndexDefinition> = {}): IndexDefinition => ({
    name,
    keys: { tenant_id: 1, body: 1 },
    ...change,
  });
  const indexesOf = (definition: CollectionDefinition): Promise<{ name?: string }[]> =>
    withDriver(async (client) => byName(await client.db(`${server.databasePrefix}_shared`).collection(definition.name).indexes()));

  it.each<[string, IndexDefinition, IndexDefinition]>([
    ['keys', over('other_keys'), over('other_keys', { keys: { tenant_id: 1, title: 1 } })],
    ['uniqueness', over('once_unique', { unique: true }), over('once_unique')],
    ['new uniqueness', over('now_unique'), over('now_unique', { unique: true })],
  ])('in its %s is rebuilt when allowed, and no stand-in stays', async (_, was, becomes) => {
    const before = fresh([was]);
    await mongo.ensure([before]);
    const after = fresh([becomes], before.name);

    expect(kinds(await mongo.ensure([after], { replaceIndexes: true }))).toEqual([`replace_index ${was.name}`]);

    expect((await indexesOf(before)).map(({ name }) => name)).toEqual(['_id_', was.name]);
    expect(hasDrift(await mongo.diff([after]))).toBe(false);
  });

  // The stand-in index that finds this out while the old one is still there is a partial one.
  server.itNeeds('partialIndexes', 'stays when the rows refuse the new one', async () => {
    const before = fresh([over('refused')]);
    await mongo.ensure([before]);
    const after = fresh([over('refused', { unique: true })], before.name);
    const was = await indexesOf(before);

    await withTwins(`${server.databasePrefix}_shared`, before.name, async () => {
      const details = { reason: 'duplicate_key' };
      await expect(mongo.ensure([after], { replaceIndexes: true })).rejects.toMatchObject({ code: 'RES_CONFLICT', details });
    });

    expect(await indexesOf(before)).toEqual(was);
  });

  it('is dropped when nobody defines it and that is asked for', async () => {
    const before = fresh([over('kept'), over('superfluous', { keys: { tenant_id: 1, title: 1 } })]);
    await mongo.ensure([before]);
    const after = fresh([over('kept')], before.name);

    expect((await mongo.ensure([after])).unknown.map(({ subject }) => subject)).toEqual(['superfluous']);
    expect(kinds(await mongo.ensure([after], { dropExtra: true }))).toEqual(['drop_index superfluous']);
    expect(hasDrift(await mongo.diff([after]))).toBe(false);
  });
});
