import { type Logger, type TypedEmitter } from '@caas/runtime';
import { rootCause } from '../client/errors.js';
import { timeoutsOf } from '../client/kafkajs.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { type TopicDirectory } from '../client/topic-directory.js';
import { type KafkaConfig, type KafkaEvents } from '../client/types.js';
import { type ProducerLane as LaneName } from '../definitions/topic.js';
import { parseTopic } from '../definitions/topic-names.js';
import { GatedBatcher } from './gated-batcher.js';
import { KafkaJsTransport } from './kafkajs-transport.js';
import { ProducerLane } from './lane.js';
import { BATCHER_DEFAULTS } from './options.js';
import { type QueuedRecord } from './transport.js';

export interface ProducerLanesOptions {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly logger: Logger;
  readonly directory: TopicDirectory;
  readonly metrics: KafkaMetrics;
  readonly events: TypedEmitter<KafkaEvents>;
}

/** What each lane compresses with (figures in the README). */
const COMPRESSION_OF = { standard: 'snappy', throughput: 'snappy', low_latency: 'none' } as const;

/** The producer lanes of a process, opened when first used: each has a connection and a queue of its own. */
export class ProducerLanes {
  readonly #options: ProducerLanesOptions;
  readonly #lanes = new Map<LaneName, ProducerLane>();
  readonly #transports: KafkaJsTransport[] = [];

  constructor(options: ProducerLanesOptions) {
    this.#options = options;
  }

  of(name: LaneName): ProducerLane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, (lane = this.#create(name)));
    return lane;
  }

  /** Connects every lane anew with the credentials now in force; see {@link KafkaJsTransport.renew}. */
  async renew(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.renew()));
  }

  /** Closes all lanes at once; see {@link ProducerLane.close}. Resolves with the number of records that could not be sent. */
  async close(): Promise<number> {
    const left = await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    return left.reduce((sum, records) => sum + records, 0);
  }

  #create(name: LaneName): ProducerLane {
    const { config, clientId, logger, directory, metrics, events } = this.#options;
    const client = `${clientId}-${name}`;
    const laneLogger = logger.child({ module: 'kafka-producer', lane: name });
    const transport = new KafkaJsTransport({
      config,
      clientId: client,
      logger: laneLogger,
      compression: COMPRESSION_OF[name],
      onConnected: () => {
        metrics.connected.set({ client, role: 'producer' }, 1);
        events.emit('connected', { role: 'producer', client });
      },
      onReplaced: (reason) => {
        metrics.connected.set({ client, role: 'producer' }, 0);
        laneLogger.warn({ reason }, 'producer connection replaced');
        events.emit('replaced', { role: 'producer', client, reason });
      },
    });
    this.#transports.push(transport);
    const { requestTimeoutMs, deliveryTimeoutMs } = timeoutsOf(config);
    const queueRecordsMax = config.queueRecordsMax ?? BATCHER_DEFAULTS.queueRecordsMax;
    const batcher = new GatedBatcher(
      transport,
      { requestTimeoutMs, deliveryTimeoutMs, queueRecordsMax },
      {
        onBatch: (records) => observeBatch(metrics, records),
        onRetry: (error, attempt) => laneLogger.warn({ reason: rootCause(error).message, attempt }, 'records not acknowledged'),
      },
    );
    const lane = new ProducerLane(batcher, directory, queueRecordsMax);
    metrics.producerQueues.set(name, () => lane.queued);
    return lane;
  }
}

/** Per family, since one request carries several. */
function observeBatch(metrics: KafkaMetrics, records: readonly QueuedRecord[]): void {
  const topics = new Map<string, { records: number; bytes: number }>();
  for (const { topic, bytes } of records) {
    const sum = topics.get(topic);
    if (sum === undefined) topics.set(topic, { records: 1, bytes });
    else {
      sum.records += 1;
      sum.bytes += bytes;
    }
  }
  for (const [topic, sum] of topics) {
    const family = parseTopic(topic)?.family ?? topic;
    metrics.producerBatchRecords.labels(family).observe(sum.records);
    metrics.producerBatchBytes.labels(family).observe(sum.bytes);
  }
}
