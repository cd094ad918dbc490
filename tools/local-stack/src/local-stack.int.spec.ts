import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { freeze, isRunning, type KafkaCredentials, type KafkaService, type StackFile } from '@caas/testing/stack';
import { aFolder, removeFolders } from './context.fixture.js';
import { ensureStack } from './ensure-stack.js';
import { InterruptedError, ServerError } from './errors.js';
import type { StackEvent } from './events.js';
import { readStack, stackStatus } from './stack-status.js';
import { processRecords } from './state/process-records.js';
import { stackFolder } from './state/stack-folder.js';
import { stopStack } from './stop-stack.js';
import { watchStack } from './watch-stack.js';

/** A stack of its own: others may be using `test`. Downloads are shared with all stacks of the machine. */
const name = `stack-spec-${process.pid}`;
/** These specs are about servers that the stack starts itself. */
const env: NodeJS.ProcessEnv = { ...process.env, MONGODB_URI: '', KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', REDIS_URL: '' };
const folder = stackFolder(name);

const pids = ({ processes }: StackFile): Record<string, number> =>
  Object.fromEntries(processes.map((process) => [process.name, process.pid]));
const readyEvents = (events: readonly StackEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'ready' ? [`${event.server} ${event.how}`] : [])).sort();
const kafkaFor = (stack: StackFile, user: { username: string; password: string }): Kafka =>
  new Kafka({
    clientId: 'spec',
    brokers: stack.kafka.brokers,
    sasl: { mechanism: 'scram-sha-512', ...user },
    logLevel: logLevel.NOTHING,
    retry: { retries: 2 },
  });

const loginOf = (service: KafkaService): KafkaCredentials =>
  JSON.parse(readFileSync(stack.kafka.logins?.[service] ?? '', 'utf8')) as KafkaCredentials;

let stack: StackFile;
beforeAll(async () => {
  stack = await ensureStack({ name, env });
}, 120_000);
afterAll(async () => {
  await stopStack(name, { deleteData: true });
  removeFolders();
});

describe('a stack', () => {
  it('is described by a file that only its owner may read', () => {
    expect(readStack(name)).toEqual(stack);
    expect(statSync(folder.stackFile).mode & 0o777).toBe(0o600);
    expect(Object.keys(pids(stack)).sort()).toEqual(['kafka-1', 'mongodb', 'redis', 'registry']);
  });

  it('says of every server that it answers, without passwords', async () => {
    const status = await stackStatus(name);

    expect(status.up).toBe(true);
    expect(status.servers.map(({ server, answers }) => [server, answers])).toEqual([
      ['mongodb', true],
      ['kafka', true],
      ['registry', true],
      ['redis', true],
    ]);
    expect(JSON.stringify(status)).not.toContain(stack.kafka.sasl?.password);
  });

  it('keeps passwords out of logs and process arguments', async () => {
    const { stdout } = spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const listed: string[] = [];
    for await (const line of createInterface({ input: stdout })) listed.push(line);

    expect(listed.filter((line) => line.includes(folder.path)).length).toBeGreaterThan(0);
    expect(listed.join('\n')).not.toContain(stack.kafka.sasl?.password);
  });
});

describe('Kafka', () => {
  it('lets the admin create topics and produce', async () => {
    const kafka = kafkaFor(stack, stack.kafka.sasl ?? { username: '', password: '' });
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);

    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'spec.words', numPartitions: 2 }] });
    const [record] = await producer.send({ topic: 'spec.words', acks: -1, messages: [{ key: 'a', value: 'b' }] });

    expect(record?.errorCode).toBe(0);
    expect(await admin.listTopics()).toContain('spec.words');
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });

  it.each(['gateway', 'worker', 'provisioner'] as const)('lets the %s log in, but do nothing without an ACL', async (user) => {
    const kafka = kafkaFor(stack, loginOf(user));
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);

    await expect(producer.send({ topic: 'spec.words', messages: [{ value: 'b' }] })).rejects.toThrow('Not authorized to access topics');
    await expect(admin.createTopics({ topics: [{ topic: `spec.${user}` }] })).rejects.toThrow();
    expect(await admin.listTopics()).toEqual([]);
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });

  it('refuses a wrong password', async () => {
    const admin = kafkaFor(stack, { username: 'admin', password: 'wrong' }).admin();

    await expect(admin.connect()).rejects.toThrow('SASL SCRAM SHA512 authentication failed');
    await admin.disconnect();
  });
});

describe('the schema registry', () => {
  it('registers an Avro schema and refuses an incompatible successor', async () => {
    const registry = new SchemaRegistry({ host: stack.registry_url });
    const subject = 'spec.words-value';
    const field = (type: string): string =>
      JSON.stringify({ type: 'record', name: 'Word', namespace: 'spec', fields: [{ name: 'text', type }] });

    const { id } = await registry.register({ type: SchemaType.AVRO, schema: field('string') }, { subject });
    const decoded: unknown = await registry.decode(await registry.encode(id, { text: 'hello' }));

    expect({ ...(decoded as object) }).toEqual({ text: 'hello' });
    await expect(registry.register({ type: SchemaType.AVRO, schema: field('int') }, { subject })).rejects.toThrow(/incompatible/i);
  });
});

describe('Redis', () => {
  it('answers PING', async () => {
    const redis = new Redis(stack.redis_url);

    expect(await redis.ping()).toBe('PONG');
    await redis.quit();
  });
});

