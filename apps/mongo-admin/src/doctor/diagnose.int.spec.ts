import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connectMongo } from '@caas/data-access-mongo';
import { retryTopicsOf } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { createLogger, Metrics } from '@caas/runtime';
import { TcpProxy } from '@caas/testing/network';
import { serverVariables, stack } from '@caas/testing/stack';
import { describe, expect, it } from '@jest/globals';
import { type Finding } from './check.js';
import { diagnose } from './diagnose.js';

const SERVERS = serverVariables(stack());
const redisUrl = stack().redis_url;
const MONGODB_DATABASE = 'spec_doctor';
const ANSWER_MS = 10_000;
/** For servers that are away: the driver looks for them as long. */
const AWAY_MS = 3_000;

/** An installation that nobody has prepared, on the running servers. */
const ENV = {
  ...SERVERS,
  NODE_ENV: 'test',
  MONGODB_URI: process.env['MONGODB_URI'] ?? SERVERS['MONGODB_URI'] ?? '',
  MONGODB_DATABASE,
  MONGODB_MIN_POOL_SIZE: '0',
  API_KEY_PEPPER: `k1:${randomBytes(32).toString('base64')}`,
  SECRET_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

/** Nobody makes them. */
const NOWHERE = retryTopicsOf('spec-doctor');

async function examined(env: Readonly<Record<string, string>> = {}, answerTimeoutMs = ANSWER_MS) {
  const findings = await diagnose({ env: { ...ENV, ...env }, answerTimeoutMs, topics: [...modules.topics, ...NOWHERE] });
  const of = (check: string): readonly Finding[] => findings.filter((finding) => finding.check === check);
  return { findings, of };
}

/** Makes one collection with an index of other keys than defined. */
async function driftAnIndex(): Promise<string> {
  const definition = modules.collections.find(({ scope, name }) => scope === 'platform' && name === 'saas_clients');
  const [index, ...others] = definition?.indexes ?? [];
  if (definition === undefined || index === undefined) throw new Error('There is no such index.');
  const mongo = await connectMongo({
    config: { MONGODB_URI: ENV.MONGODB_URI, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics: new Metrics({ service: 'spec', defaults: false }),
    appName: 'caas-spec',
    collections: [],
    databasePrefix: MONGODB_DATABASE,
  });
  await mongo.ensure([{ ...definition, indexes: [{ ...index, keys: { elsewhere: 1 } }, ...others] }]);
  await mongo.close();
  return index.name;
}

describe('the doctor', () => {
  it('names what is missing, drifted and pending where servers are fine', async () => {
    const index = await driftAnIndex();

    const { of } = await examined();

    for (const check of ['settings.values', 'mongodb.login', 'mongodb.primary', 'redis.login', 'kafka.login', 'registry.login'])
      expect(of(check)).toMatchObject([{ verdict: 'ok' }]);
    for (const server of ['mongodb', 'redis', 'registry']) expect(of(`${server}.clock`)).toMatchObject([{ verdict: 'ok' }]);
    expect(of('mongodb.schema')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ verdict: 'differs', said: expect.stringMatching(/^missing collections: spec_doctor_platform\./) }),
        expect.objectContaining({ verdict: 'differs', said: expect.stringContaining(`spec_doctor_platform.saas_clients ${index}`) }),
      ]),
    );
    expect(of('mongodb.migrations')).toEqual([
      expect.objectContaining({ verdict: 'differs', said: expect.stringMatching(/^pending migrations: V001/) }),
    ]);
    expect(of('kafka.topics')).toContainEqual(
      expect.objectContaining({
        verdict: 'differs',
        said: expect.stringMatching(/^missing topics: /),
        advice: expect.stringContaining('topics apply'),
      }),
    );
  });

  it('names every login that is refused, and repeats no password', async () => {
    const strict = createServer((_, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
    await once(strict, 'listening');
    const { port } = strict.address() as { port: number };

    const { findings, of } = await examined({
      REDIS_URL: redisUrl.replace(/\/\/([^@]*@)?/, '//nobody:guessed@'),
      KAFKA_SASL_USERNAME: 'admin',
      KAFKA_SASL_PASSWORD: 'guessed',
      SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}`,
      SCHEMA_REGISTRY_USERNAME: 'nobody',
      SCHEMA_REGISTRY_PASSWORD: 'guessed',
    });
    strict.close();

    for (const server of ['redis', 'kafka', 'registry'])
      expect(of(`${server}.login`)).toMatchObject([{ verdict: 'fault', said: expect.stringContaining('wrong user or password') }]);
    expect(of('kafka.topics')).toMatchObject([{ verdict: 'skipped', said: 'kafka.login comes first' }]);
    expect(JSON.stringify(findings)).not.toContain('guessed');
  });

  it('names every server that is away, and still looks at the others', async () => {
    const closed = await TcpProxy.to(redisUrl);
    await closed.cut();
    const address = `127.0.0.1:${closed.port}`;

    const env = {
      MONGODB_URI: `mongodb://${address}/`,
      REDIS_URL: `redis://${address}`,
      KAFKA_BROKERS: `${SERVERS['KAFKA_BROKERS']},${address}`,
      SCHEMA_REGISTRY_URL: `http://${address}`,
    };
    const { of } = await examined(env, AWAY_MS);

    for (const server of ['mongodb', 'redis', 'registry'])
      expect(of(`${server}.login`)).toMatchObject([{ verdict: 'fault', said: expect.stringContaining('is down') }]);
    expect(of('kafka.login')).toMatchObject([{ verdict: 'ok' }]);
    expect(of('kafka.brokers')).toMatchObject([{ verdict: 'fault', said: expect.stringContaining(`broker down: Kafka at ${address}`) }]);
    expect(of('kafka.topics').map(({ verdict }) => verdict)).toContain('differs');
  });

  it('names settings that are wrong, and skips what needs them', async () => {
    const { of } = await examined({
      NODE_ENV: 'production',
      REDIS_URL: 'no address',
      API_KEY_PEPPER: ENV.API_KEY_PEPPER.replace('k1', 'local'),
    });

    expect(of('settings.values')).toMatchObject([{ verdict: 'fault', said: expect.stringMatching(/^REDIS_URL must start with/) }]);
    expect(of('settings.secrets')).toContainEqual(
      expect.objectContaining({ verdict: 'fault', said: 'API_KEY_PEPPER holds the development secret "local"' }),
    );
    expect(of('redis.login')).toEqual([{ check: 'redis.login', verdict: 'skipped', said: 'needs REDIS_URL' }]);
    expect(of('mongodb.server').map(({ verdict }) => verdict)).toContain('fault'); // no TLS, and no login
  });
});
