import { type Logger, withTimeout, TimeoutError } from '@caas/runtime';
import { type Consumer as KafkaJsConsumer, type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { coordinatorRefusal } from '../client/coordinator-refusal.js';
import { rootCause, translateKafkaError } from '../client/errors.js';
import { createKafkaJs } from '../client/kafkajs.js';
import { type KafkaConfig } from '../client/types.js';
import { type FetchedBatch } from './fetched-batch.js';
import { type ConsumerOptions } from './options.js';
import { type RawRecord } from './raw-record.js';

export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface SessionOptions {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
  readonly group: string;
  readonly options: ConsumerOptions;
  readonly partitionsAtOnce: number;
  readonly fromBeginning: boolean;
  onBatch(batch: FetchedBatch): Promise<void>;
  /** The group was joined; earlier assignments are void. */
  onJoined(assignment: Assignment): void;
  /** The client library gave up. It does not restart by itself. */
  onCrash(error: unknown): void;
}

/** Retries inside the library before it reports a crash: about half a minute, with pauses short enough to notice a broker's return. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 20 };
/** Answers after which the partitions are no longer this member's. */
const EXPELLED = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

/** One life of a kafkajs consumer, from joining to leaving. After a crash or a new list of topics there is a new one. */
export class KafkaJsSession {
  readonly #options: SessionOptions;
  readonly #consumer: KafkaJsConsumer;
  #stopped = false;
  #expelled = false;
  #lastBeat = performance.now();
  #lastSign = performance.now();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { config, clientId, logger, group, options: limits } = options;
    this.#consumer = createKafkaJs({ config, clientId, logger, retry: RETRY }).consumer({
      groupId: group,
      sessionTimeout: limits.sessionTimeoutMs,
      heartbeatInterval: limits.heartbeatIntervalMs,
      rebalanceTimeout: limits.rebalanceTimeoutMs,
      maxWaitTimeInMs: limits.fetchWaitMs,
      minBytes: 1,
      maxBytesPerPartition: limits.fetchBytesPerPartition,
      maxBytes: limits.fetchBytesMax,
      allowAutoTopicCreation: false,
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Milliseconds since Kafka last answered a fetch or a heartbeat. */
  get silentMs(): number {
    return performance.now() - this.#lastSign;
  }

  /** Joins the group. Resolves with the first assignment; rejects with one of our errors. */
  async start(topics: readonly string[]): Promise<void> {
    const { group, options } = this.#options;
    const limitMs = options.rebalanceTimeoutMs + options.sessionTimeoutMs;
    try {
      await withTimeout(limitMs, this.#join(topics), () => new TimeoutError(`${group} did not join within ${limitMs} ms.`));
    } catch (error) {
      this.#stopped = true;
      this.#consumer.disconnect().catch(() => undefined);
      throw translateKafkaError(await coordinatorRefusal(error, this.#options), `let ${group} join`);
    }
  }

  /** Waits for batches being worked on, leaves the group, disconnects. Rejects when that takes longer than the limit; then it goes on alone. */
  async stop(limitMs: number): Promise<void> {
    this.#stopped = true;
    const disconnected = this.#consumer.disconnect();
    disconnected.catch(() => undefined);
    await withTimeout(limitMs, disconnected, () => new TimeoutError(`${this.#options.group} did not stop within ${limitMs} ms.`));
  }

  resume(topic: string, partitions: readonly number[]): void {
    if (!this.#stopped) this.#consumer.resume([{ topic, partitions: [...partitions] }]);
  }

  pause(topic: string, partitions: readonly number[]): void {
    if (!this.#stopped) this.#consumer.pause([{ topic, partitions: [...partitions] }]);
  }

  async #join(topics: readonly string[]): Promise<void> {
    const joined = this.#watch();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: this.#options.fromBeginning });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#options.partitionsAtOnce,
      eachBatch: (payload) => this.#onBatch(payload),
    });
    await joined;
  }

  /** Follows the library's events. Resolves at the first join, rejects when it crashes before. */
  #watch(): Promise<void> {
    const consumer = this.#consumer;
    const sign = (): void => {
      this.#lastSign = performance.now();
    };
    consumer.on(consumer.events.FETCH, sign);
    consumer.on(consumer.events.HEARTBEAT, () => {
      sign();
      this.#lastBeat = performance.now();
    });
    const first = new Promise<void>((resolve, reject) => {
      let joined = false;
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        sign();
        this.#lastBeat = performance.now();
        this.#expelled = false;
        joined = true;
        this.#options.onJoined(payload.memberAssignment);
        resolve();
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (this.#stopped) return;
        this.#stopped = true;
        if (joined) this.#options.onCrash(payload.error);
        else reject(payload.error);
      });
    });
    first.catch(() => undefined);
    return first;
  }

  async #onBatch(payload: EachBatchPayload): Promise<void> {
    // The library may hand over what it had fetched before a stop.
    if (this.#stopped) return;
    await this.#options.onBatch(this.#describe(payload));
  }

  #describe(payload: EachBatchPayload): FetchedBatch {
    const { batch } = payload;
    const { topic, partition } = batch;
    return {
      topic,
      partition,
      records: batch.messages.map((message) => toRaw(topic, partition, message)),
      isCurrent: () => !this.#stopped && payload.isRunning() && !payload.isStale(),
      isOwned: () => !this.#expelled && performance.now() - this.#lastBeat < this.#options.options.sessionTimeoutMs,
      heartbeat: async () => {
        try {
          await payload.heartbeat();
        } catch (error) {
          this.#noteExpulsion(error);
          throw error;
        }
      },
      resolve: (offset) => payload.resolveOffset(offset),
      commit: (position) => this.#commit(payload, position),
      pause: () => payload.pause(),
    };
  }

  async #commit(payload: EachBatchPayload, offset: string): Promise<'ok' | 'refused' | 'error'> {
    const { topic, partition } = payload.batch;
    try {
      // Not `consumer.commitOffsets`: that one silently does nothing once a stop has begun.
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      return 'ok';
    } catch (error) {
      this.#noteExpulsion(error);
      const { type, message } = rootCause(error);
      const refused = type === 'REBALANCE_IN_PROGRESS' || (type !== undefined && EXPELLED.includes(type));
      this.#options.logger[refused ? 'info' : 'warn'](
        { group: this.#options.group, topic, partition, offset, reason: message },
        'offset not committed',
      );
      return refused ? 'refused' : 'error';
    }
  }

  #noteExpulsion(error: unknown): void {
    const { type } = rootCause(error);
    if (type !== undefined && EXPELLED.includes(type)) this.#expelled = true;
  }
}

function toRaw(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key,
    value: message.value,
    headers: message.headers ?? {},
    producedAt: Number(message.timestamp),
  };
}
