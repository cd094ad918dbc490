import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type IsolationModel, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { type TenantRelocation } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
const { mongo } = server;
afterAll(() => server.end());

const MOVED = [people, lines] as const;
const LINES = 120;
/** Several answers of the server for the lines, where it gives results in more than one. */
const BATCH_ROWS = mongo.capabilities.cursorBatches ? 50 : 1_000;

/** The same tenant, as it is once it has moved. */
const placed = (tenant: TenantContext, model: IsolationModel): TenantContext => ({
  ...tenant,
  isolation: { model, epoch: tenant.isolation.epoch + 1 },
});

async function aTenantWithPlaces(): Promise<TenantContext> {
  const tenant = aTenant();
  server.dropAlso(tenant);
  return tenant;
}

/** Every row as the driver reads it, in the order of ids. */
function rowsOf(tenant: TenantContext, name: string): Promise<unknown[]> {
  const { tenantId, isolation } = tenant;
  const prefix = server.databasePrefix;
  const [database, collection] = {
    shared: [`${prefix}_shared`, name],
    collection: [`${prefix}_tenants`, `${tenantId}_${name}`],
    database: [`${prefix}_${tenantId}`, name],
  }[isolation.model] as [string, string];
  return withDriver((client) =>
    client
      .db(database)
      .collection(collection)
      .find({ tenant_id: tenantId }, { promoteValues: false, sort: { _id: 1 } })
      .toArray(),
  );
}

async function everything(relocation: TenantRelocation, options: { pauseMs?: number } = {}) {
  const passes = [];
  for (const definition of MOVED) passes.push(await relocation.reconcile(definition, { batchRows: BATCH_ROWS, ...options }));
  return passes;
}

