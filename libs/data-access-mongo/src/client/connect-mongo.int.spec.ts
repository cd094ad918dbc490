import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, isRetryable, Metrics } from '@caas/runtime';
import { newId } from '@caas/schema';
import { connectMongo, type ConnectOptions, DefinitionError, type MongoConfig, type TenantRepository } from '../index.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([]);
afterAll(() => server.end());

const options = (change: Partial<Omit<ConnectOptions, 'config'>> & { config?: Partial<MongoConfig> } = {}): ConnectOptions => ({
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: [],
  databasePrefix: server.databasePrefix,
  ...change,
  config: { MONGODB_URI: serverUri(), NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, MONGO_RETRY_MAX_ATTEMPTS: 1, ...change.config },
});

describe('connectMongo', () => {
  it('leaves no scratch database behind', async () => {
    const names = await withDriver(async (client) => (await client.db('admin').admin().listDatabases()).databases.map(({ name }) => name));

    expect(names.filter((name) => name.startsWith(`${server.databasePrefix}_probe`))).toEqual([]);
  });

  it('finds the same capabilities each time, also several at once', async () => {
    const others = await Promise.all([connectMongo(options()), connectMongo(options())]);

    for (const other of others) {
      expect(other.capabilities.missing().filter((name) => name !== 'transactions')).toEqual(
        server.mongo.capabilities.missing().filter((name) => name !== 'transactions'),
      );
      await other.close();
    }
  });

  server.itLacks('transactions', 'refuses a server without transactions in production', async () => {
    const connecting = connectMongo(options({ config: { NODE_ENV: 'production' } }));

    await expect(connecting).rejects.toThrow(/names a server without transactions/);
  });

  it('rejects with UnavailableError when nobody answers', async () => {
    const connecting = connectMongo(
      options({ config: { MONGODB_URI: 'mongodb://user:hunter2@127.0.0.1:1/', MONGODB_SERVER_SELECTION_TIMEOUT_MS: 200 } }),
    );

    await expect(connecting).rejects.toMatchObject({ name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true });
    await expect(connecting).rejects.toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }));
  });

  it('rejects with UnavailableError when a server accepts connections and says nothing', async () => {
    const mute: Server = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as { port: number };
    const config = {
      MONGODB_URI: `mongodb://127.0.0.1:${port}/`,
      MONGODB_SERVER_SELECTION_TIMEOUT_MS: 300,
      MONGODB_CONNECT_TIMEOUT_MS: 200,
    };

    await expect(connectMongo(options({ config }))).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
    mute.close();
  });

  it('refuses two definitions of one place', async () => {
    await expect(connectMongo(options({ collections: [people, lines, people] }))).rejects.toThrow(DefinitionError);
  });

  it('reports its life in events and counts them', async () => {
    const metrics = new Metrics({ service: 'spec', defaults: false });
    const mongo = await connectMongo(options({ metrics }));
    const seen: string[] = [];
    mongo.events.on('closing', () => seen.push('closing'));
    mongo.events.on('closed', () => seen.push('closed'));

    await Promise.all([mongo.close(), mongo.close()]);

    expect(seen).toEqual(['closing', 'closed']);
    expect((await metrics.render()).body).toMatch(/mongodb_client_events_total\{pool="main",event="connected",service="spec"\} 1/);
  });
});

describe('when the server falls silent', () => {
  it('reports an exhausted pool as an event and as UnavailableError', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const config = { MONGODB_URI: proxy.url, MONGODB_MAX_POOL_SIZE: 1, MONGODB_WAIT_QUEUE_TIMEOUT_MS: 300 };
    const mongo = await connectMongo(options({ config }));
    const exhausted = mongo.events.next('pool_exhausted');

    proxy.hold();
    const holding = mongo.health();
    const waiting = mongo.forTenant(aTenant()).repository(lines).count({});

    await expect(waiting).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true, details: { reason: 'pool_exhausted' } });
    expect(await exhausted).toEqual({ address: expect.any(String), waitedMs: expect.any(Number) });
    proxy.release();
    expect(await holding).toMatchObject({ status: 'healthy' });
    await mongo.close();
    await proxy.close();
  });

  it('rejects with a retryable error within the time budget of the socket', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const mongo = await connectMongo(options({ config: { MONGODB_URI: proxy.url, MONGODB_SOCKET_TIMEOUT_MS: 800 } }));

    const thread = mongo.forTenant(aTenant()).repository(lines);

    proxy.hold();
    const writes = [
      thread.insert(aLine()),
      thread.insertMany([aLine(), aLine()]),
      thread.updateManyById([{ id: newId('msg'), set: { seq: 1 } }]),
    ];

    for (const write of writes) await expect(write).rejects.toMatchObject({ retryable: true });
    proxy.release();
    await mongo.close();
    await proxy.close();
  });
});

describe('when the server goes away', () => {
  it('reports disconnected, and reconnected once it is back, and works again', async () => {
    const proxy = await TcpProxy.to(serverUri());
    const config = { MONGODB_URI: proxy.url, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 400 };
    const mongo = await connectMongo(options({ config }));
    const thread = mongo.forTenant(aTenant()).repository(lines);
    const disconnected = mongo.events.next('disconnected');
    const reconnecting = mongo.events.next('reconnecting');

    await proxy.cut();
    await expect(thread.count({})).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true });
    expect(await disconnected).toEqual({ reason: expect.any(String) });
    expect(await reconnecting).toEqual({ attempt: 1, delayMs: 10_000, reason: expect.any(String) });

    const reconnected = mongo.events.next('reconnected');
    await proxy.restore();
    const counting = countUntilAnswered(thread);
    expect(await reconnected).toEqual({ downMs: expect.any(Number) });
    expect(await counting).toBe(0);
    await mongo.close();
    await proxy.close();
  });
});

/** Asks again until the driver has found the server. */
async function countUntilAnswered(thread: TenantRepository<typeof lines>): Promise<number> {
  for (;;) {
    try {
      return await thread.count({});
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
  }
}
