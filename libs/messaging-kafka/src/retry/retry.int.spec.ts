import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { NonRetryableError, RetryableError, UnavailableError } from '@caas/runtime';
import { headerTexts } from '../consumer/raw-record.js';
import { type DeadLetter } from '../dead-letters/internal-dlq.js';
import { aTenant, aTopic, KafkaBench, messageSent } from '../fixtures/kafka.fixture.js';
import { type ConsumerContext, type DecodedRecord, defineConsumer, type Kafka, resolveTopic, retryTopic } from '../index.js';
import { FRAME_BYTES } from '../registry/wire-format.js';

const bench = new KafkaBench();
const tenant = aTenant('free');
type Topic = ReturnType<typeof aTopic>;
type Message = DecodedRecord<Topic>;
const QUICK = { retry: { triesMax: 1, backoffMinMs: 1, backoffMaxMs: 2, tierDelaysMs: [150, 300, 450] }, releaseIntervalMs: 50 };
afterAll(() => bench.close());

async function send(kafka: Kafka, topic: Topic, ...records: readonly (readonly [key: string, seq: number])[]): Promise<void> {
  const producer = kafka.producer(topic);
  for (const [key, seq] of records) {
    await producer.send({ tenant, event: messageSent, payload: { conversation_id: key, body: 'x', seq } });
  }
}

/** Effects by key in their order, each once, as an idempotent store has them. */
class Effects {
  readonly byKey: Record<string, number[]> = {};
  /** How often each record still fails. */
  readonly failures = new Map<number, number>();
  count = 0;

  apply({ key, payload }: Message): void {
    const left = this.failures.get(payload.seq) ?? 0;
    if (left > 0) {
      this.failures.set(payload.seq, left - 1);
      throw new RetryableError('not yet');
    }
    const list = (this.byKey[key ?? ''] ??= []);
    if (list.includes(payload.seq)) return;
    list.push(payload.seq);
    this.count += 1;
  }

  /** As a bulk handler does it: what fails is named, and its key is left alone after it. */
  readonly handle = async (records: readonly Message[], context: ConsumerContext): Promise<void> => {
    const failed = new Set<string | null>();
    for (const record of records) {
      if (failed.has(record.key)) continue;
      try {
        this.apply(record);
      } catch (error) {
        context.fail(record, error);
        failed.add(record.key);
      }
    }
  };

  async until(count: number): Promise<void> {
    while (this.count < count) await turn();
  }
}

async function lettersOf(group: string): Promise<readonly DeadLetter[]> {
  const all = await bench.read('internal.dlq');
  return all
    .map(({ value }) => JSON.parse(value?.toString('utf8', FRAME_BYTES) ?? '') as DeadLetter)
    .filter(({ consumer_group: owner }) => owner === group);
}

