import { afterAll, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { type ConnectionEvent, connectMongo } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
afterAll(() => server.end());

async function aProcess() {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const mongo = await connectMongo({
    config: { MONGODB_URI: serverUri(), NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, SLOW_QUERY_THRESHOLD_MS: 1 },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    appName: 'caas-spec',
    collections: [people, lines],
    databasePrefix: server.databasePrefix,
  });
  return { mongo, metrics };
}

const LABELS = new Set(['collection', 'operation', 'outcome', 'pool', 'event', 'reason', 'isolation', 'service', 'le']);

it('has the names that dashboards know, and no more series with more tenants', async () => {
  const { mongo, metrics } = await aProcess();
  const seriesAfter = async (tenants: number): Promise<string> => {
    for (let tenant = 0; tenant < tenants; tenant++) {
      const data = mongo.forTenant(aTenant());
      const { user_id: id } = await data.repository(people).insert(aPerson());
      await data.repository(people).get(id);
      await data.repository(lines).insertMany([aLine()]);
    }
    await mongo.health();
    return (await metrics.render()).body;
  };

  const few = await seriesAfter(2);
  const many = await seriesAfter(20);

  for (const name of [
    'mongodb_connections_active',
    'mongodb_connections_available',
    'mongodb_query_duration_seconds',
    'mongodb_operations_total',
    'mongodb_replication_lag_seconds',
    'mongodb_pool_wait_seconds',
    'mongodb_slow_queries_total',
    'mongodb_circuit_state',
  ]) {
    expect(many).toContain(`# TYPE ${name} `);
  }
  const series = (body: string): string[] => body.split('\n').filter((line) => line.startsWith('mongodb_') && line.includes('{'));
  const labels = new Set(series(many).flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, name]) => name ?? '')));
  expect([...labels].filter((name) => !LABELS.has(name))).toEqual([]);
  expect(many).not.toMatch(/clnt_|usr_|conv_|msg_/);
  const withoutSlow = (body: string) => series(body).filter((line) => !line.startsWith('mongodb_slow')).length;
  expect(withoutSlow(many)).toBe(withoutSlow(few));
  await mongo.close();
});

it('counts connections by the driver’s events, and none is left in the end', async () => {
  const { mongo, metrics } = await aProcess();
  const seen: ConnectionEvent['kind'][] = [];
  const stop = mongo.onConnectionEvent(({ kind }) => seen.push(kind));
  await Promise.all(Array.from({ length: 5 }, () => mongo.forTenant(aTenant()).repository(people).count({})));
  stop();
  const { main } = mongo.getPoolStats();
  await mongo.close();

  expect(main).toMatchObject({ active: 0, pending: 0, errors: 0, max: 100 });
  expect(main.available).toBe(main.created - main.closed);
  expect(seen.filter((kind) => kind === 'checked_out')).toHaveLength(5);
  const { body } = await metrics.render();
  expect(body).toMatch(/mongodb_connections_active\{pool="main",service="spec"\} 0/);
  expect(body).toMatch(/mongodb_connections_available\{pool="main",service="spec"\} 0/);
});

it('keeps count of what each tenant does, outside of the metrics', async () => {
  const { mongo } = await aProcess();
  const [busy, quiet] = [aTenant(), aTenant()];
  for (let time = 0; time < 3; time++) await mongo.forTenant(busy).repository(people).count({});
  await mongo.forTenant(quiet).repository(people).count({});

  expect(mongo.usage.list().map(({ tenantId, operations }) => [tenantId, operations])).toEqual([
    [busy.tenantId, 3],
    [quiet.tenantId, 1],
  ]);
  await mongo.close();
});
