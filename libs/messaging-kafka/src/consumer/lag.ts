import { type Clock } from '@caas/runtime';
import { type AdminConnection } from '../client/admin-connection.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type Assignment } from './kafkajs-session.js';

/** Records that wait, of one family and tenant. */
export interface Lag {
  readonly family: string;
  /** The tenant of a dedicated topic, `shared`, or `platform`. */
  readonly tenantId: string;
  readonly records: number;
  /** How long the oldest of them has waited at least; 0 when none does. */
  readonly seconds: number;
}

type Standing = Map<string, { readonly position: number; readonly since: number }>;

export interface LagMeterOptions {
  readonly admin: Pick<AdminConnection, 'ask'>;
  readonly group: string;
  readonly clock: Clock;
  /** Whether a partition without a commit is read from its end: then nothing of it waits. */
  readonly startsAtEnd?: boolean;
  /** Epoch milliseconds since which the first unfinished record of a partition can be handled, if this member has seen it. */
  readonly waitingSince: (topic: string, partition: number) => number | undefined;
}

/**
 * Measures how far a member is behind: end offset less committed offset of the assigned partitions; a partition without a commit counts from the beginning of
 * its log, unless the group starts at the end. Of a record that was not fetched yet the age is not known; then counts for how long the committed position has stood still.
 */
export class LagMeter {
  readonly #options: LagMeterOptions;
  /** Where partitions with records behind them stood, and since when. */
  #standing: Standing = new Map();

  constructor(options: LagMeterOptions) {
    this.#options = options;
  }

  async measure(assignment: Assignment): Promise<readonly Lag[]> {
    const { admin, group, startsAtEnd = false } = this.#options;
    const topics = Object.keys(assignment).filter((topic) => (assignment[topic]?.length ?? 0) > 0);
    if (topics.length === 0) return [];
    return admin.ask('tell the offsets of a group', async (client) => {
      const committed = await client.fetchOffsets({ groupId: group, topics });
      const ends = await Promise.all(topics.map(async (topic) => [topic, await client.fetchTopicOffsets(topic)] as const));
      const standing: Standing = new Map();
      const lags = ends.map(([topic, partitions]) => {
        const positions = new Map(
          committed.find((one) => one.topic === topic)?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
        );
        const owned = new Set(assignment[topic]);
        let [records, seconds] = [0, 0];
        for (const { partition, high, low } of partitions) {
          if (!owned.has(partition)) continue;
          const at = positions.get(partition) ?? -1;
          if (at < 0 && startsAtEnd) continue;
          const position = at < 0 ? Number(low) : at;
          if (Number(high) <= position) continue;
          records += Number(high) - position;
          seconds = Math.max(seconds, this.#waited(topic, partition, { position, standing }));
        }
        return { ...placeOf(topic), records, seconds };
      });
      this.#standing = standing;
      return lags;
    });
  }

  #waited(topic: string, partition: number, { position, standing }: { position: number; standing: Standing }): number {
    const { clock, waitingSince } = this.#options;
    const now = clock.now();
    const name = `${topic}/${partition}`;
    const before = this.#standing.get(name);
    const since = before?.position === position ? before.since : now;
    standing.set(name, { position, since });
    return Math.max(0, now - (waitingSince(topic, partition) ?? since)) / 1_000;
  }
}

function placeOf(topic: string): { family: string; tenantId: string } {
  const place = parseTopic(topic);
  if (place === undefined) return { family: topic, tenantId: 'platform' };
  if (place.placement === 'dedicated') return { family: place.family, tenantId: place.tenantId };
  return { family: place.family, tenantId: place.placement === 'shared' ? 'shared' : 'platform' };
}
