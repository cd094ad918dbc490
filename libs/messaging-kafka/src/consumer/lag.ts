import { type AdminConnection } from '../client/admin-connection.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type Assignment } from './kafkajs-session.js';

/** Records that wait, of one family and tenant. */
export interface Lag {
  readonly family: string;
  /** The tenant of a dedicated topic, `shared`, or `platform`. */
  readonly tenantId: string;
  readonly records: number;
}

/** End offset less committed offset of the assigned partitions; a partition without a commit counts from the beginning of its log. */
export async function measureLag(admin: AdminConnection, group: string, assignment: Assignment): Promise<readonly Lag[]> {
  const topics = Object.keys(assignment).filter((topic) => (assignment[topic]?.length ?? 0) > 0);
  if (topics.length === 0) return [];
  return admin.ask('tell the offsets of a group', async (client) => {
    const committed = await client.fetchOffsets({ groupId: group, topics });
    return Promise.all(
      committed.map(async ({ topic, partitions }) => {
        const ends = await client.fetchTopicOffsets(topic);
        const position = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        const owned = new Set(assignment[topic]);
        let records = 0;
        for (const { partition, high, low } of ends) {
          if (!owned.has(partition)) continue;
          const at = position.get(partition) ?? -1;
          records += Math.max(Number(high) - (at < 0 ? Number(low) : at), 0);
        }
        return { ...placeOf(topic), records };
      }),
    );
  });
}

function placeOf(topic: string): { family: string; tenantId: string } {
  const place = parseTopic(topic);
  if (place === undefined) return { family: topic, tenantId: 'platform' };
  if (place.placement === 'dedicated') return { family: place.family, tenantId: place.tenantId };
  return { family: place.family, tenantId: place.placement === 'shared' ? 'shared' : 'platform' };
}