describe('a failing record', () => {
  it('parks its key and nobody else, and the order inside the key survives two tiers', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic], QUICK);
    const group = await bench.retryGroup(kafka);
    const effects = new Effects();
    effects.failures.set(1, 4); // two tries here, two in tier 1, succeeds in tier 2
    const consumer = kafka.consumer(defineConsumer({ group, topics: [topic], retries: true, handle: effects.handle }));
    await send(kafka, topic, ['a', 1], ['b', 2], ['a', 3], ['b', 4]);
    await consumer.start();
    await effects.until(2);
    expect(effects.byKey).toEqual({ b: [2, 4] });

    await send(kafka, topic, ['a', 5], ['b', 6]);
    await effects.until(6);
    while ((consumer.health().retry?.parkedKeys ?? 0) > 0) await turn();
    await send(kafka, topic, ['a', 7]);
    await effects.until(7);
    await consumer.stop();

    expect(effects.byKey).toEqual({ a: [1, 3, 5, 7], b: [2, 4, 6] });
    const [first, second] = await Promise.all([bench.read(retryTopic(group, 1)), bench.read(retryTopic(group, 2))]);
    const source = await bench.read(resolveTopic(topic.family, tenant).topic);
    expect(first.map(({ value }) => value)).toEqual([0, 2, 4].map((index) => source[index]?.value));
    expect(first.map(({ key }) => String(key))).toEqual(Array(3).fill(`${tenant.tenantId}:a`));
    expect(headerTexts(first[0]?.headers ?? {})).toMatchObject({
      ...headerTexts(source[0]?.headers ?? {}),
      original_topic: resolveTopic(topic.family, tenant).topic,
      original_partition: '0',
      original_offset: '0',
      consumer_group: group,
      retry_count: '1',
      error_class: 'RetryableError',
      error_message: 'not yet',
    });
    expect(headerTexts(first[1]?.headers ?? {})).toMatchObject({ original_offset: '2', retry_count: '0' });
    expect(headerTexts(second[0]?.headers ?? {})).toMatchObject({ original_offset: '0', retry_count: '2' });
    expect(await lettersOf(group)).toEqual([]);
  });

  it('becomes a dead letter with its bytes when the tiers are used up, and its followers go on', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic], { ...QUICK, retry: { ...QUICK.retry, tierDelaysMs: [20, 20, 20] } });
    const group = await bench.retryGroup(kafka);
    const effects = new Effects();
    effects.failures.set(1, 99);
    const consumer = kafka.consumer(
      defineConsumer({ group, topics: [topic], retries: true, each: async (record) => effects.apply(record) }),
    );
    await send(kafka, topic, ['a', 1], ['a', 2], ['b', 3]);

    await consumer.start();
    await effects.until(2);
    await consumer.stop();

    expect(effects.byKey).toEqual({ a: [2], b: [3] });
    const [record] = await bench.read(resolveTopic(topic.family, tenant).topic);
    expect(await lettersOf(group)).toMatchObject([
      {
        topic: record?.topic,
        partition: 0,
        offset: '0',
        category: 'retryable_exhausted',
        retryable: true,
        retry_count: 3,
        raw_value: record?.value?.toString('base64'),
        key: `${tenant.tenantId}:a`,
        event_type: 'message.sent',
        error: { class: 'RetryableError', message: 'not yet' },
        attempts: [{ class: 'RetryableError' }, { class: 'RetryableError' }],
      },
    ]);
  });

  it('goes to the dead letters at once when it can never succeed', async () => {
    const topic = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic], QUICK);
    const group = await bench.retryGroup(kafka);
    const effects = new Effects();
    const consumer = kafka.consumer(
      defineConsumer({
        group,
        topics: [topic],
        retries: true,
        handle: async (records, context) => {
          for (const record of records) {
            if (record.payload.seq === 1) context.fail(record, new NonRetryableError('impossible'));
            else effects.apply(record);
          }
        },
      }),
    );
    await send(kafka, topic, ['a', 1], ['b', 2]);

    await consumer.start();
    await effects.until(1);
    await consumer.stop();

    expect(await lettersOf(group)).toMatchObject([{ offset: '0', category: 'non_retryable', retry_count: 0 }]);
    expect(await bench.read(retryTopic(group, 1))).toEqual([]);
  });

  it('stays parked when the member that parked it is replaced', async () => {
    const topic = aTopic({ partitions: 2 });
    const kafka = await bench.connect([topic], { ...QUICK, retry: { ...QUICK.retry, tierDelaysMs: [1_500, 20, 20] } });
    const group = await bench.retryGroup(kafka);
    const effects = new Effects();
    effects.failures.set(1, 2);
    const definition = defineConsumer({ group, topics: [topic], retries: true, handle: effects.handle });
    await send(kafka, topic, ['a', 1], ['b', 2]);
    const [one, two] = [kafka.consumer(definition), kafka.consumer(definition)];
    await one.start();
    await effects.until(1);
    while (one.health().retry?.parkedKeys !== 1) await turn();

    await one.stop();
    await send(kafka, topic, ['a', 3], ['b', 4]);
    await two.start();
    await effects.until(2);
    expect(effects.byKey).toEqual({ b: [2, 4] });
    await effects.until(4);
    await two.stop();

    expect(effects.byKey).toEqual({ a: [1, 3], b: [2, 4] });
  });
});

describe('a dependency that is away', () => {
  it('pauses the partitions, puts nothing into retry topics or dead letters, and loses no order', async () => {
    const topic = aTopic({ partitions: 3 });
    const kafka = await bench.connect([topic], QUICK);
    const group = await bench.retryGroup(kafka);
    const effects = new Effects();
    let [away, tries] = [true, 0];
    const consumer = kafka.consumer(
      defineConsumer({
        group,
        topics: [topic],
        retries: true,
        handle: async (records, context) => {
          tries += 1;
          if (away) throw new UnavailableError('MongoDB is not reachable', { details: { reason: 'unreachable' } });
          await effects.handle(records, context);
        },
      }),
    );
    const records = Array.from({ length: 30 }, (_, seq) => [`k${seq % 6}`, seq] as const);
    await send(kafka, topic, ...records);

    await consumer.start();
    while (tries < 9) await turn();
    expect(consumer.health().pausedPartitions).toBeGreaterThan(0);
    away = false;
    await effects.until(30);
    await consumer.stop();

    for (const seqs of Object.values(effects.byKey)) expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    for (const tier of [1, 2, 3]) expect(await bench.read(retryTopic(group, tier))).toEqual([]);
    expect(await lettersOf(group)).toEqual([]);
  });
});
