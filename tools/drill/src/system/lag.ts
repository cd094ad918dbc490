import { type Admin } from 'kafkajs';
import { type StackFile } from '@caas/local-stack';
import { waitUntil } from '@caas/testing/processes';
import { type TopicPositions, withAdmin } from '../observe/raw-kafka.js';

/** The consumer group that stores messages, and its topics. */
export const GROUP = 'message-processor';
const GROUP_TOPICS = /^chat\.messages\./;
/** Where it tries records again, by the group that reads them there. */
export const RETRY_TOPICS = /^internal\.retry\.message-processor\./;
const RETRY_GROUP = 'message-processor.retry';

/** What a wait for an end of the lag came to. */
export type LagEnd = { readonly ended: true } | { readonly ended: false; readonly lag: number | 'unknown'; readonly afterMs: number };

/** Waits until the group has committed everything that is on its topics and waits for another try. A broker that cannot tell yet, because it has just come back, is asked again. */
export async function untilNoLag(stack: StackFile, { timeoutMs }: { timeoutMs: number }): Promise<LagEnd> {
  const started = performance.now();
  let lag: number | 'unknown' = 'unknown';
  const ask = async (): Promise<true | undefined> => {
    lag = await lagOf(stack).catch(() => 'unknown' as const);
    return lag === 0 ? true : undefined;
  };
  try {
    await waitUntil('the lag is 0', ask, { timeoutMs, everyMs: 300 });
    return { ended: true };
  } catch {
    return { ended: false, lag, afterMs: Math.round(performance.now() - started) };
  }
}

/** Records that the group has not committed, first and later tries. Rejects while the broker is away. */
function lagOf(stack: StackFile): Promise<number> {
  return withAdmin(stack, async (admin) => {
    const all = await admin.listTopics();
    const first = await lagOn(
      admin,
      GROUP,
      all.filter((topic) => GROUP_TOPICS.test(topic)),
    );
    return (
      first +
      (await lagOn(
        admin,
        RETRY_GROUP,
        all.filter((topic) => RETRY_TOPICS.test(topic)),
      ))
    );
  });
}

async function lagOn(admin: Admin, groupId: string, topics: string[]): Promise<number> {
  let lag = 0;
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
    const at = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const position = at.get(partition) ?? -1;
      lag += Math.max(0, Number(high) - (position < 0 ? Number(low) : position));
    }
  }
  return lag;
}

/** Puts the group back to where topics ended then, so that everything since is handled again. No member may be running. */
export function rewind(stack: StackFile, positions: TopicPositions): Promise<void> {
  return withAdmin(stack, async (admin) => {
    for (const [topic, partitions] of positions) {
      if (!GROUP_TOPICS.test(topic)) continue;
      const ends = await admin.fetchTopicOffsets(topic);
      if (ends.every(({ partition, high }) => Number(high) === (partitions.get(partition) ?? 0))) continue;
      const list = [...partitions].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await admin.setOffsets({ groupId: GROUP, topic, partitions: list });
    }
  });
}

/** Ids of the group's members, in order: another id means that somebody left and joined. */
export function membersOf(stack: StackFile): Promise<string[]> {
  return withAdmin(stack, async (admin) => {
    const { groups } = await admin.describeGroups([GROUP]);
    return (groups[0]?.members ?? []).map(({ memberId }) => memberId).sort();
  });
}
