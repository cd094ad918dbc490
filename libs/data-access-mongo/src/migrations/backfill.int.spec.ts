import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TenantContext } from '@caas/runtime';
import { type BackfillOptions, type MigrationContext } from '../index.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { lines } from '../fixtures/definitions.fixture.js';
import { aMigration, aRunner, MemoryTenants } from '../fixtures/migrations.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([lines]);
const { mongo } = server;
afterAll(() => server.end());

const [one, two] = [aTenant(), aTenant()];
const own = aTenant({ model: 'collection' });
const someTenants = (): MemoryTenants => new MemoryTenants([one, two, own]);

beforeEach(() =>
  withDriver(async (client) => {
    for (const name of ['platform', 'shared', 'tenants']) {
      const db = client.db(`${server.databasePrefix}_${name}`);
      for (const { name: collection } of await db.listCollections().toArray()) await db.collection(collection).deleteMany({});
    }
  }),
);

async function write(tenant: TenantContext, count: number, body = 'old'): Promise<void> {
  await mongo.ensure([lines], { tenant });
  await mongo
    .forTenant(tenant)
    .repository(lines)
    .insertMany(Array.from({ length: count }, (_, seq) => aLine({ seq, body })));
}
const bodies = async (tenant: TenantContext): Promise<string[]> =>
  (await mongo.forTenant(tenant).repository(lines).findMany({})).map(({ body }) => body);

type Options = Partial<BackfillOptions<typeof lines>>;
const renew = (options: Options = {}): BackfillOptions<typeof lines> => ({
  name: 'renew',
  where: { body: 'old' },
  change: () => ({ set: { body: 'new' } }),
  ...options,
});
const runnerWith = (up: (context: MigrationContext) => Promise<unknown>) =>
  aRunner(server, [aMigration('V001', { up: async (context) => void (await up(context)) })], { tenants: someTenants() });

describe('a backfill', () => {
  it('changes what needs it in every place, once, and counts versions up', async () => {
    await write(one, 30);
    await write(two, 5, 'other');
    await write(own, 12);
    const results: unknown[] = [];

    await runnerWith(async (context) => results.push(await context.backfill(lines, renew({ batchSize: 7 })))).up();

    expect(results).toEqual([
      { changed: 12, left: 0 },
      { changed: 30, left: 0 },
    ]);
    expect(new Set(await bodies(one))).toEqual(new Set(['new']));
    expect(new Set(await bodies(two))).toEqual(new Set(['other']));
    expect(new Set(await bodies(own))).toEqual(new Set(['new']));
    expect((await mongo.forTenant(one).repository(lines).findMany({})).map(({ __v }) => __v)).toEqual(Array(30).fill(1));
  });

  it('computes the change from the document and may leave some alone', async () => {
    await write(one, 10);
    let result: unknown;

    await runnerWith(async (context) => {
      if (context.place !== 'shared') return;
      const change: BackfillOptions<typeof lines>['change'] = ({ seq = 0 }) => (seq < 4 ? { set: { body: `line ${seq}` } } : undefined);
      result = await context.backfill(lines, renew({ change, batchSize: 3 }));
    }).up();

    expect(result).toEqual({ changed: 4, left: 6 });
    expect((await bodies(one)).filter((body) => body.startsWith('line')).sort()).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
  });

  it('removes fields that no definition has any more', async () => {
    await write(one, 1);
    const stored = () => withDriver((client) => client.db(`${server.databasePrefix}_shared`).collection('lines').findOne({}));
    await withDriver((client) =>
      client
        .db(`${server.databasePrefix}_shared`)
        .collection('lines')
        .updateMany({}, { $set: { former: 1 } }, { bypassDocumentValidation: true }),
    );

    await runnerWith((context) =>
      context.backfill(lines, renew({ where: { former: { $exists: true } }, change: () => ({ unset: ['former'] }) })),
    ).up();

    expect(await stored()).toMatchObject({ body: 'old' });
    expect(await stored()).not.toHaveProperty('former');
  });

  it('does not write over what somebody else changed in the meantime', async () => {
    await write(one, 1);
    const [line] = await mongo.forTenant(one).repository(lines).findMany({});
    let looked = 0;
    let interference: Promise<unknown> | undefined;

    await runnerWith(async (context) => {
      if (context.place !== 'shared') return;
      const change: BackfillOptions<typeof lines>['change'] = ({ seq = -1 }) => {
        looked += 1;
        return { set: { body: `seq ${seq}` } };
      };
      interference = mongo
        .forTenant(one)
        .repository(lines)
        .update(line?.message_id ?? '', { set: { seq: 77 } });
      await interference;
      await context.backfill(lines, renew({ change }));
    }).up();

    expect(looked).toBe(1);
    expect(await bodies(one)).toEqual(['seq 77']);
  });

  it.each<[string, Options, RegExp]>([
    ['documents that still need the change afterwards', { change: () => ({ set: { seq: 5 } }) }, /still match its `where`/],
    ['the tenant of a document', { change: () => ({ set: { tenant_id: two.tenantId } }) }, /tenant_id/],
    ['the id', { change: () => ({ unset: ['message_id'] }) }, /message_id/],
    ['an operator', { change: () => ({ set: { 'body.$x': 1 } }) }, /body\.\$x/],
    ['a field that no definition has', { change: () => ({ set: { nothing: 1 } }) }, /nothing/],
    ['nothing', { change: () => ({}) }, /empty/],
    ['a batch of thousands', { batchSize: 1_001 }, /1–1000/],
  ])('refuses %s', async (_, options, message) => {
    await write(one, 2);

    const report = await runnerWith((context) =>
      context.place === 'shared' ? context.backfill(lines, renew(options)) : Promise.resolve(),
    ).up();

    expect(report.places.find(({ place }) => place === 'shared')).toMatchObject({
      outcome: 'failed',
      error: expect.stringMatching(message),
    });
  });

  it('goes on behind the last batch when it is tried again', async () => {
    await write(one, 20);
    let [isBroken, looked] = [true, 0];
    const change: BackfillOptions<typeof lines>['change'] = () => {
      looked += 1;
      if (isBroken && looked > 12) throw new Error('broken');
      return { set: { body: 'new' } };
    };
    const runner = runnerWith((context) =>
      context.place === 'shared' ? context.backfill(lines, renew({ change, batchSize: 5 })) : Promise.resolve(),
    );
    await runner.up();
    expect((await bodies(one)).filter((body) => body === 'new')).toHaveLength(10);
    isBroken = false;
    looked = 0;

    await runner.up({ retryFailed: true });

    expect(looked).toBe(10);
    expect(new Set(await bodies(one))).toEqual(new Set(['new']));
  });

  it('rests between batches, and as long as replicas lag', async () => {
    await write(own, 4);
    const [rests, lags] = [[] as number[], [12_000, 10_000, 9_999]];
    const options = {
      tenants: someTenants(),
      sleep: (ms: number) => Promise.resolve(void rests.push(ms)),
      replicationLagMs: () => Promise.resolve(lags.shift()),
    };
    const up = async (context: MigrationContext): Promise<void> =>
      void (await context.backfill(lines, renew({ batchSize: 2, pauseMs: 50 })));

    expect(await aRunner(server, [aMigration('V001', { up })], options).up()).toMatchObject({ ok: true });

    expect(rests).toEqual([50, 1_000, 1_000, 50]);
  });
});
