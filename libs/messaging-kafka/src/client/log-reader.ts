import { type Logger, TimeoutError, UnavailableError, withTimeout } from '@caas/runtime';
import { type RawRecord } from '../consumer/raw-record.js';
import { type Cluster, clusterOf, type FetchedMessage } from './cluster.js';
import { translateKafkaError } from './errors.js';
import { createKafkaJs, timeoutsOf } from './kafkajs.js';
import { type KafkaConfig } from './types.js';

/** A stretch of one partition: from `from` to before `to`. */
export interface LogStretch {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const FETCH_WAIT_MS = 100;
const FETCH_BYTES = 1_048_576;

/**
 * Reads stretches of partitions without being a member of a group, which kafkajs offers nobody. The connection is opened when first used
 * and thrown away after any failure, as that of `AdminConnection`.
 */
export class LogReader {
  readonly #options: { readonly config: KafkaConfig; readonly clientId: string; readonly logger: Logger };
  #cluster: { readonly cluster: Cluster; readonly ready: Promise<void> } | undefined;
  #isClosed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly config: KafkaConfig; readonly clientId: string; readonly logger: Logger }) {
    this.#options = options;
  }

  /** Every record of the stretch, in order. Rejects with one of our errors. One call after the other: kafkajs loses connections otherwise. */
  read(stretch: LogStretch): Promise<readonly RawRecord[]> {
    const done = this.#last.then(() => this.#read(stretch));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #read(stretch: LogStretch): Promise<readonly RawRecord[]> {
    if (this.#isClosed) throw new UnavailableError('The reader is closed.');
    const records: RawRecord[] = [];
    const open = (this.#cluster ??= this.#open());
    try {
      await open.ready;
      await open.cluster.addTargetTopic(stretch.topic);
      for (let at = stretch.from; at < stretch.to;) {
        const messages = await this.#fetch(open.cluster, { ...stretch, from: at });
        const last = messages.at(-1);
        if (last === undefined) throw new UnavailableError(`Kafka gave nothing of ${stretch.topic}/${stretch.partition} at ${at}.`);
        records.push(...messages.filter(({ offset }) => Number(offset) < stretch.to).map((message) => toRaw(stretch, message)));
        at = Number(last.offset) + 1;
      }
      return records;
    } catch (error) {
      this.#discard(open);
      throw translateKafkaError(error, `let ${stretch.topic} be read`);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.renew();
  }

  /** Lets go of the connection; the next read opens another one, with the credentials then in force. */
  async renew(): Promise<void> {
    const open = this.#cluster;
    this.#cluster = undefined;
    await open?.ready.catch(() => undefined);
    await open?.cluster.disconnect().catch(() => undefined);
  }

  async #fetch(cluster: Cluster, { topic, partition, from }: LogStretch): Promise<readonly FetchedMessage[]> {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new UnavailableError(`${topic}/${partition} has no leader.`);
    const { requestTimeoutMs } = timeoutsOf(this.#options.config);
    const answer = await withTimeout(
      requestTimeoutMs,
      cluster.findBroker({ nodeId }).then((broker) =>
        broker.fetch({
          maxWaitTime: FETCH_WAIT_MS,
          minBytes: 1,
          maxBytes: FETCH_BYTES,
          topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: FETCH_BYTES }] }],
        }),
      ),
      () => new TimeoutError(`Kafka did not answer within ${requestTimeoutMs} ms.`),
    );
    // A compressed batch comes whole, also with what lies before the wanted offset.
    return (answer.responses[0]?.partitions[0]?.messages ?? []).filter(({ offset }) => Number(offset) >= from);
  }

  #open(): { cluster: Cluster; ready: Promise<void> } {
    const { config, clientId, logger } = this.#options;
    const client = createKafkaJs({ config, clientId, logger, retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 } });
    const cluster = clusterOf(client);
    return { cluster, ready: cluster.connect() };
  }

  #discard(open: { readonly cluster: Cluster }): void {
    if (this.#cluster === open) this.#cluster = undefined;
    open.cluster.disconnect().catch(() => undefined);
  }
}

const toRaw = ({ topic, partition }: LogStretch, message: FetchedMessage): RawRecord => ({
  topic,
  partition,
  offset: message.offset,
  key: message.key,
  value: message.value,
  headers: message.headers ?? {},
  producedAt: Number(message.timestamp),
});
