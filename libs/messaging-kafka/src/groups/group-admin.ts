import { ConflictError } from '@caas/runtime';
import { type Admin } from 'kafkajs';
import { type AdminConnection } from '../client/admin-connection.js';
import { type ClusterConnection, commitOffsets, type CommittedTopic } from '../client/broker-request.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type GroupReads } from '../topics/types.js';
import {
  type GroupAdmin,
  type GroupDescription,
  type PartitionLag,
  type PositionChange,
  type ResetOptions,
  type ResetTarget,
} from './types.js';

export interface KafkaGroupAdminOptions extends ClusterConnection {
  readonly admin: AdminConnection;
}

/** A partition with everything that a position is measured by. */
interface Position {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed: bigint | undefined;
  readonly low: bigint;
  readonly high: bigint;
}

/** States in which nobody commits. */
const RESTING: ReadonlySet<string> = new Set(['Empty', 'Dead']);

/** {@link GroupAdmin} over one admin connection. */
export class KafkaGroupAdmin implements GroupAdmin {
  readonly #options: KafkaGroupAdminOptions;

  constructor(options: KafkaGroupAdminOptions) {
    this.#options = options;
  }

  list(ours: readonly GroupReads[]): Promise<readonly GroupDescription[]> {
    const named = new Set(ours.map(({ group }) => group));
    return this.#options.admin.ask('list its groups', async (client) => {
      const { groups } = await client.listGroups();
      const all = [...new Set([...named, ...groups.map(({ groupId }) => groupId)])].sort();
      const known = new Set(groups.map(({ groupId }) => groupId));
      const { groups: described } = known.size === 0 ? { groups: [] } : await client.describeGroups([...known]);
      const facts = new Map(described.map((group) => [group.groupId, group]));
      return all.map((group) => {
        const found = facts.get(group);
        return { group, state: found?.state ?? 'Absent', members: found?.members.length ?? 0, ours: named.has(group) };
      });
    });
  }

  lag(groups: readonly GroupReads[]): Promise<readonly PartitionLag[]> {
    return this.#options.admin.ask('tell the offsets of groups', async (client) =>
      (await positionsOf(client, groups)).map(({ group, topic, partition, committed, low, high }) => ({
        group,
        topic,
        partition,
        ...(committed !== undefined && { committed: String(committed) }),
        end: String(high),
        records: String(high - startOf({ committed, low })),
      })),
    );
  }

  async reset(reads: GroupReads, { to, topics, dryRun = false }: ResetOptions): Promise<readonly PositionChange[]> {
    const { group } = reads;
    const { admin, logger } = this.#options;
    const changes = await admin.ask('tell the positions of a group', async (client) => {
      await requireResting(client, group);
      const positions = (await positionsOf(client, [reads])).filter(({ topic }) => topics?.includes(topic) ?? true);
      return changesOf(client, positions, to);
    });
    if (dryRun || changes.length === 0) return changes;
    await commitOffsets(this.#options, group, byTopic(changes));
    logger.info({ group, partitions: changes.length }, 'positions of a group moved');
    return changes;
  }
}

/** Every partition of the topics that each group reads, with where the group is. One group is asked for after the other: they have coordinators of their own. */
async function positionsOf(client: Admin, groups: readonly GroupReads[]): Promise<Position[]> {
  const { topics: all } = await client.fetchTopicMetadata();
  const topicsOf = ({ families }: Pick<GroupReads, 'families'>): string[] =>
    all
      .map(({ name }) => name)
      .filter((name) => families.includes(parseTopic(name)?.family ?? ''))
      .sort();
  const ends = await endsOf(client, topicsOf({ families: groups.flatMap(({ families }) => families) }));
  const found: Position[] = [];
  for (const reads of groups) found.push(...(await positionsOfGroup(client, reads.group, topicsOf(reads), ends)));
  return found;
}

type Ends = ReadonlyMap<string, readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]>;

async function endsOf(client: Admin, topics: readonly string[]): Promise<Ends> {
  const found = topics.map(async (topic) => {
    const partitions = await client.fetchTopicOffsets(topic);
    const sorted = partitions.toSorted((left, right) => left.partition - right.partition);
    return [topic, sorted.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))] as const;
  });
  return new Map(await Promise.all(found));
}

async function positionsOfGroup(client: Admin, group: string, topics: string[], ends: Ends): Promise<Position[]> {
  if (topics.length === 0) return [];
  const committed = await client.fetchOffsets({ groupId: group, topics });
  const known = new Map(
    committed.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic}/${partition}`, BigInt(offset)] as const),
    ),
  );
  return topics.flatMap((topic) =>
    (ends.get(topic) ?? []).map(({ partition, low, high }) => {
      const offset = known.get(`${topic}/${partition}`) ?? -1n;
      return { group, topic, partition, committed: offset < 0n ? undefined : offset, low, high };
    }),
  );
}

/** A position before the beginning of the log is worth the beginning. */
const startOf = ({ committed, low }: Pick<Position, 'committed' | 'low'>): bigint =>
  committed === undefined || committed < low ? low : committed;

async function requireResting(client: Admin, group: string): Promise<void> {
  const { groups } = await client.describeGroups([group]);
  const [found] = groups;
  if (found === undefined || RESTING.has(found.state)) return;
  throw new ConflictError(
    `The group ${group} has ${found.members.length} members, which would write their own positions over yours. Stop its workers first, or leave it out of their WORKER_GROUPS.`,
    { code: 'RES_STATE', details: { reason: 'GROUP_HAS_MEMBERS' } },
  );
}

/** Partitions that would go on elsewhere; those that are there already are left out. */
async function changesOf(client: Admin, positions: readonly Position[], to: ResetTarget): Promise<PositionChange[]> {
  const times = to instanceof Date ? await offsetsFrom(client, [...new Set(positions.map(({ topic }) => topic))], to) : undefined;
  return positions.flatMap(({ topic, partition, committed, low, high }) => {
    const target = to === 'earliest' ? low : to === 'latest' ? high : (times?.get(`${topic}/${partition}`) ?? high);
    if (committed === target) return [];
    const from = committed === undefined ? {} : { from: String(committed) };
    return [{ topic, partition, ...from, to: String(target), skips: String(target - startOf({ committed, low })) }];
  });
}

/** The first offset from a time on; the end where nothing is so young. */
async function offsetsFrom(client: Admin, topics: readonly string[], time: Date): Promise<ReadonlyMap<string, bigint>> {
  const found = await Promise.all(
    topics.map(async (topic) => {
      const offsets = await client.fetchTopicOffsetsByTimestamp(topic, time.getTime());
      return offsets.map(({ partition, offset }) => [`${topic}/${partition}`, BigInt(offset)] as const);
    }),
  );
  return new Map(found.flat());
}

function byTopic(changes: readonly PositionChange[]): readonly CommittedTopic[] {
  return [...new Set(changes.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: changes.filter((change) => change.topic === topic).map(({ partition, to: offset }) => ({ partition, offset })),
  }));
}
