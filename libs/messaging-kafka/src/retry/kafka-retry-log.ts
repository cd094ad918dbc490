import { type AdminConnection } from '../client/admin-connection.js';
import { type LogReader } from '../client/log-reader.js';
import { originOf, parkingKey, type RetryLog, type Unfinished, type WaitingRecord } from './parked-keys.js';
import { trace } from './retry-headers.js';
import { parseRetryTopic, retryGroupOf, retryTopic } from './retry-topics.js';

/** {@link RetryLog} over a cluster. Needs Read on the retry topics and Describe on the group that reads them. */
export class KafkaRetryLog implements RetryLog {
  readonly #options: { readonly group: string; readonly tiers: number; readonly admin: AdminConnection; readonly reader: LogReader };

  constructor(options: { group: string; tiers: number; admin: AdminConnection; reader: LogReader }) {
    this.#options = options;
  }

  unfinished(): Promise<readonly Unfinished[]> {
    const { admin, group, tiers } = this.#options;
    const topics = Array.from({ length: tiers }, (_, index) => retryTopic(group, index + 1));
    return admin.ask('tell what waits in retry topics', async (client) => {
      // In this order: what is forwarded between the two answers is part of the second one.
      const committed = await client.fetchOffsets({ groupId: retryGroupOf(group), topics });
      const stretches = committed.map(async ({ topic, partitions }) => {
        const position = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        const ends = await client.fetchTopicOffsets(topic);
        return ends.map(({ partition, low, high }) => ({
          tier: parseRetryTopic(topic)?.tier ?? 0,
          partition,
          from: Math.max(position.get(partition) ?? 0, Number(low)),
          to: Number(high),
        }));
      });
      return (await Promise.all(stretches)).flat();
    });
  }

  async read({ tier, ...stretch }: Unfinished): Promise<readonly WaitingRecord[]> {
    const { group, reader } = this.#options;
    const records = await reader.read({ topic: retryTopic(group, tier), ...stretch });
    return records.map((raw) => {
      const origin = trace(raw)?.origin ?? raw;
      return { offset: Number(raw.offset), key: parkingKey(origin.topic, origin.key), origin: originOf(origin) };
    });
  }
}
