import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { connectMongo, type MongoConfig } from '../index.js';
import { TcpProxy } from '@caas/testing/network';
import { aServer, serverUri } from '../fixtures/server.fixture.js';

const server = await aServer([]);
afterAll(() => server.end());

function start(config: Pick<MongoConfig, 'MONGODB_URI'> & Partial<MongoConfig>) {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const connecting = connectMongo({
    config: {
      NODE_ENV: 'test',
      MONGODB_MIN_POOL_SIZE: 0,
      MONGODB_SERVER_SELECTION_TIMEOUT_MS: 150,
      MONGO_RETRY_INITIAL_DELAY_MS: 5,
      ...config,
    },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    appName: 'caas-spec',
    collections: [],
    databasePrefix: server.databasePrefix,
  });
  const countOf = async (event: string): Promise<number> => {
    const line = new RegExp(`mongodb_client_events_total\\{pool="main",event="${event}",service="spec"\\} (\\d+)`);
    return Number(line.exec((await metrics.render()).body)?.[1] ?? 0);
  };
  return { connecting, countOf };
}

describe('a process that starts while the server is away', () => {
  it('connects as soon as the server is there', async () => {
    const proxy = await TcpProxy.to(serverUri());
    await proxy.cut();
    const { connecting, countOf } = start({ MONGODB_URI: proxy.url, MONGO_RETRY_MAX_ATTEMPTS: 50 });
    while ((await countOf('reconnecting')) === 0) await new Promise((resolve) => setImmediate(resolve));

    await proxy.restore();
    const mongo = await connecting;

    expect(await countOf('connecting')).toBe((await countOf('reconnecting')) + 1);
    expect([await countOf('connected'), await countOf('failed')]).toEqual([1, 0]);
    await mongo.close();
    await proxy.close();
  });

  it('gives up after the configured attempts', async () => {
    const { connecting, countOf } = start({ MONGODB_URI: 'mongodb://127.0.0.1:1/', MONGO_RETRY_MAX_ATTEMPTS: 3 });

    await expect(connecting).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', details: { reason: 'unreachable' } });
    expect([await countOf('connecting'), await countOf('reconnecting'), await countOf('failed')]).toEqual([3, 2, 1]);
  });

  it('does not try again what cannot get better', async () => {
    const { connecting, countOf } = start({ MONGODB_URI: serverUri(), MONGODB_TLS_CA_FILE: '/nowhere/ca.pem' });

    await expect(connecting).rejects.toMatchObject({ name: 'ConfigError', problems: [{ variable: 'MONGODB_TLS_CA_FILE' }] });
    expect(await countOf('connecting')).toBe(1);
  });

  it('is refused at once for settings that contradict each other, all of them named', async () => {
    const config = { MONGODB_URI: serverUri(), MONGODB_MIN_POOL_SIZE: 9, MONGODB_MAX_POOL_SIZE: 5, MONGO_APP_USER: 'ada' };

    await expect(start(config).connecting).rejects.toMatchObject({
      name: 'ConfigError',
      problems: [{ variable: 'MONGODB_MIN_POOL_SIZE' }, { variable: 'MONGO_APP_PASSWORD' }],
    });
  });
});
