import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, DuplicateKeyError, Metrics, runWithTenant, type TenantContext, UnavailableError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { type RetryPreset } from '../client/retry-presets.js';
import { cards, lines, people } from '../fixtures/definitions.fixture.js';
import { aCard, aLine } from '../fixtures/documents.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { until } from '../fixtures/streams.fixture.js';
import { connectMongo } from '../index.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { createBulkMetrics } from './bulk-metrics.js';
import { type BulkWork } from './bulk-operation.js';
import { type BulkPlace, BulkWriter, type BulkWriterOptions } from './bulk-writer.js';

const server = await aServer([lines, cards, people]);
const { mongo } = server;
afterAll(() => server.end());

const QUICK: RetryPreset = { attemptsMax: 4, delayInitialMs: 5, delayMaxMs: 10 };

/** A writer of the spec's own, over the real repositories. */
function aWriter({
  batchSize = 100,
  flushIntervalMs = 20,
  doors = mongo,
  retry = QUICK,
}: { batchSize?: number; flushIntervalMs?: number; doors?: BulkWriterOptions['doors']; retry?: RetryPreset } = {}) {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const writer = new BulkWriter({
    doors,
    insideTransaction: () => false,
    batchSize,
    flushIntervalMs,
    retry,
    metrics: createBulkMetrics(metrics),
    logger: createLogger({ service: 'spec', level: 'silent' }),
  });
  const metric = async (line: string): Promise<number | undefined> => {
    const found = (await metrics.render()).body.split('\n').find((text) => text.startsWith(line));
    return found === undefined ? undefined : Number(found.split(' ').at(-1));
  };
  return { writer, batches: () => metric('mongodb_bulk_batch_operations_count'), metric };
}

const linesOf = (tenant: TenantContext) => mongo.forTenant(tenant).repository(lines);

describe('the bulk writer', () => {
  it('writes adds in one batch when the interval has passed, each with its own result', async () => {
    const tenant = aTenant();
    const { writer, batches } = aWriter();
    const bulk = writer.forTenant(tenant, lines);
    const thread_id = newId('conv');

    const results = await Promise.all([1, 2, 3].map((seq) => bulk.insert(aLine({ thread_id, seq }))));

    expect(await batches()).toBe(1);
    for (const [index, { id, duplicate }] of results.entries()) {
      expect(duplicate).toBe(false);
      expect(await linesOf(tenant).get(id)).toMatchObject({ seq: index + 1, tenant_id: tenant.tenantId, __v: 0 });
    }
  });

  it('writes at the batch size without waiting', async () => {
    const { writer, batches } = aWriter({ batchSize: 10, flushIntervalMs: 3_600_000 });
    const bulk = writer.forTenant(aTenant(), lines);

    await Promise.all(Array.from({ length: 30 }, (_, seq) => bulk.insert(aLine({ seq }))));

    expect(await batches()).toBe(3);
    expect(writer.pending).toBe(0);
  });

  it('writes before 16 MB are together', async () => {
    const { writer, batches } = aWriter({ batchSize: 100, flushIntervalMs: 3_600_000 });
    const place = { key: 'lines', definition: lines, repository: linesOf(aTenant()) } as unknown as BulkPlace;
    const add = (seq: number): Promise<unknown> => {
      const document = { ...aLine({ seq }), message_id: newId('msg') };
      const work = { kind: 'insert', id: document.message_id, document, idempotentBy: [] } as unknown as BulkWork;
      return writer.add(place, { work, orderKey: undefined, repeatable: true, bytes: 7 * 1_024 * 1_024 });
    };

    const adds = [add(1), add(2), add(3)];
    await Promise.all(adds.slice(0, 2));
    expect(writer.pending).toBe(1);
    await writer.flush();
    await Promise.all(adds);

    expect(await batches()).toBe(2);
  });

  it('does all kinds of writes, in the order of their key', async () => {
    const tenant = aTenant();
    const { writer } = aWriter();
    const bulk = writer.forTenant(tenant, cards);
    const card = mongo.forTenant(tenant).repository(cards);
    const first = aCard({ file_id: newId('file'), points: 1 });
    const id = first.file_id!;
    const order = { orderKey: id };
    const slug = newId('file');

    const [, , , , upserted] = await Promise.all([
      bulk.insert(first, order),
      bulk.update({ id, set: { title: 'second' } }, order),
      bulk.increment({ id, field: 'points', by: 4 }, order),
      bulk.update({ id, set: { title: 'third' } }, order),
      bulk.upsert({ slug }, { create: aCard({ slug }), change: { set: { title: 'new' } } }),
      bulk.update({ id, set: { state: 'closed' }, where: { title: 'third' } }, order),
    ]);

    expect(await card.get(id)).toMatchObject({ title: 'third', points: 5, state: 'closed', __v: 3 });
    expect(upserted).toMatchObject({ created: true, document: { slug, tenant_id: tenant.tenantId } });
    await bulk.softDelete(id, 'usr_x', { ...order, set: { state: 'deleted' } });
    expect(await card.find(id)).toBeUndefined();
    expect(await card.find(id, { includeDeleted: true })).toMatchObject({ state: 'deleted', deleted_by: 'usr_x' });
  });

  it('takes a row that is stored already, or has the idempotency key, for written', async () => {
    const { writer } = aWriter();
    const bulk = writer.forTenant(aTenant(), lines);
    const line = { ...aLine({ thread_id: newId('conv') }), message_id: newId('msg') };
    await bulk.insert(line);

    const [replay, sameKey, taken] = await Promise.all([
      bulk.insert(line),
      bulk.insert({ ...line, message_id: newId('msg') }, { idempotentBy: ['lines_seq'] }),
      bulk.insert({ ...line, message_id: newId('msg') }).catch((error: unknown) => error),
    ]);

    expect(replay).toEqual({ id: line.message_id, duplicate: true });
    expect(sameKey.duplicate).toBe(true);
    expect(taken).toBeInstanceOf(DuplicateKeyError);
  });

  it('gives each its own error and writes the others', async () => {
    const tenant = aTenant();
    const { writer, metric } = aWriter();
    const bulk = writer.forTenant(tenant, lines);
    const thread_id = newId('conv');

    const results = await Promise.allSettled([
      bulk.insert(aLine({ thread_id, seq: 1 })),
      bulk.insert({ ...aLine({ thread_id, seq: 2 }), message_id: 'nonsense' }),
      bulk.insert(aLine({ thread_id, seq: 3 })),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'VAL_ID_FORMAT' } });
    expect(await linesOf(tenant).count({ thread_id })).toBe(2);
    expect(await metric('mongodb_bulk_operations_total{collection="lines",operation="insert",outcome="error"')).toBe(1);
  });

  it('belongs to no request: a batch of one tenant goes out while another one’s code runs', async () => {
    const [mine, theirs] = [aTenant(), aTenant()];
    const { writer } = aWriter();
    const [a, b] = await Promise.all([
      runWithTenant(mine, () => writer.forTenant(mine, lines).insert(aLine({ seq: 1 }))),
      runWithTenant(theirs, () => writer.forTenant(theirs, lines).insert(aLine({ seq: 2 }))),
    ]);

    expect((await linesOf(mine).get(a.id)).seq).toBe(1);
    expect((await linesOf(theirs).get(b.id)).seq).toBe(2);
    expect(await linesOf(mine).find(b.id)).toBeUndefined();
  });

  it('lets adds wait while ten batches are on their way', async () => {
    const { writer } = aWriter({ batchSize: 5, flushIntervalMs: 3_600_000 });
    const bulk = writer.forTenant(aTenant(), lines);
    const adds = Array.from({ length: 60 }, (_, seq) => bulk.insert(aLine({ seq })));
    let open = false;
    const ready = writer.ready().then(() => (open = true));
    await Promise.resolve();
    expect(open).toBe(false);
    expect(writer.pending).toBe(60);

    await ready;
    await Promise.all(adds);

    expect(writer.pending).toBe(0);
  });

  it('writes what it holds when it is closed, and takes nothing more', async () => {
    const tenant = aTenant();
    const { writer } = aWriter({ flushIntervalMs: 3_600_000 });
    const bulk = writer.forTenant(tenant, lines);
    const add = bulk.insert(aLine());

    await writer.close();

    expect((await linesOf(tenant).get((await add).id)).seq).toBe(1);
    await expect(bulk.insert(aLine())).rejects.toMatchObject({ details: { reason: 'closing' } });
  });
});

