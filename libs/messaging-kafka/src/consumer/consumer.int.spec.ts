import { execFile } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { systemClock, UnavailableError, ValidationError } from '@caas/runtime';
import { LagMeter } from './lag.js';
import { AdminConnection } from '../client/admin-connection.js';
import { type DeadLetter } from '../dead-letters/internal-dlq.js';
import { TcpProxy } from '@caas/testing/network';
import { aConfig, aTenant, aTopic, KafkaBench, messageSent, silent, unique } from '../fixtures/kafka.fixture.js';
import { type DecodedRecord, defineConsumer, internalDlq, type Kafka, resolveTopic } from '../index.js';

const bench = new KafkaBench();
const [free, pro] = [aTenant('free'), aTenant('pro')];
type Topic = ReturnType<typeof aTopic>;
type Message = DecodedRecord<Topic>;
afterAll(() => bench.close());

/** Sends `count` messages over `keys` keys, `seq` from `from` on. */
async function produce(
  kafka: Kafka,
  topic: Topic,
  options: { count: number; keys?: number; from?: number; tenant?: typeof free },
): Promise<void> {
  const { count, keys = 1, from = 0, tenant = free } = options;
  const producer = kafka.producer(topic);
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const seq = from + index;
      return producer.send({ tenant, event: messageSent, payload: { conversation_id: `conv_${seq % keys}`, body: 'x', seq } });
    }),
  );
}

/** What a handler saw, and a way to wait for it. */
class Seen {
  readonly records: Message[] = [];

  add(...records: readonly Message[]): void {
    this.records.push(...records);
  }

  get seqs(): number[] {
    return this.records.map(({ payload }) => payload.seq);
  }

