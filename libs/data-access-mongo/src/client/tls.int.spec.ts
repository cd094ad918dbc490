import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@caas/runtime';
import { connectMongo, type Mongo, type MongoConfig } from '../index.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { aTlsRelay, canMakeCertificates, type TlsRelay } from '../fixtures/tls.fixture.js';

const server = await aServer([]);
afterAll(() => server.end());

function connect(config: Pick<MongoConfig, 'MONGODB_URI'> & Partial<MongoConfig>): Promise<Mongo> {
  return connectMongo({
    config: {
      NODE_ENV: 'test',
      MONGODB_MIN_POOL_SIZE: 0,
      MONGODB_SERVER_SELECTION_TIMEOUT_MS: 700,
      MONGO_RETRY_MAX_ATTEMPTS: 1,
      ...config,
    },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics: new Metrics({ service: 'spec', defaults: false }),
    appName: 'caas-spec',
    collections: [],
    databasePrefix: server.databasePrefix,
  });
}

const [suite, name] = canMakeCertificates() ? [describe, 'over TLS'] : [describe.skip, 'over TLS (skipped: no openssl here)'];

suite(`a connection ${name}`, () => {
  let relay: TlsRelay;
  beforeAll(async () => {
    relay = await aTlsRelay(serverUri());
  });
  afterAll(() => relay.close());

  it('works when the authority is known', async () => {
    const mongo = await connect({ MONGODB_URI: relay.uri, MONGODB_TLS_CA_FILE: relay.caFile });

    expect(await mongo.health()).toMatchObject({ available: true });
    await mongo.close();
  });

  it('is refused when the authority is not known', async () => {
    await expect(connect({ MONGODB_URI: relay.uri })).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });

  it('is refused when the certificate names another server', async () => {
    const connecting = connect({ MONGODB_URI: relay.otherNameUri, MONGODB_TLS_CA_FILE: relay.caFile });

    await expect(connecting).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE' });
  });
});