describe('the bulk writer without a server', () => {
  it('keeps what it holds and writes it in the order of its key when the server is back', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const far = await connectMongo({
      config: { MONGODB_URI: proxy.url, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 300 },
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      appName: 'caas-spec',
      collections: [cards],
      databasePrefix: server.databasePrefix,
    });
    const tenant = aTenant();
    const { writer, metric } = aWriter({ doors: far, retry: { attemptsMax: 100, delayInitialMs: 100, delayMaxMs: 100 } });
    const bulk = writer.forTenant(tenant, cards);
    const id = newId('file');
    await proxy.cut();

    const adds = [bulk.insert({ ...aCard({ title: '0' }), file_id: id }, { orderKey: id })];
    const changes = [1, 2, 3].map((step) => bulk.update({ id, set: { title: String(step) } }, { orderKey: id }));
    await until(
      async () => ((await metric('mongodb_bulk_operations_total{collection="cards",operation="insert",outcome="retried"')) ?? 0) > 0,
    );
    expect(writer.pending).toBe(4);
    await proxy.restore();
    await Promise.all([...adds, ...changes]);

    expect(await mongo.forTenant(tenant).repository(cards).get(id)).toMatchObject({ title: '3', __v: 3 });
    await writer.close();
    await far.close();
    await proxy.close();
  });

  it('tells each caller after the last try, and when it is closed meanwhile', async () => {
    const away = new UnavailableError('away');
    const repository = () => ({ insertMany: () => Promise.reject(away) });
    const doors = { forTenant: () => ({ repository }) } as unknown as BulkWriterOptions['doors'];
    const tries = aWriter({ doors });
    await expect(tries.writer.forTenant(aTenant(), lines).insert(aLine())).rejects.toBe(away);
    expect(await tries.metric('mongodb_bulk_operations_total{collection="lines",operation="insert",outcome="retried"')).toBe(3);

    const patient = aWriter({ doors, retry: { attemptsMax: 1_000, delayInitialMs: 10, delayMaxMs: 10 } });
    const add = patient.writer.forTenant(aTenant(), lines).insert(aLine());
    const refused = expect(add).rejects.toMatchObject({ details: { reason: 'closing' } });
    await patient.writer.close({ graceMs: 50 });

    await refused;
    expect(patient.writer.pending).toBe(0);
  });
});
