import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '@caas/runtime';
import kafkajs, { type Admin } from 'kafkajs';
import { type AdminConnection } from '../client/admin-connection.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type GroupReads, type ReadOptions } from './types.js';

/** End and beginning of a partition's log. */
interface Bounds {
  readonly partition: number;
  readonly high: bigint;
  readonly low: bigint;
}
/** Bounds by topic. */
export type LogBounds = ReadonlyMap<string, readonly Bounds[]>;

const POLL_MS = 25;

/** How far consumer groups have read topics, for whoever must not go on before. */
export class TopicReads {
  readonly #admin: AdminConnection;

  constructor(admin: AdminConnection) {
    this.#admin = admin;
  }

  /** Where the logs of the topics begin and end now. */
  bounds(topics: readonly string[]): Promise<LogBounds> {
    return this.#admin.ask('tell the ends of topics', async (client) => {
      const found = await Promise.all(
        topics.map(async (topic): Promise<[string, readonly Bounds[]]> => {
          const offsets = await client.fetchTopicOffsets(topic);
          return [topic, offsets.map(({ partition, high, low }) => ({ partition, high: BigInt(high), low: BigInt(low) }))];
        }),
      );
      return new Map(found);
    });
  }

  /**
   * Resolves once every group has committed what lay in the topics when this was called; what came later does not count. Rejects with a retryable
   * `UnavailableError` (reason `TOPICS_NOT_READ`) naming a group and a topic when that does not happen in time.
   */
  async untilRead(topics: readonly string[], { groups, withinMs, signal }: ReadOptions): Promise<LogBounds> {
    const deadline = performance.now() + withinMs;
    const ends = await this.bounds(topics);
    await Promise.all(groups.map((reads) => this.#untilGroupRead(reads, ends, { deadline, signal })));
    return ends;
  }

  /** Resolves once members of every group that has members are assigned every topic; `false` when that does not happen in time. */
  async untilAssigned(topics: readonly string[], { groups, withinMs, signal }: ReadOptions): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    for (const { group, families } of groups) {
      const wanted = topicsOfFamilies(topics, families);
      while (!(await this.#areAssigned(group, wanted))) {
        if (performance.now() > deadline) return false;
        await pause(POLL_MS, undefined, { signal });
      }
    }
    return true;
  }

  async #untilGroupRead(
    { group, families }: GroupReads,
    ends: LogBounds,
    { deadline, signal }: { deadline: number; signal: AbortSignal | undefined },
  ): Promise<void> {
    const wanted = topicsOfFamilies([...ends.keys()], families);
    if (wanted.length === 0) return;
    for (;;) {
      const [late] = await this.#unread(group, wanted, ends);
      if (late === undefined) return;
      if (performance.now() > deadline) {
        throw new UnavailableError(`The group ${group} has not read ${late.topic}: ${late.records} records are left.`, {
          details: { reason: 'TOPICS_NOT_READ', retryAfterSeconds: 5 },
        });
      }
      await pause(POLL_MS, undefined, { signal });
    }
  }

  /** Topics with records before the given ends that the group has not committed. */
  #unread(group: string, topics: readonly string[], ends: LogBounds): Promise<{ topic: string; records: bigint }[]> {
    return this.#admin.ask('tell the offsets of a group', async (client) => {
      const committed = await client.fetchOffsets({ groupId: group, topics: [...topics] });
      return committed.flatMap(({ topic, partitions }) => {
        const positions = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
        const records = (ends.get(topic) ?? []).reduce((sum, { partition, high, low }) => {
          const position = positions.get(partition) ?? -1n;
          const left = high - (position < low ? low : position);
          return left > 0n ? sum + left : sum;
        }, 0n);
        return records > 0n ? [{ topic, records }] : [];
      });
    });
  }

  async #areAssigned(group: string, topics: readonly string[]): Promise<boolean> {
    if (topics.length === 0) return true;
    const assigned = await this.#admin.ask('describe a group', (client) => assignedTopics(client, group));
    return assigned === undefined || topics.every((topic) => assigned.has(topic));
  }
}

const topicsOfFamilies = (topics: readonly string[], families: readonly string[]): readonly string[] =>
  topics.filter((topic) => families.includes(parseTopic(topic)?.family ?? ''));

/** Topics that some member has a partition of; `undefined` when the group has no members. */
async function assignedTopics(client: Admin, group: string): Promise<ReadonlySet<string> | undefined> {
  const { groups } = await client.describeGroups([group]);
  const members = groups[0]?.members ?? [];
  if (members.length === 0) return undefined;
  return new Set(
    members.flatMap(({ memberAssignment }) => {
      if (memberAssignment.length === 0) return [];
      return Object.keys(kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {});
    }),
  );
}
