import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics, runWithRequest } from '@caas/runtime';
import { connectMongo } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aPerson } from '../fixtures/documents.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
const { mongo } = server;
const tenant = aTenant();
const shared = `${server.databasePrefix}_shared`;
afterAll(() => server.end());

beforeAll(async () => {
  await mongo
    .forTenant(tenant)
    .repository(people)
    .insertMany(Array.from({ length: 30 }, () => aPerson()));
});

describe('slow queries', () => {
  it('are caught with their shape, tenant and request, and without values', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const metrics = new Metrics({ service: 'spec', defaults: false });
    const slow = await connectMongo({
      config: { MONGODB_URI: proxy.url, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, SLOW_QUERY_THRESHOLD_MS: 50 },
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics,
      appName: 'caas-spec',
      collections: [people],
      databasePrefix: server.databasePrefix,
    });
    const users = slow.forTenant(tenant).repository(people);
    await users.count({});
    expect(slow.analysis.slowQueries()).toEqual([]);

    proxy.hold();
    const counting = runWithRequest({ requestId: 'req-1' }, () => users.findMany({ status: 'banned' }, { sort: { created_at: -1 } }));
    const thawed = setTimeout(() => proxy.release(), 80);
    await counting;
    clearTimeout(thawed);

    expect(slow.analysis.slowQueries()).toEqual([
      {
        collection: 'people',
        operation: 'find_many',
        shape: expect.stringMatching(/^find \{.*status:\?,tenant_id:\?.*\} sort \{created_at:-1\}$/),
        count: 1,
        totalMs: expect.any(Number),
        maxMs: expect.any(Number),
        namespace: { database: shared, collection: 'people' },
        tenantId: tenant.tenantId,
        requestId: 'req-1',
        at: expect.any(Date),
      },
    ]);
    expect((await metrics.render()).body).toMatch(
      /mongodb_slow_queries_total\{collection="people",operation="find_many",service="spec"\} 1/,
    );
    await slow.close();
    await proxy.close();
  });
});

describe('the use of indexes', () => {
  it('lists the defined ones, and none of them is missing', async () => {
    const { indexes = [], findings } = await mongo.analysis.analyzeIndexUsage(people);

    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(['_id_', 'people_status']));
    expect(findings).toEqual([]);
  });

  it('finds what is missing, superfluous and unknown', async () => {
    await withDriver(async (client) => {
      const collection = client.db(shared).collection('lines');
      await collection.dropIndex('lines_seq');
      await collection.createIndex({ tenant_id: 1, body: 1 }, { name: 'strange_long' });
      await collection.createIndex({ tenant_id: 1 }, { name: 'strange' });
    });

    const { findings } = await mongo.analysis.analyzeIndexUsage(lines);

    expect(findings.map(({ problem, index }) => `${problem} ${index}`).toSorted()).toEqual([
      'missing_index lines_seq',
      'redundant_index strange',
      'unknown_index strange',
      'unknown_index strange_long',
    ]);
    expect(findings.find(({ problem }) => problem === 'missing_index')?.reason).toBe('defined as {tenant_id: 1, thread_id: 1, seq: -1}');
  });

  it('says which collections are not there', async () => {
    const report = await mongo.analysis.advise({ tenant: aTenant({ model: 'collection' }) });

    expect(report.advice).toEqual([]);
    expect(report.skipped.filter((text) => text.endsWith('does not exist'))).toHaveLength(2);
  });
});

server.describeIf(['explain'], 'analyzeQuery', () => {
  it('finds no fault with a query that has its index', async () => {
    const verdict = await mongo.analysis.analyzeQuery(
      people,
      { filter: { status: 'active' }, sort: { created_at: -1 }, limit: 5 },
      { tenant },
    );

    expect(verdict.findings).toEqual([]);
    expect(verdict.indexes).toEqual(['people_status']);
    expect(verdict.docsExamined).toBeLessThanOrEqual(6);
  });

  it('says which index a query lacks', async () => {
    const verdict = await mongo.analysis.analyzeQuery(people, { filter: { 'profile.name': 'Bob' }, sort: { seen_at: 1 } }, { tenant });

    expect(verdict.findings.map(({ problem }) => problem)).toEqual(expect.arrayContaining(['examines_too_much', 'in_memory_sort']));
    expect(verdict.suggestedIndex).toEqual({ tenant_id: 1, 'profile.name': 1, seen_at: 1 });
  });
});

server.itLacks('explain', 'analyzeQuery refuses on a server that cannot explain', async () => {
  await expect(mongo.analysis.analyzeQuery(people, { filter: {} }, { tenant })).rejects.toMatchObject({
    code: 'SYS_INTERNAL',
    details: { reason: 'capability_missing' },
  });
});

it('analyzeQuery refuses a tenant collection without a tenant', async () => {
  await expect(mongo.analysis.analyzeQuery(people, { filter: {} })).rejects.toMatchObject({ code: 'SYS_INTERNAL' });
});

server.describeIf(['profiler'], 'the profiler', () => {
  it('is set for one database, and turned off again', async () => {
    const levelOf = (): Promise<unknown> =>
      withDriver(async (client) => (await client.db(shared).command({ profile: -1 }))['was'] as unknown);

    await mongo.analysis.profiler.enable(shared, { level: 2, slowMs: 0 });
    const during = await levelOf();
    await mongo.forTenant(tenant).repository(people).count({ status: 'active' });
    await mongo.analysis.profiler.enable(shared, { level: 0 });

    expect([during, await levelOf()]).toEqual([2, 0]);
    const operations = await mongo.analysis.profiler.slowest(shared);
    expect(operations.filter(({ namespace }) => !namespace.startsWith(`${shared}.`))).toEqual([]);
  });
});

server.itLacks('profiler', 'the profiler refuses on a server that has none', async () => {
  await expect(mongo.analysis.profiler.enable(shared, { level: 1 })).rejects.toMatchObject({ details: { reason: 'capability_missing' } });
  await expect(mongo.analysis.profiler.slowest(shared)).rejects.toMatchObject({ details: { reason: 'capability_missing' } });
  expect((await mongo.analysis.advise()).skipped).toContain('slow queries: the server has no profiler');
});
