import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, ManualClock, Metrics } from '@caas/runtime';
import { connectMongo, type MongoHealth } from '../index.js';
import { lines } from '../fixtures/definitions.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri } from '../fixtures/server.fixture.js';

const server = await aServer([lines]);
afterAll(() => server.end());

async function aProcess(uri = serverUri()) {
  const clock = new ManualClock();
  const mongo = await connectMongo({
    config: { MONGODB_URI: uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 300 },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics: new Metrics({ service: 'spec', defaults: false }),
    appName: 'caas-spec',
    collections: [lines],
    clock,
    databasePrefix: server.databasePrefix,
  });
  return { mongo, clock };
}

const statusOf = ({ checks }: MongoHealth, name: string): string | undefined => checks.find((check) => check.name === name)?.status;

describe('health', () => {
  it('tells what is connected, and what nobody can know', async () => {
    const health = await server.mongo.health();

    expect(health).toMatchObject({
      status: 'healthy',
      available: true,
      latencyMs: expect.any(Number),
      checkedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      topology: server.mongo.capabilities.topology,
      missing: server.mongo.capabilities.missing(),
      connections: { active: expect.any(Number), max: 100 },
    });
    expect(['ping', 'primary', 'pool', 'circuit'].map((name) => statusOf(health, name))).toEqual([
      'healthy',
      'healthy',
      'healthy',
      'healthy',
    ]);
  });

  server.itLacks('replicaSet', 'says that there is no replica set to report on', async () => {
    const { checks } = await server.mongo.health();

    expect(checks).toContainEqual({ name: 'replication', status: 'unknown', reason: 'the server is no replica set' });
  });

  server.itNeeds('replicaSet', 'reports on the replica set', async () => {
    expect(statusOf(await server.mongo.health(), 'members')).toBe('healthy');
  });

  it('is looked at once for all who ask, and again after a second', async () => {
    const { mongo, clock } = await aProcess();

    const [one, two] = await Promise.all([mongo.health(), mongo.health()]);
    clock.advance(999);
    const three = await mongo.health();
    clock.advance(1);
    const four = await mongo.health();

    expect(two).toBe(one);
    expect(three).toBe(one);
    expect(four).not.toBe(one);
    await mongo.close();
  });

  it('is unhealthy when the server is away or the client is closed, and healthy again afterwards', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const { mongo, clock } = await aProcess(proxy.url);

    await proxy.cut();
    const away = await mongo.health();
    await proxy.restore();
    clock.advance(1_000);
    let back = await mongo.health();
    while (!back.available) {
      clock.advance(1_000);
      back = await mongo.health();
    }
    await mongo.close();
    clock.advance(1_000);
    const closed = await mongo.health();

    expect(away).toMatchObject({ status: 'unhealthy', available: false });
    expect(statusOf(away, 'ping')).toBe('unhealthy');
    expect(away.checks.find(({ name }) => name === 'ping')?.reason).not.toContain('127.0.0.1');
    expect(back.status).toBe('healthy');
    expect(closed.available).toBe(false);
    await proxy.close();
  });
});
