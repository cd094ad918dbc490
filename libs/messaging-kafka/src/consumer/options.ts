import { type KafkaConfig } from '../client/types.js';

/** Limits and intervals of one consumer. Times in milliseconds. */
export interface ConsumerOptions {
  /** Time without a heartbeat after which the group gives the partitions away. */
  readonly sessionTimeoutMs: number;
  /** At most a third of the session timeout. */
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  /** How long the broker may hold a fetch that has nothing to give; one byte ends the wait. A partition that is resumed waits as long for its next fetch. */
  readonly fetchWaitMs: number;
  readonly fetchBytesPerPartition: number;
  readonly fetchBytesMax: number;
  /** First and longest pause before a failed chunk is tried again; doubles in between, with full jitter. */
  readonly redoMinMs: number;
  readonly redoMaxMs: number;
  /** How often new topics are looked for. */
  readonly discoveryIntervalMs: number;
  readonly lagIntervalMs: number;
  /** Time without any answer of Kafka after which the consumer is started anew. */
  readonly stallMs: number;
  /** How long work goes on after the group began to rebalance, before handlers are told to give up. */
  readonly drainMs: number;
  /** How often a member looks which of the keys that wait in retry topics are finished; nothing is asked while there are none. */
  readonly releaseIntervalMs: number;
  /** How long `stop` waits for what is begun. */
  readonly stopTimeoutMs: number;
}

type ConsumerConfig = Pick<KafkaConfig, 'sessionTimeoutMs' | 'discoveryIntervalMs' | 'releaseIntervalMs'>;

export function consumerOptions(config: ConsumerConfig = {}): ConsumerOptions {
  const { sessionTimeoutMs = 10_000, discoveryIntervalMs = 60_000, releaseIntervalMs = 1_000 } = config;
  return {
    sessionTimeoutMs,
    heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 3),
    rebalanceTimeoutMs: 60_000,
    fetchWaitMs: 250,
    fetchBytesPerPartition: 1_048_576,
    fetchBytesMax: 10_485_760,
    redoMinMs: 100,
    redoMaxMs: 30_000,
    discoveryIntervalMs,
    lagIntervalMs: 15_000,
    stallMs: 2 * sessionTimeoutMs,
    drainMs: 10_000,
    releaseIntervalMs,
    stopTimeoutMs: 10_000,
  };
}