describe('MongoDB', () => {
  it('finds what was inserted', async () => {
    const client = new MongoClient(stack.mongodb_uri);
    const words = client.db('spec').collection<{ _id: string; text: string }>('words');

    await words.insertOne({ _id: 'a', text: 'hello' });

    expect(await words.findOne({ _id: 'a' })).toEqual({ _id: 'a', text: 'hello' });
    await client.close();
  });
});

describe('a second start', () => {
  it('reuses what answers', async () => {
    const events: StackEvent[] = [];

    const again = await ensureStack({ name, env, onProgress: (event) => events.push(event) });

    expect(again).toEqual(stack);
    expect(readyEvents(events)).toEqual(['kafka reused', 'mongodb reused', 'redis reused', 'registry reused']);
  });

  it('restarts only what has died, once, although asked twice at the same time', async () => {
    const redis = stack.processes.find((process) => process.name === 'redis');
    process.kill(redis?.pid ?? 0, 'SIGKILL');
    const events: StackEvent[] = [];
    const start = (): Promise<StackFile> => ensureStack({ name, env, onProgress: (event) => events.push(event) });

    const [one, other] = await Promise.all([start(), start()]);

    expect(one).toEqual(other);
    expect(one.redis_url).toBe(stack.redis_url);
    expect({ ...pids(one), redis: 0 }).toEqual({ ...pids(stack), redis: 0 });
    expect(pids(one)['redis']).not.toBe(redis?.pid);
    expect(readyEvents(events).filter((text) => text.endsWith('started'))).toEqual(['redis started']);
    stack = one;
  });

  it('replaces a server that runs but does not answer', async () => {
    freeze('redis', { stack });

    const again = await ensureStack({ name, env });

    expect(pids(again)['redis']).not.toBe(pids(stack)['redis']);
    expect((await stackStatus(name)).up).toBe(true);
    stack = again;
  });

  it('keeps topics and schemas of servers that died', async () => {
    for (const server of ['kafka-1', 'registry']) process.kill(pids(stack)[server] ?? 0, 'SIGKILL');

    stack = await ensureStack({ name, env });

    const admin = kafkaFor(stack, stack.kafka.sasl ?? { username: '', password: '' }).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('spec.words');
    await admin.disconnect();
    const registry = new SchemaRegistry({ host: stack.registry_url });
    expect(await registry.getLatestSchemaId('spec.words-value')).toBeGreaterThan(0);
  });

  it('ends a server whose place an external one takes, and says so when that does not answer', async () => {
    const elsewhere = { ...env, REDIS_URL: 'redis://:pw@127.0.0.1:1' };

    await expect(ensureStack({ name, env: elsewhere })).rejects.toThrow(
      /^redis: external, REDIS_URL = redis:\/\/\*\*\*@127\.0\.0\.1:1, does not answer: .*ECONNREFUSED/,
    );

    expect(processRecords(folder.processes).map((record) => record.name)).toEqual(['kafka-1', 'mongodb', 'registry']);
    stack = await ensureStack({ name, env });
  });
});

describe('a server that dies', () => {
  it('is reported by name with the tail of its log', async () => {
    const watched = watchStack(stack, new AbortController().signal);

    process.kill(pids(stack)['redis'] ?? 0, 'SIGTERM');
    const error = await watched;

    expect(error).toBeInstanceOf(ServerError);
    expect(error?.message).toMatch(/^redis: redis has stopped unexpectedly\n {2}log: .*redis\.log\n {2}\| /);
    expect(error?.message).toContain('Redis is now ready to exit');
  });
});

describe('stopping', () => {
  it('leaves no process and no stack file', async () => {
    const before = await ensureStack({ name, env });

    const { processes } = await stopStack(name);

    expect(processes.toSorted()).toEqual(['kafka-1', 'mongodb', 'redis', 'registry']);
    expect(before.processes.filter(isRunning)).toEqual([]);
    expect(readStack(name)).toBeUndefined();
    expect(await stopStack(name)).toEqual({ processes: [] });
  });
});

describe('a start that does not succeed', () => {
  it('names the server, shows the tail of its log and leaves nothing running', async () => {
    const bin = aFolder();
    writeFileSync(join(bin, 'redis-server'), '#!/bin/sh\necho "FATAL CONFIG FILE ERROR"\nexit 1\n', { mode: 0o755 });
    const broken = { ...env, PATH: bin + delimiter + (env['PATH'] ?? '') };

    const outcome = ensureStack({ name, env: broken });

    await expect(outcome).rejects.toThrow(
      `redis: redis ended while starting (exit code 1)\n  log: ${join(folder.logs, 'redis.log')}\n  | FATAL CONFIG FILE ERROR`,
    );
    expect(processRecords(folder.processes)).toEqual([]);
    expect(readStack(name)).toBeUndefined();
  });

  it('leaves nothing running when it is interrupted', async () => {
    const abort = new AbortController();
    const onProgress = ({ type }: StackEvent): void => {
      if (type === 'ready') abort.abort();
    };

    await expect(ensureStack({ name, env, onProgress, signal: abort.signal })).rejects.toThrow(InterruptedError);

    expect(processRecords(folder.processes)).toEqual([]);
  });

  it('leaves nothing that a stop cannot end, even when the command itself was killed', async () => {
    const command = fileURLToPath(new URL('../bin/caas-stack.mjs', import.meta.url));
    const child = spawn(process.execPath, [command, 'up', '--name', name], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('redis     ready')) break;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = processRecords(folder.processes).filter(isRunning);

    await stopStack(name);

    expect(left.map((record) => record.name)).toContain('redis');
    expect(left.filter(isRunning)).toEqual([]);
  });
});