  async until(count: number): Promise<void> {
    while (this.records.length < count) await turn();
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const group = (): string => `spec-${unique()}`;

/** The group's committed positions, by partition. */
const committed = (name: string, topic: string): Promise<Record<number, string>> =>
  bench.admin(async (admin) => {
    const [offsets] = await admin.fetchOffsets({ groupId: name, topics: [topic] });
    return Object.fromEntries((offsets?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
  });

describe('a batch consumer', () => {
  it('gets everything in order per key, from shared and dedicated topics, and commits what it finished', async () => {
    const topic = aTopic();
    const kafka = await bench.connect([topic]);
    await kafka.topics.apply([topic], { tenants: [pro] });
    await produce(kafka, topic, { count: 1_200, keys: 7 });
    await produce(kafka, topic, { count: 300, keys: 7, from: 1_200, tenant: pro });
    const seen = new Seen();
    const name = group();
    const sizes: number[] = [];
    const consumer = kafka.consumer(
      defineConsumer({
        group: name,
        topics: [topic],
        handle: async (records) => {
          sizes.push(records.length);
          seen.add(...records);
        },
      }),
    );

    await consumer.start();
    await seen.until(1_500);
    await consumer.stop();

    expect(sorted(seen.seqs)).toEqual(range(0, 1_500));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    for (let key = 0; key < 7; key += 1) {
      const own = seen.records
        .filter((record) => record.key === `conv_${key}` && record.tenantId === free.tenantId)
        .map(({ payload }) => payload.seq);
      expect(own).toEqual(sorted(own));
    }
    const positions = await committed(name, resolveTopic(topic.family, free).topic);
    const finished = Object.values(positions).map((offset) => Math.max(0, Number(offset))); // -1 where a partition got no key
    expect(finished.reduce((sum, offset) => sum + offset, 0)).toBe(1_200);
  });

  it('sends poison to the dead letters with its bytes, once, and goes on', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    const place = resolveTopic(topic.family, free);
    await produce(kafka, topic, { count: 1 });
    const raw = bench.raw().producer();
    await raw.connect();
    const bad = [
      {
        key: place.keyFor('conv_0'),
        value: Buffer.from([0xff, 0x00, 0x80]),
        headers: { tenant_id: free.tenantId, odd: Buffer.from([0xfe]) },
      },
      { key: null, value: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]) },
      { key: place.keyFor('conv_0'), value: null },
      { key: Buffer.from([0xc3, 0x28]), value: 'x'.repeat(900_000) },
    ];
    await raw.send({ topic: place.topic, messages: bad });
    await raw.disconnect();
    await produce(kafka, topic, { count: 1, from: 1 });
    const [seen, letters, name] = [new Seen(), [] as DeadLetter[], group()];
    const consumer = kafka.consumer(defineConsumer({ group: name, topics: [topic], handle: async (records) => seen.add(...records) }));
    const dlq = kafka.consumer(
      defineConsumer({
        group: group(),
        topics: [internalDlq],
        handle: async (records) => void letters.push(...records.map(({ value }) => value)),
      }),
    );

    await Promise.all([consumer.start(), dlq.start()]);
    await seen.until(2);
    const own = (): DeadLetter[] => letters.filter((letter) => letter.consumer_group === name);
    while (own().length < 4) await turn();
    await Promise.all([consumer.stop(), dlq.stop()]);

    expect(seen.seqs).toEqual([0, 1]);
    const byOffset = own().sort((a, b) => Number(a.offset) - Number(b.offset));
    expect(byOffset).toMatchObject([
      { offset: '1', category: 'poison', raw_value: '/wCA', key: place.keyFor('conv_0'), error: { code: 'NOT_FRAMED' } },
      { offset: '2', category: 'schema', raw_value: 'AH////8B', error: { code: 'UNKNOWN_SCHEMA' } },
      { offset: '3', category: 'poison', error: { code: 'NO_VALUE' } },
      { offset: '4', category: 'poison', raw_key: 'wyg=', error: { code: 'NOT_FRAMED' } },
    ]);
    expect(byOffset[0]?.headers).toEqual(
      expect.arrayContaining([
        { name: 'tenant_id', value: free.tenantId },
        { name: 'odd', raw_value: '/g==' },
      ]),
    );
    expect(byOffset[3]?.raw_value).toHaveLength(1_200_000);
    expect(await committed(name, place.topic)).toEqual({ 0: '6' });
  });

  it('redoes a chunk until it succeeds when a dependency is away, without dead letters and without losing its place', async () => {
    const topic = aTopic({ partitions: 2 });
    const kafka = await bench.connect([topic]);
    await produce(kafka, topic, { count: 40, keys: 8 });
    const seen = new Seen();
    let away = 3;
    const consumer = kafka.consumer(
      defineConsumer({
        group: group(),
        topics: [topic],
        handle: async (records) => {
          away -= 1;
          if (away >= 0) throw new UnavailableError('MongoDB is away');
          seen.add(...records);
        },
      }),
    );

    await consumer.start();
    await seen.until(40);
    await consumer.stop();

    expect(sorted(seen.seqs)).toEqual(range(0, 40));
  });

  it('repeats what a killed process had done and not committed', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    await produce(kafka, topic, { count: 30 });
    const name = group();
    const done = await new Promise<number[]>((resolve, reject) => {
      const file = fileURLToPath(new URL('../fixtures/crashing-consumer.fixture.ts', import.meta.url));
      execFile(
        process.execPath,
        ['--conditions=@caas/source', '--import', 'tsx', file, topic.family, name],
        { env: { ...process.env, NODE_OPTIONS: '' } },
        (error, stdout) => (stdout === '' ? reject(error ?? new Error('no output')) : resolve(JSON.parse(stdout) as number[])),
      );
    });
    const seen = new Seen();
    const consumer = kafka.consumer(defineConsumer({ group: name, topics: [topic], handle: async (records) => seen.add(...records) }));

    await consumer.start();
    await seen.until(30);
    await consumer.stop();

    expect(done).toEqual(range(0, 30));
    expect(seen.seqs).toEqual(range(0, 30));
  });

  it('finishes and commits what is begun on stop, and a successor gets the rest, each record once', async () => {
    const topic = aTopic({ partitions: 2 });
    const kafka = await bench.connect([topic]);
    await produce(kafka, topic, { count: 200, keys: 20 });
    const [first, second, name] = [new Seen(), new Seen(), group()];
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const options = { group: name, topics: [topic], chunkRecordsMax: 10, partitionsAtOnce: 1 } as const;
    const consumer = kafka.consumer(
      defineConsumer({
        ...options,
        handle: async (records) => {
          await held;
          first.add(...records);
        },
      }),
    );
    await consumer.start();
    const stopped = consumer.stop();
    release();
    await stopped;

    const successor = kafka.consumer(defineConsumer({ ...options, handle: async (records) => second.add(...records) }));
    await successor.start();
    await second.until(200 - first.records.length);
    await successor.stop();

    expect(first.records.length).toBeLessThan(200);
    expect(sorted([...first.seqs, ...second.seqs])).toEqual(range(0, 200));
  });

  it('shares partitions with a newcomer without losing or repeating anything', async () => {
    const topic = aTopic({ partitions: 4 });
    const kafka = await bench.connect([topic]);
    const [seen, name] = [new Seen(), group()];
    const definition = defineConsumer({
      group: name,
      topics: [topic],
      chunkRecordsMax: 20,
      handle: async (records) => seen.add(...records),
    });
    const [one, two] = [kafka.consumer(definition), kafka.consumer(definition)];
    await one.start();
    await produce(kafka, topic, { count: 400, keys: 40 });

    await two.start();
    await produce(kafka, topic, { count: 400, keys: 40, from: 400 });
    await seen.until(800);
    const [first, other] = [one, two].map((consumer) => Object.values(consumer.health().assignment).flat().length);
    await Promise.all([one.stop(), two.stop()]);

    expect([first, other]).toEqual([2, 2]);
    expect(sorted(seen.seqs)).toEqual(range(0, 800));
  });

  it('finds topics of new tenants while it runs', async () => {
    const topic = aTopic();
    const kafka = await bench.connect([topic], { discoveryIntervalMs: 200 });
    const seen = new Seen();
    const consumer = kafka.consumer(defineConsumer({ group: group(), topics: [topic], handle: async (records) => seen.add(...records) }));
    await consumer.start();

    await kafka.topics.apply([topic], { tenants: [pro] });
    await produce(kafka, topic, { count: 5, tenant: pro });
    await seen.until(5);
    await consumer.stop();

    expect(seen.records.every(({ tenantId }) => tenantId === pro.tenantId)).toBe(true);
  });

  it('takes nothing while paused, goes on when resumed, and tells its lag', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    const [seen, name] = [new Seen(), group()];
    const consumer = kafka.consumer(defineConsumer({ group: name, topics: [topic], handle: async (records) => seen.add(...records) }));
    consumer.pause(topic.family);
    await consumer.start();
    await produce(kafka, topic, { count: 12 });
    const admin = new AdminConnection({ config: aConfig(), clientId: 'caas-spec-3', logger: silent });

    const meter = new LagMeter({ admin, group: name, clock: systemClock, waitingSince: () => 0 });
    const waiting = await meter.measure(consumer.health().assignment);
    expect(waiting).toEqual([
      { family: topic.family, tenantId: 'shared', records: 12, seconds: expect.closeTo(Date.now() / 1_000, -2) as unknown },
    ]);
    expect(consumer.health()).toMatchObject({ state: 'running', pausedPartitions: 1 });
    expect(seen.records).toEqual([]);

    consumer.resume();
    await seen.until(12);
    await consumer.stop();
    expect(await meter.measure({ [resolveTopic(topic.family, free).topic]: [0] })).toMatchObject([{ records: 0, seconds: 0 }]);
    await admin.close();
  });

