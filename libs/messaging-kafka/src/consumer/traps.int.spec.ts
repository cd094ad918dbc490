import { setTimeout as delay } from 'node:timers/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { aTenant, aTopic, KafkaBench, messageSent, unique } from '../fixtures/kafka.fixture.js';
import { TcpProxy } from '@caas/testing/network';
import { type DecodedRecord, defineConsumer, type Kafka, resolveTopic } from '../index.js';

const bench = new KafkaBench();
const tenant = aTenant('free');
type Topic = ReturnType<typeof aTopic>;
type Message = DecodedRecord<Topic>;
/** The least that brokers allow, and what the specs' members have. */
const SESSION_MS = 6_000;
afterAll(() => bench.close());

async function produce(kafka: Kafka, topic: Topic, seqs: readonly number[], keys = 1): Promise<void> {
  for (const seq of seqs) {
    const payload = { conversation_id: `conv_${seq % keys}`, body: 'x', seq };
    await kafka.producer(topic).send({ tenant, event: messageSent, payload });
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const positionOf = (group: string, topic: Topic): Promise<string | undefined> =>
  bench.admin(async (admin) => {
    const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [resolveTopic(topic.family, tenant).topic] });
    return offsets?.partitions[0]?.offset;
  });

/** Faults that kafkajs consumers are known for; each must be harmless here. */
describe('a member of a group', () => {
  it('keeps its partitions while a chunk takes longer than the session (kafkajs #1527)', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    const group = `spec-${unique()}`;
    const handled: number[] = [];
    let owned: boolean | undefined;
    const consumer = kafka.consumer(
      defineConsumer({
        group,
        topics: [topic],
        handle: async (records: readonly Message[], context) => {
          if (handled.length === 0) await delay(SESSION_MS + 1_500);
          owned = context.isOwned();
          handled.push(...records.map(({ payload }) => payload.seq));
        },
      }),
    );
    await produce(kafka, topic, [0, 1, 2]);

    await consumer.start();
    while (handled.length < 3) await turn();
    await consumer.stop();

    expect({ handled, owned }).toEqual({ handled: [0, 1, 2], owned: true });
    expect(await positionOf(group, topic)).toBe('3');
  });

  it('handles nothing any more once it has stopped (kafkajs #1593)', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);
    const definition = (calls: number[]) =>
      defineConsumer({
        group: `spec-${topic.family.slice(-12)}`,
        topics: [topic],
        handle: async (records: readonly Message[]) => void calls.push(...records.map(({ payload }) => payload.seq)),
      });
    const [first, second]: [number[], number[]] = [[], []];
    const stopped = kafka.consumer(definition(first));
    await stopped.start();
    await produce(kafka, topic, [0]);
    while (first.length < 1) await turn();

    await stopped.stop();
    await produce(kafka, topic, [1, 2]);
    const successor = kafka.consumer(definition(second));
    await successor.start();
    while (second.length < 2) await turn();
    await successor.stop();

    expect({ first, second }).toEqual({ first: [0], second: [1, 2] });
  });

  it('knows when it was cut off for longer than the session: what it holds is another’s by then, and its commit is refused', async () => {
    const topic = aTopic({ partitions: 1 });
    const link = await TcpProxy.start();
    const near = await bench.connect([topic]);
    const far = await bench.connect([topic], { openSocket: link.openSocket, requestTimeoutMs: 30_000 });
    const group = `spec-${unique()}`;
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const late: boolean[] = [];
    const zombie = far.consumer(
      defineConsumer({
        group,
        topics: [topic],
        handle: async (_records: readonly Message[], context) => {
          if (late.length > 0) return;
          late.push(context.isOwned());
          await held;
          late.push(context.isOwned());
        },
      }),
    );
    await produce(near, topic, [0]);
    await zombie.start();
    while (late.length < 1) await turn();

    link.hold();
    const handled: number[] = [];
    const other = near.consumer(
      defineConsumer({
        group,
        topics: [topic],
        handle: async (records: readonly Message[]) => void handled.push(...records.map(({ payload }) => payload.seq)),
      }),
    );
    const joined = other.start();
    await produce(near, topic, [1]);
    while (handled.length < 2) await turn();
    await joined;
    release();
    while (late.length < 2) await turn();
    link.release();
    await zombie.stop();
    await other.stop();
    await link.close();

    expect({ late, handled }).toEqual({ late: [true, false], handled: [0, 1] });
    expect(await positionOf(group, topic)).toBe('2');
  }, 60_000);

  it('loses and reorders nothing while others come and go under load (kafkajs #1122, #1441)', async () => {
    const topic = aTopic({ partitions: 4 });
    const kafka = await bench.connect([topic]);
    const group = await bench.retryGroup(kafka);
    const seen = new Map<string, number[]>();
    const definition = defineConsumer({
      group,
      topics: [topic],
      retries: true,
      chunkRecordsMax: 10,
      handle: async (records: readonly Message[], context) => {
        await turn();
        if (!context.isOwned()) return;
        for (const { key, payload } of records) {
          const list = seen.get(key ?? '') ?? [];
          if (!list.includes(payload.seq)) seen.set(key ?? '', [...list, payload.seq]);
        }
      },
    });
    const constant = kafka.consumer(definition);
    await constant.start();
    let sent = 0;
    let isLoaded = true;
    const load = (async () => {
      for (; isLoaded; sent += 20) await produce(kafka, topic, range(sent, sent + 20), 12);
    })();

    for (let round = 0; round < 3; round += 1) {
      const guest = kafka.consumer(definition);
      await guest.start();
      await guest.stop();
    }
    isLoaded = false;
    await load;
    while ([...seen.values()].flat().length < sent) await turn();
    await constant.stop();

    for (let key = 0; key < 12; key += 1) {
      expect(seen.get(`conv_${key}`)).toEqual(range(0, sent).filter((seq) => seq % 12 === key));
    }
    expect(constant.health().crashes).toBe(0);
  }, 120_000);
});
