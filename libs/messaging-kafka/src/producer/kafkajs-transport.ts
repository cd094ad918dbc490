import { type Logger, UnavailableError } from '@caas/runtime';
import { type Message, type Producer as KafkaJsProducer, type RecordMetadata } from 'kafkajs';
import { type Verdict, verdictOn } from '../client/errors.js';
import { COMPRESSION, createKafkaJs, timeoutsOf } from '../client/kafkajs.js';
import { type KafkaConfig } from '../client/types.js';
import { type BaseOffsets, type OutgoingMessage, type ProduceTransport, type QueuedRecord } from './transport.js';

export interface KafkaJsTransportOptions {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
  readonly compression: keyof typeof COMPRESSION;
  readonly onConnected?: () => void;
  readonly onReplaced?: (reason: string) => void;
}

/**
 * Produce requests through kafkajs, one try at a time. Its own retries are off, for three faults of theirs: a repeated try skips brokers
 * that had answered, so a partition that moved to one of them meanwhile is acknowledged without being sent; a retrying call cannot be
 * bounded in time; and `idempotent` gives away the sequence number of a record whose outcome is unknown. Partitions are chosen before, so
 * a repeated try sends the same records to the same places.
 */
export class KafkaJsTransport implements ProduceTransport {
  readonly #options: KafkaJsTransportOptions;
  readonly #timeoutMs: number;
  #producer: Promise<KafkaJsProducer> | undefined;

  constructor(options: KafkaJsTransportOptions) {
    this.#options = options;
    this.#timeoutMs = timeoutsOf(options.config).requestTimeoutMs;
  }

  async send(records: readonly QueuedRecord[]): Promise<BaseOffsets> {
    const messages = groupByTopic(records);
    const producer = await this.#open();
    const answer = await producer.sendBatch({
      acks: -1,
      timeout: this.#timeoutMs,
      compression: COMPRESSION[this.#options.compression],
      topicMessages: messages,
    });
    return offsetsOf(answer, records);
  }

  verdictOn(error: unknown): Verdict {
    return verdictOn(error);
  }

  replace(reason: string): void {
    const retired = this.#producer;
    if (retired === undefined) return;
    this.#producer = undefined;
    this.#options.onReplaced?.(reason);
    retired.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  /** Connects with the credentials now in force, has later requests use that, and lets go of the old connection when its requests are answered. Never rejects. */
  async renew(): Promise<void> {
    const old = this.#producer;
    if (old === undefined) return;
    const fresh = this.#connect();
    try {
      await fresh;
    } catch {
      if (this.#producer === old) this.replace('the connection with new credentials failed');
      return;
    }
    // Replaced or closed meanwhile: whoever did that connects with the same credentials.
    const retired = this.#producer === old ? old : fresh;
    if (retired === old) this.#producer = fresh;
    await retired.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  async close(): Promise<void> {
    const opened = this.#producer;
    this.#producer = undefined;
    await opened?.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  /** The connection, opened on first use. Several callers share one attempt; a failed one is forgotten. */
  #open(): Promise<KafkaJsProducer> {
    if (this.#producer !== undefined) return this.#producer;
    const opening = this.#connect();
    this.#producer = opening;
    opening.catch(() => {
      if (this.#producer === opening) this.#producer = undefined;
    });
    return opening;
  }

  #connect(): Promise<KafkaJsProducer> {
    const { config, clientId, logger, onConnected } = this.#options;
    const client = createKafkaJs({ config, clientId, logger, retry: { retries: 0 } });
    const producer = client.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    const opening = producer.connect().then(() => {
      onConnected?.();
      return producer;
    });
    opening.catch(() => producer.disconnect().catch(() => undefined));
    return opening;
  }
}

function groupByTopic(records: readonly QueuedRecord[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, OutgoingMessage[]>();
  for (const { topic, message } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [message]);
    else messages.push(message);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages: messages }));
}

/** Base offsets of the answer. Throws when a partition that was sent is missing: then its records are not known to be stored. */
function offsetsOf(answer: readonly RecordMetadata[], records: readonly QueuedRecord[]): BaseOffsets {
  const offsets = new Map<string, Map<number, number>>();
  for (const { topicName, partition, baseOffset } of answer) {
    let partitions = offsets.get(topicName);
    if (partitions === undefined) offsets.set(topicName, (partitions = new Map<number, number>()));
    partitions.set(partition, Number(baseOffset));
  }
  const missing = records.find(({ topic, message }) => offsets.get(topic)?.has(message.partition) !== true);
  if (missing === undefined) return offsets;
  throw new UnavailableError(`The answer of the broker lacks partition ${missing.message.partition} of ${missing.topic}.`);
}
