import { readFileSync } from 'node:fs';
import kafkajs, { type Admin, type Kafka, type KafkaMessage } from 'kafkajs';
// Brings the codec for snappy, which kafkajs lacks; what lies on the topics is read without the codec of our events, which is under test here.
import '@caas/messaging-kafka';
import { type StackFile } from '@caas/local-stack';
import { waitUntil } from '@caas/testing/processes';

/** First offset of each partition of a topic that a reading looks at. */
export type TopicPositions = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** A record as the broker has it. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly message: KafkaMessage;
}

const READ_WITHIN_MS = 60_000;

/** The super user's way to the brokers. */
export function rawKafka({ kafka }: StackFile): Kafka {
  return new kafkajs.Kafka({
    brokers: kafka.brokers,
    clientId: 'caas-drill',
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout: 5_000,
    enforceRequestTimeout: true,
    ...(kafka.sasl === undefined ? {} : { sasl: kafka.sasl }),
    ...(kafka.tls === undefined ? {} : { ssl: kafka.tls.ca_file === undefined || { ca: readFileSync(kafka.tls.ca_file, 'utf8') } }),
  });
}

/** Runs `ask` with a connected admin client. */
export async function withAdmin<Result>(stack: StackFile, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = rawKafka(stack).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Where these topics end now. Asks again while a topic that was just made has no leader. */
export async function topicEnds(stack: StackFile, isMeant: (topic: string) => boolean): Promise<TopicPositions> {
  let lastError: unknown;
  const ask = (): Promise<TopicPositions | undefined> =>
    askEnds(stack, isMeant).catch((error: unknown) => {
      lastError = error;
      return undefined;
    });
  return waitUntil('the ends of the topics', ask, { timeoutMs: 15_000, everyMs: 300 }).catch((error: unknown) => {
    throw new Error('The broker did not tell where its topics end.', { cause: lastError ?? error });
  });
}

async function askEnds(stack: StackFile, isMeant: (topic: string) => boolean): Promise<TopicPositions> {
  return withAdmin(stack, async (admin) => {
    const topics = (await admin.listTopics()).filter(isMeant);
    const ends = await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const));
    return new Map(ends.map(([topic, offsets]) => [topic, new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))]));
  });
}

/** Everything on the topics from one position to another, with a group that is removed afterwards. Rejects when it takes longer than a minute. */
export async function readTopics(
  stack: StackFile,
  { from, to, group }: { from: TopicPositions; to: TopicPositions; group: string },
): Promise<RawRecord[]> {
  const due = new Map<string, { next: number; end: number }>();
  for (const [topic, partitions] of to) {
    for (const [partition, end] of partitions) {
      const next = from.get(topic)?.get(partition) ?? 0;
      if (next < end) due.set(`${topic}/${partition}`, { next, end });
    }
  }
  if (due.size === 0) return [];
  const records: RawRecord[] = [];
  const consumer = rawKafka(stack).consumer({ groupId: group });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...to.keys()], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`topics were not read to their ends: ${[...due.keys()].join(', ')}`)),
        READ_WITHIN_MS,
      );
      const settle = (): void => {
        clearTimeout(timer);
        resolve();
      };
      void consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            const { topic, partition, messages } = batch;
            const name = `${topic}/${partition}`;
            const range = due.get(name);
            if (range === undefined) return Promise.resolve();
            for (const message of messages) {
              const offset = Number(message.offset);
              if (offset >= range.next && offset < range.end) records.push({ topic, partition, offset, message });
            }
            if (Number(batch.lastOffset()) + 1 >= range.end) due.delete(name);
            if (due.size === 0) settle();
            return Promise.resolve();
          },
        })
        .catch(reject);
      for (const [name, { next }] of due) {
        const slash = name.lastIndexOf('/');
        consumer.seek({ topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)), offset: String(next) });
      }
    });
  } finally {
    await consumer.disconnect();
    await withAdmin(stack, (admin) => admin.deleteGroups([group])).catch(() => undefined); // an empty group more or less
  }
  return records;
}
