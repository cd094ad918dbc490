import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { identityOf } from './process-identity.js';
import { stackFilePath, type StackFile } from './stack-file.js';
import { stack } from './stack.js';

const running: StackFile = {
  name: 'test',
  mongodb_uri: 'mongodb://127.0.0.1:1/',
  mongodb_kind: 'mongo-java-server',
  redis_url: 'redis://127.0.0.1:2',
  registry_url: 'http://127.0.0.1:3/apis/ccompat/v7',
  kafka: { brokers: ['127.0.0.1:4'], sasl: { mechanism: 'scram-sha-512', username: 'admin', password: 'secret' } },
  processes: [{ name: 'redis', server: 'redis', pid: process.pid, identity: identityOf(process.pid) ?? '', log: '/logs/redis.log' }],
};

const homes: string[] = [];
afterEach(() => homes.splice(0).forEach((home) => rmSync(home, { recursive: true })));

/** A home with that content as the stack file of `test`. */
function aHome(content?: unknown): NodeJS.ProcessEnv {
  const env = { CAAS_HOME: mkdtempSync(join(tmpdir(), 'caas-home-')) };
  homes.push(env.CAAS_HOME);
  if (content === undefined) return env;
  mkdirSync(dirname(stackFilePath('test', env)), { recursive: true });
  writeFileSync(stackFilePath('test', env), JSON.stringify(content));
  return env;
}

describe('stack', () => {
  it('is what the stack file of the running stack says', () => {
    expect(stack(aHome(running))).toEqual(running);
  });

  it('takes external servers from the environment in place of its own', () => {
    const env = { ...aHome(running), MONGODB_URI: 'mongodb://db.example/', SCHEMA_REGISTRY_URL: 'http://registry.example/' };

    expect(stack(env)).toEqual({
      ...running,
      mongodb_uri: 'mongodb://db.example/',
      mongodb_kind: 'external',
      registry_url: 'http://registry.example',
    });
  });

  it('needs no stack when every server is external', () => {
    const env = {
      ...aHome(),
      CAAS_STACK_NAME: 'ci',
      MONGODB_URI: 'mongodb://db.example/',
      REDIS_URL: 'redis://redis.example',
      SCHEMA_REGISTRY_URL: 'http://registry.example',
      KAFKA_BROKERS: 'one.example:9092, two.example:9092',
      KAFKA_SASL_USERNAME: 'caas',
      KAFKA_SASL_PASSWORD: 'secret',
      KAFKA_SSL_ENABLED: 'true',
      KAFKA_SSL_CA_FILE: '/etc/ca.pem',
    };

    expect(stack(env)).toEqual({
      name: 'ci',
      mongodb_uri: 'mongodb://db.example/',
      mongodb_kind: 'external',
      redis_url: 'redis://redis.example',
      registry_url: 'http://registry.example',
      kafka: {
        brokers: ['one.example:9092', 'two.example:9092'],
        sasl: { mechanism: 'scram-sha-512', username: 'caas', password: 'secret' },
        tls: { ca_file: '/etc/ca.pem' },
      },
      processes: [],
    });
  });

  it('says how to start it when it is not up', () => {
    expect(() => stack(aHome())).toThrow(
      'The local stack "test" is not up. Start it with `CAAS_STACK_NAME=test npx nx run local-stack:up`, ' +
        'or point MONGODB_URI, KAFKA_BROKERS, SCHEMA_REGISTRY_URL and REDIS_URL at servers of your own.',
    );
  });

  it('names the process that has died and its log', () => {
    const dead = { ...running, processes: running.processes.map((process) => ({ ...process, identity: 'an earlier process' })) };

    expect(() => stack(aHome(dead))).toThrow('The local stack "test" has lost its process redis (log: /logs/redis.log).');
  });

  it('refuses a file of another version, naming the field', () => {
    expect(() => stack(aHome({ ...running, redis_url: 6379 }))).toThrow('at redis_url');
  });
});
