import { afterAll, describe, expect, it } from '@jest/globals';
import { type AppError, CircuitOpenError, createLogger, ManualClock, Metrics } from '@caas/runtime';
import { connectMongo, type MongoConfig, type MongoEvents } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aPerson } from '../fixtures/documents.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
afterAll(() => server.end());

const CIRCUIT_EVENTS = ['circuit_opened', 'circuit_half_open', 'circuit_closed'] as const satisfies readonly (keyof MongoEvents)[];

/** A process behind a relay, with a clock that the spec moves, and the circuit's events in their order. */
async function aProcess(config: Partial<MongoConfig> = {}) {
  const proxy = await TcpProxy.to(serverUri());
  const clock = new ManualClock();
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const mongo = await connectMongo({
    config: { MONGODB_URI: proxy.url, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 1_500, ...config },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    appName: 'caas-spec',
    collections: [people, lines],
    clock,
    databasePrefix: server.databasePrefix,
  });
  const seen: string[] = [];
  for (const name of CIRCUIT_EVENTS) mongo.events.on(name, () => seen.push(name));
  const data = mongo.forTenant(aTenant());
  const fail = async (times: number): Promise<void> => {
    const counts = await Promise.allSettled(Array.from({ length: times }, () => data.repository(lines).count({})));
    for (const count of counts) expect(count).toMatchObject({ status: 'rejected', reason: { details: { reason: 'unreachable' } } });
  };
  const end = async (): Promise<void> => {
    await mongo.close();
    await proxy.close();
  };
  return { mongo, proxy, clock, metrics, seen, data, fail, end };
}

describe('the circuit breaker', () => {
  it('opens after five calls without a server, refuses at once, tries again after a minute and closes after two good calls', async () => {
    const { proxy, clock, metrics, seen, data, fail, end } = await aProcess();
    await proxy.cut();

    await fail(4);
    expect(seen).toEqual([]);
    await fail(1);
    const started = performance.now();
    const refused = data.repository(lines).count({});
    await expect(refused).rejects.toThrow(CircuitOpenError);
    await expect(refused).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true, details: { retryAfterSeconds: 60 } });
    expect(performance.now() - started).toBeLessThan(200);
    expect((await metrics.render()).body).toMatch(/mongodb_circuit_state\{pool="main",service="spec"\} 2/);

    await proxy.restore();
    clock.advance(60_000);
    expect(await data.repository(lines).count({})).toBe(0);
    expect(seen).toEqual(['circuit_opened', 'circuit_half_open']);
    expect(await data.repository(lines).count({})).toBe(0);
    expect(seen).toEqual(['circuit_opened', 'circuit_half_open', 'circuit_closed']);
    await end();
  });

  it('does not wait out the minute when discovery finds the server before', async () => {
    const { mongo, proxy, data, fail, end } = await aProcess();
    await proxy.cut();
    await fail(5);
    await expect(data.repository(lines).count({})).rejects.toThrow(CircuitOpenError);

    const reconnected = mongo.events.next('reconnected');
    await proxy.restore();
    expect(await mongo.health()).toMatchObject({ available: true });
    await reconnected;

    expect(await data.repository(lines).count({})).toBe(0);
    await end();
  });

  it('does not mind taken keys, broken input, missing documents and an exhausted pool', async () => {
    const { proxy, seen, data, mongo, end } = await aProcess({ MONGODB_MAX_POOL_SIZE: 1, MONGODB_WAIT_QUEUE_TIMEOUT_MS: 1_000 });
    const users = data.repository(people);
    const { user_id: id } = await users.insert(aPerson());
    for (let time = 0; time < 6; time++) {
      await expect(users.insert(aPerson({ user_id: id }))).rejects.toMatchObject({ code: 'RES_CONFLICT' });
      await expect(users.get('nonsense')).rejects.toMatchObject({ code: 'VAL_ID_FORMAT' });
    }

    proxy.hold();
    const holding = mongo.health();
    const waiting = await Promise.allSettled(Array.from({ length: 8 }, () => users.count({})));
    proxy.release();
    await holding;

    expect(new Set(waiting.map((wait) => ((wait as PromiseRejectedResult).reason as AppError).details.reason))).toEqual(
      new Set(['pool_exhausted']),
    );
    expect(seen).toEqual([]);
    expect(await users.count({})).toBe(1);
    await end();
  });
});