  it('says which topics are missing', async () => {
    const topic = aTopic();
    const kafka = await bench.connect([topic]);
    await bench.admin((admin) => admin.deleteTopics({ topics: [resolveTopic(topic.family, free).topic] }));
    const consumer = kafka.consumer(defineConsumer({ group: group(), topics: [topic], handle: () => Promise.resolve() }));

    await expect(consumer.start()).rejects.toThrow(`There is no topic of ${topic.family} yet.`);
    expect(consumer.health().state).toBe('stopped');
  });

  it('comes back by itself from a link that died without a word', async () => {
    const topic = aTopic({ partitions: 1 });
    const link = await TcpProxy.start();
    const near = await bench.connect([topic]);
    const far = await bench.connect([topic], { openSocket: link.openSocket, requestTimeoutMs: 500, sessionTimeoutMs: 6_000 });
    const seen = new Seen();
    const consumer = far.consumer(defineConsumer({ group: group(), topics: [topic], handle: async (records) => seen.add(...records) }));
    await consumer.start();
    await produce(near, topic, { count: 3 });
    await seen.until(3);

    link.swallow();
    await produce(near, topic, { count: 3, from: 3 });
    await seen.until(6);
    await consumer.stop();
    await far.close();
    await link.close();

    expect(sorted([...new Set(seen.seqs)])).toEqual(range(0, 6));
  }, 60_000);
});

describe('a consumer of single records', () => {
  it('keeps the order of every key while lanes work in parallel', async () => {
    const topic = aTopic({ partitions: 3 });
    const kafka = await bench.connect([topic]);
    await produce(kafka, topic, { count: 400, keys: 11 });
    const seen = new Seen();
    let [active, most] = [0, 0];
    const consumer = kafka.consumer(
      defineConsumer({
        group: group(),
        topics: [topic],
        each: async (record) => {
          active += 1;
          most = Math.max(most, active);
          for (let waits = record.payload.seq % 4; waits > 0; waits -= 1) await turn();
          active -= 1;
          seen.add(record);
        },
      }),
    );

    await consumer.start();
    await seen.until(400);
    await consumer.stop();

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    for (let key = 0; key < 11; key += 1) {
      const own = seen.records.filter((record) => record.key === `conv_${key}`).map(({ payload }) => payload.seq);
      expect(own).toEqual(sorted(own));
    }
    expect(sorted(seen.seqs)).toEqual(range(0, 400));
  });

  it('buries a record that fails for good and redoes one that fails for now', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    await produce(kafka, topic, { count: 6, keys: 2 });
    const [seen, name] = [new Seen(), group()];
    let failures = 2;
    const consumer = kafka.consumer(
      defineConsumer({
        group: name,
        topics: [topic],
        each: async (record) => {
          if (record.payload.seq === 1) throw new ValidationError([{ field: '/body', code: 'bad', message: 'bad' }]);
          if (record.payload.seq === 2 && failures-- > 0) throw new UnavailableError('away');
          seen.add(record);
        },
      }),
    );

    await consumer.start();
    await seen.until(5);
    await consumer.stop();

    expect(sorted(seen.seqs)).toEqual([0, 2, 3, 4, 5]);
    expect(seen.seqs.filter((seq) => seq % 2 === 0)).toEqual([0, 2, 4]);
    expect(await committed(name, resolveTopic(topic.family, free).topic)).toEqual({ 0: '6' });
  });
});
