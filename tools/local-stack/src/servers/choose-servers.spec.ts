import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aContext, aFolder, removeFolders } from '../context.fixture.js';
import { chooseServers } from './choose-servers.js';

afterEach(removeFolders);

/** A folder for PATH with one command that prints this. */
function commandOnPath(name: string, prints: string): string {
  const folder = aFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\necho '${prints}'\n`, { mode: 0o755 });
  return folder;
}

/** Kind by server. */
async function kinds(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const servers = await chooseServers(aContext(env));
  return Object.fromEntries(servers.map(({ name, kind }) => [name, kind]));
}

const choiceOf = async (server: string, env: NodeJS.ProcessEnv): Promise<string | undefined> =>
  (await chooseServers(aContext(env))).find(({ name }) => name === server)?.choice;

describe('the choice of servers', () => {
  it('is local processes, with the stand-in when that is wished', async () => {
    expect(await kinds({ CAAS_MONGODB: 'standin' })).toEqual({
      mongodb: 'mongo-java-server',
      kafka: 'kafka',
      registry: 'apicurio',
      redis: 'redis-server',
    });
  });

  it('is told in one line a server, in a fixed order', async () => {
    const context = aContext({ CAAS_MONGODB: 'standin' });

    const servers = await chooseServers(context);

    expect(context.events).toEqual(servers.map(({ name, choice }) => ({ type: 'choice', server: name, text: choice })));
    expect(servers.map(({ name }) => name)).toEqual(['mongodb', 'kafka', 'registry', 'redis']);
  });

  it('is what the environment names, and never shows a password', async () => {
    const context = aContext({
      MONGODB_URI: 'mongodb://app:pw1@db.example/',
      KAFKA_BROKERS: 'kafka.example:9092',
      KAFKA_SASL_USERNAME: 'app',
      KAFKA_SASL_PASSWORD: 'pw2',
      SCHEMA_REGISTRY_URL: 'https://app:pw3@registry.example',
      REDIS_URL: 'rediss://:pw4@redis.example',
    });

    await chooseServers(context);

    expect(context.events).toEqual([
      { type: 'choice', server: 'mongodb', text: 'external, MONGODB_URI = mongodb://***@db.example/' },
      { type: 'choice', server: 'kafka', text: 'external, KAFKA_BROKERS = kafka.example:9092, without TLS' },
      { type: 'choice', server: 'registry', text: 'external, SCHEMA_REGISTRY_URL = https://***@registry.example' },
      { type: 'choice', server: 'redis', text: 'external, REDIS_URL = rediss://***@redis.example' },
    ]);
  });

  it('says that containers come later', async () => {
    await expect(chooseServers(aContext({ CAAS_STACK: 'docker' }))).rejects.toThrow('CAAS_STACK=docker is not available yet');
    await expect(chooseServers(aContext({ CAAS_STACK: 'podman' }))).rejects.toThrow('CAAS_STACK must be "local" or "docker", not "podman"');
  });

  describe('of MongoDB', () => {
    it('is a mongod of the right series on PATH', async () => {
      const PATH = commandOnPath('mongod', 'db version v7.0.24');

      expect(await choiceOf('mongodb', { PATH })).toBe('mongod 7.0.24 (on PATH), replica set of one');
      expect(await choiceOf('mongodb', { PATH, CAAS_MONGODB: 'standin' })).toContain('STAND-IN');
    });

    it('is not a mongod of another series', async () => {
      const PATH = commandOnPath('mongod', 'db version v4.4.29');

      expect((await kinds({ PATH, CAAS_MONGODB: 'standin' }))['mongodb']).toBe('mongo-java-server');
    });

    it('says what the stand-in is, what it lacks, why it is used and how to get the real one', async () => {
      expect(await choiceOf('mongodb', { CAAS_MONGODB: 'standin' })).toBe(
        'STAND-IN mongo-java-server 1.47.0, not MongoDB: lacks transactions, $jsonSchema validators, partial indexes, TTL, text search, collMod, ' +
          'explain, profiler; forgets everything when it stops, and the other servers start empty with it. Why: CAAS_MONGODB=standin. ' +
          'For the real one: install MongoDB 7.0 (mongod on PATH) or set MONGODB_URI',
      );
    });

    it('is never the stand-in in production', async () => {
      await expect(chooseServers(aContext({ CAAS_MONGODB: 'standin', NODE_ENV: 'production' }))).rejects.toThrow(
        'mongodb: the stand-in mongo-java-server never runs when NODE_ENV=production',
      );
    });

    it('refuses a wish that it does not know', async () => {
      await expect(chooseServers(aContext({ CAAS_MONGODB: 'real' }))).rejects.toThrow(
        'CAAS_MONGODB must be "mongod" or "standin", not "real"',
      );
    });
  });

  describe('of Redis', () => {
    it('prefers the one on PATH', async () => {
      const PATH = commandOnPath('redis-server', 'Redis server v=7.2.4');

      expect(await choiceOf('redis', { PATH, CAAS_MONGODB: 'standin' })).toBe(`${join(PATH, 'redis-server')} (on PATH)`);
    });
  });
});
