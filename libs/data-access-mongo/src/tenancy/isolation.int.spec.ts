import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ISOLATION_MODELS, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { type DocumentOf, op } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
const { mongo } = server;
afterAll(() => server.end());

const ROWS = 6;

describe.each(ISOLATION_MODELS)('two tenants of the %s strategy', (model) => {
  const tenants = [aTenant({ model }), aTenant({ model })] as const;
  const repositories = tenants.map((tenant) => mongo.forTenant(tenant).repository(people));
  const [mine, theirs] = repositories as [(typeof repositories)[0], (typeof repositories)[0]];
  const [me, them] = tenants;
  const theirRows: DocumentOf<typeof people>[] = [];
  const foreign = (rows: readonly { tenant_id: TenantContext['tenantId'] }[]) => rows.filter(({ tenant_id: id }) => id !== me.tenantId);

  beforeAll(async () => {
    server.dropAlso(...tenants);
    for (const tenant of tenants) await mongo.ensure([people, lines], { tenant });
    for (let row = 0; row < ROWS; row += 1) {
      await mine.insert(aPerson({ external_id: `x${row}` }));
      theirRows.push(await theirs.insert(aPerson({ external_id: `x${row}` })));
    }
  });
  afterAll(async () => {
    // Whatever was tried above: nothing of theirs has changed.
    expect(await theirs.findMany({}, { sort: { user_id: 1 }, includeDeleted: true })).toEqual(theirRows);
  });

  it('findMany returns no foreign row, whatever the filter', async () => {
    const ids = theirRows.map(({ user_id: id }) => id);
    const filters = [
      {},
      { user_id: op.in(ids) },
      { external_id: op.in(['x0', 'x1']) },
      { user_id: op.ne('') },
      op.or<DocumentOf<typeof people>>({ user_id: op.in(ids) }, { status: 'active' }),
      op.and<DocumentOf<typeof people>>({ status: 'active' }, op.or({ external_id: op.exists() }, { user_id: ids[0]! })),
    ];

    for (const filter of filters) expect(foreign(await mine.findMany(filter, { includeDeleted: true }))).toEqual([]);
    expect(await mine.findMany({})).toHaveLength(ROWS);
    expect(await mine.findMany({ user_id: op.in(ids) })).toEqual([]);
  });

  it('find, get, findOne and exists do not see a foreign id', async () => {
    const id = theirRows[0]!.user_id;

    expect(await mine.find(id, { includeDeleted: true })).toBeUndefined();
    await expect(mine.get(id)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    expect(await mine.findOne({ user_id: id })).toBeUndefined();
    expect(await mine.exists({ user_id: id })).toBe(false);
    expect(await mine.findOne({ external_id: 'x0' })).toMatchObject({ tenant_id: me.tenantId });
  });

  it('answers a foreign id and no such id alike', async () => {
    const [foreignId, noId] = await Promise.allSettled([mine.get(theirRows[0]!.user_id), mine.get(newId('usr'))]);

    expect((foreignId as PromiseRejectedResult).reason).toEqual((noId as PromiseRejectedResult).reason);
  });

  it('count counts no foreign row', async () => {
    expect(await mine.count({})).toBe(ROWS);
    expect(await mine.count({ user_id: op.in(theirRows.map(({ user_id: id }) => id)) })).toBe(0);
  });

  it('page walks no foreign row', async () => {
    const seen: DocumentOf<typeof people>[] = [];
    let cursor: string | undefined;
    do {
      const page = await mine.page({}, { sort: { external_id: 1 }, limit: 2, cursor });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(foreign(seen)).toEqual([]);
    expect(seen).toHaveLength(ROWS);
  });

  it('findExisting finds no foreign id', async () => {
    expect(
      await mine.findExisting(
        theirRows.map(({ user_id: id }) => id),
        ['tenant_id'],
      ),
    ).toEqual(new Map());
  });

  it('update, softDelete, incrementMany and updateManyById change no foreign row', async () => {
    const id = theirRows[0]!.user_id;

    await expect(mine.update(id, { set: { status: 'banned' } })).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    await expect(mine.update(id, { set: { status: 'banned' } }, { expectedVersion: 0 })).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    expect(await mine.softDelete(id, 'thief')).toBe(false);
    expect(await mine.incrementMany([{ id, field: 'stats.sent', by: 1 }])).toEqual([undefined]);
    expect(await mine.updateManyById([{ id, set: { status: 'banned' } }])).toEqual({ matched: 0, modified: 0 });
  });

  it('refuses to write or ask in another tenant’s name', async () => {
    const crossTenant = { code: 'AUTHZ_CROSS_TENANT', status: 403 };

    await expect(mine.insert(aPerson({ tenant_id: them.tenantId }))).rejects.toMatchObject(crossTenant);
    await expect(mine.insertMany([aPerson({ tenant_id: them.tenantId })])).rejects.toMatchObject(crossTenant);
    await expect(mine.findMany({ tenant_id: them.tenantId })).rejects.toMatchObject(crossTenant);
    await expect(mine.count(op.or<DocumentOf<typeof people>>({ status: 'active' }, { tenant_id: them.tenantId }))).rejects.toMatchObject(
      crossTenant,
    );
    await expect(mine.update(newId('usr'), { set: { tenant_id: them.tenantId } as never })).rejects.toMatchObject(crossTenant);
    await expect(mine.page({ tenant_id: them.tenantId }, { sort: { user_id: 1 } })).rejects.toMatchObject(crossTenant);
    const guarded = mine.updateManyById([{ id: newId('usr'), where: { tenant_id: them.tenantId }, set: { status: 'banned' } }]);
    await expect(guarded).rejects.toMatchObject(crossTenant);
  });

  it('lets both tenants hold the same natural keys, and interleave', async () => {
    const threads = tenants.map((tenant) => mongo.forTenant(tenant).repository(lines));
    const thread_id = newId('conv');

    for (let seq = 0; seq < 3; seq += 1) for (const thread of threads) await thread.insert(aLine({ thread_id, seq }));

    for (const [index, thread] of threads.entries()) {
      const rows = await thread.findMany({ thread_id });
      expect(rows.map(({ tenant_id: id }) => id)).toEqual(Array(3).fill(tenants[index]?.tenantId));
    }
  });
});

it.each([undefined, null, '', {}, { tenantId: {} }])('%j reaches no data', (nothing) => {
  expect(() => mongo.forTenant(nothing as never)).toThrow(/tenant/i);
});
