import { connectKafka, defineEvent, defineTopic } from '@caas/messaging-kafka';
import { createLogger, Metrics, type TenantContext } from '@caas/runtime';
import { newTenantId, text, z } from '@caas/schema';
import kafkajs, { type KafkaMessage } from 'kafkajs';
import { MESSAGE } from './support/chat.js';
import { type Figure } from './support/report.js';
import { Rounds, WARM_UP_ROUNDS } from './support/rounds.js';
import { type BenchSystem } from './support/system.js';

const CONCURRENCY = 100;
const BATCH = 100;
const PER_ROUND = 10_000;

const sent = defineEvent({
  type: 'bench.sent',
  version: '1.0.0',
  key: 'conversation_id',
  payload: z.strictObject({ conversation_id: text({ max: 50 }), text: text({ max: 5_000 }) }),
});
const topic = defineTopic({
  family: 'bench.sends',
  scope: 'tenant',
  format: 'avro',
  partitions: 6,
  retentionMs: 3_600_000,
  cleanup: 'delete',
  events: [sent],
  description: 'Filled by the benchmark',
});

/**
 * P4: single sends through our producer, 100 under way, beside kafkajs producing the same bytes in batches of 100. Both with `acks=all`. The
 * baseline's records are of a form that its own encoder takes (keys are texts, headers are bytes), not ours.
 */
export async function measureKafka(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const { kafka: address, registry_url: registryUrl } = system.stack;
  const { sasl } = address;
  const kafka = await connectKafka({
    config: {
      brokers: address.brokers,
      ...(sasl === undefined ? {} : { sasl: { username: sasl.username, password: sasl.password } }),
      registryUrl,
      replicationFactor: 1,
    },
    logger: createLogger({ service: 'bench', level: 'error' }),
    metrics: new Metrics({ service: 'bench', defaults: false }),
    clientId: 'caas-bench-1',
    topics: [topic],
  });
  await kafka.topics.apply([topic]);
  const raw = new kafkajs.Kafka({
    clientId: 'bench-raw',
    brokers: [...address.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    ...(sasl === undefined ? {} : { sasl: { mechanism: 'scram-sha-512', username: sasl.username, password: sasl.password } }),
  });
  const batches = raw.producer();
  await batches.connect();
  try {
    const producer = kafka.producer(topic);
    const tenant: Pick<TenantContext, 'tenantId' | 'plan'> = { tenantId: newTenantId(), plan: 'starter' };
    const send = (index: number) =>
      producer.send({ tenant, event: sent, payload: { conversation_id: `conv-${index % 16}`, text: MESSAGE.content.text } });
    const { topic: name } = await send(0);
    const { key, value, headers = {} } = await firstRecord(raw, name);
    const results = new Rounds();
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const ours = await timed(async () => {
        let next = 0;
        const lane = async (): Promise<void> => {
          while (next < PER_ROUND) await send(next++);
        };
        await Promise.all(Array.from({ length: CONCURRENCY }, lane));
      });
      const theirs = await timed(async () => {
        for (let batch = 0; batch < PER_ROUND / BATCH; batch++) {
          const messages = Array.from({ length: BATCH }, (_, index) => ({ key: `${String(key)}-${index % 16}`, value, headers }));
          await batches.send({ topic: name, acks: -1, messages });
        }
      });
      if (round < WARM_UP_ROUNDS) continue;
      results.add('ours', ours);
      results.add('kafkajs', theirs);
    }
    const options = { what: 'single sends / kafkajs batches of 100', name: 'ours', baseline: 'kafkajs' };
    return [results.compare({ goal: 'P4', ...options, floor: 0.9, by: 'rate' }), results.compare({ ...options, by: 'cpu' })];
  } finally {
    await batches.disconnect();
    await kafka.close();
  }
}

/** Runs in this process, so its CPU is this process's. */
async function timed(work: () => Promise<void>): Promise<Parameters<Rounds['add']>[1]> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { rate: (PER_ROUND * 1_000) / (performance.now() - started), cpuMicros: (user + system) / PER_ROUND, latenciesMs: [] };
}

/** One of our records as it lies in the topic, so that the baseline sends the same bytes. */
async function firstRecord(raw: InstanceType<typeof kafkajs.Kafka>, topicName: string): Promise<KafkaMessage> {
  const consumer = raw.consumer({ groupId: `bench-${process.pid}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic: topicName, fromBeginning: true });
    return await new Promise((resolve, reject) => {
      consumer.run({ eachMessage: async ({ message }) => resolve(message) }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}