describe('moving the rows of a tenant', () => {
  let tenant: TenantContext;
  let neighbour: TenantContext;
  beforeEach(async () => {
    [tenant, neighbour] = [await aTenantWithPlaces(), aTenant()];
    for (const one of [tenant, neighbour]) {
      const data = mongo.forTenant(one);
      await data.repository(people).insertMany(Array.from({ length: 30 }, () => aPerson({ stats: { sent: 2 ** 40, warnings: 3 } })));
      const thread = newId('conv');
      await data.repository(lines).insertMany(Array.from({ length: LINES }, (_, seq) => aLine({ thread_id: thread, seq })));
    }
  });

  // Other specs' rows would only make each insert slower.
  afterEach(async () => {
    for (const one of [tenant, neighbour]) await mongo.operateOnTenant(one).drop(MOVED);
  });

  it.each<[IsolationModel, IsolationModel]>([
    ['shared', 'collection'],
    ['collection', 'database'],
    ['database', 'shared'],
  ])('from %s to %s brings every byte over and leaves the neighbour alone', async (from, to) => {
    const here = from === 'shared' ? tenant : placed(tenant, from);
    if (from !== 'shared') {
      const there = mongo.relocation(tenant, here.isolation);
      await there.prepare(MOVED);
      await everything(there);
      await mongo.operateOnTenant(tenant).drop(MOVED);
    }
    const before = [await rowsOf(here, 'people'), await rowsOf(here, 'lines'), await rowsOf(neighbour, 'lines')];
    const relocation = mongo.relocation(here, { model: to, epoch: 3 });

    await relocation.prepare(MOVED);
    const [first] = await everything(relocation);
    const [again, linesAgain] = await everything(relocation);

    const target = placed(tenant, to);
    expect([await rowsOf(target, 'people'), await rowsOf(target, 'lines'), await rowsOf(neighbour, 'lines')]).toEqual(before);
    expect(first).toMatchObject({ rows: 30, written: 30, removed: 0, digest: again?.digest });
    expect([again, linesAgain]).toMatchObject([
      { rows: 30, written: 0, removed: 0 },
      { rows: LINES, written: 0, removed: 0 },
    ]);
  });

  it('catches up with inserts, changes, deletions and counters that leave updated_at alone', async () => {
    const relocation = mongo.relocation(tenant, { model: 'collection', epoch: 2 });
    await relocation.prepare(MOVED);
    await everything(relocation);
    const data = mongo.forTenant(tenant);
    const [first, second, third] = await data.repository(people).findMany({}, { sort: { user_id: 1 }, limit: 3 });
    const [line] = await data.repository(lines).findMany({}, { limit: 1 });
    const inserted = await data.repository(people).insert(aPerson());
    await data.repository(people).update(first?.user_id ?? '', { set: { status: 'banned' } });
    await data.repository(people).incrementMany([{ id: second?.user_id ?? '', field: 'stats.sent', by: 5 }]);
    await data.repository(people).softDelete(third?.user_id ?? '', newId('usr'));
    await data.repository(lines).delete(line?.message_id ?? '');
    const changed: string[] = [];

    const caught = await relocation.reconcile(people, { onChanged: (ids) => changed.push(...ids) });
    const caughtLines = await relocation.reconcile(lines);

    expect(caught).toMatchObject({ rows: 31, written: 4, removed: 0 });
    expect(changed.toSorted()).toEqual([first?.user_id, second?.user_id, third?.user_id, inserted.user_id].toSorted());
    expect(caughtLines).toMatchObject({ rows: LINES - 1, written: 0, removed: 1 });
    expect(await rowsOf(placed(tenant, 'collection'), 'people')).toEqual(await rowsOf(tenant, 'people'));
    expect(await relocation.differing(people, changed)).toEqual([]);
  });

  it('says which of some rows differ', async () => {
    const relocation = mongo.relocation(tenant, { model: 'collection', epoch: 2 });
    await relocation.prepare(MOVED);
    await everything(relocation);
    const [first, second] = await mongo.forTenant(tenant).repository(people).findMany({}, { limit: 2 });
    await mongo
      .forTenant(tenant)
      .repository(people)
      .update(first?.user_id ?? '', { set: { status: 'banned' } });
    const added = await mongo.forTenant(tenant).repository(people).insert(aPerson());

    const ids = [first?.user_id ?? '', second?.user_id ?? '', added.user_id, newId('usr')];
    expect(await relocation.differing(people, ids)).toEqual([first?.user_id, added.user_id]);
  });

  it('writes rows that swapped a unique key since the copy', async () => {
    const relocation = mongo.relocation(tenant, { model: 'collection', epoch: 2 });
    await relocation.prepare(MOVED);
    await everything(relocation);
    const own = mongo.forTenant(tenant).repository(lines);
    const [first, second] = await own.findMany({}, { sort: { message_id: 1 }, limit: 2 });
    if (first === undefined || second === undefined) throw new Error('There are no lines.');
    await own.update(first.message_id, { set: { seq: 99_999 } });
    await own.update(second.message_id, { set: { seq: first.seq } });
    await own.update(first.message_id, { set: { seq: second.seq } });

    await relocation.reconcile(lines);

    expect(await rowsOf(placed(tenant, 'collection'), 'lines')).toEqual(await rowsOf(tenant, 'lines'));
  });

  server.itNeeds('cursorBatches', 'goes on behind the position that was told last', async () => {
    const relocation = mongo.relocation(tenant, { model: 'collection', epoch: 2 });
    await relocation.prepare(MOVED);
    const stop = new AbortController();
    let after: string | undefined;
    const stopped = relocation.reconcile(lines, {
      batchRows: BATCH_ROWS,
      signal: stop.signal,
      onBatch: (batch) => {
        ({ after } = batch);
        stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');

    const rest = await relocation.reconcile(lines, { after });

    expect(rest).toMatchObject({ rows: LINES - BATCH_ROWS, written: LINES - BATCH_ROWS });
    expect(await rowsOf(placed(tenant, 'collection'), 'lines')).toEqual(await rowsOf(tenant, 'lines'));
  });

  it('leaves no trace in the new place when told to', async () => {
    const own = placed(tenant, 'collection');
    const relocation = mongo.relocation(tenant, { model: 'collection', epoch: 2 });
    await relocation.prepare(MOVED);
    await everything(relocation);
    const back = mongo.relocation(own, { model: 'shared', epoch: 3 });

    await relocation.dropTarget(MOVED);
    await relocation.dropTarget(MOVED);

    expect(await rowsOf(own, 'lines')).toEqual([]);
    expect(await rowsOf(tenant, 'lines')).toHaveLength(LINES);
    await back.dropTarget(MOVED);
    expect(await rowsOf(tenant, 'lines')).toEqual([]);
    expect(await rowsOf(neighbour, 'lines')).toHaveLength(LINES);
  });

  it('refuses the place where the data is', () => {
    expect(() => mongo.relocation(tenant, { model: 'shared', epoch: 2 })).toThrow(/that place already/);
  });
});
