import { type PartitionLag } from './types.js';

/** Records of a topic that a group has still to commit. */
export interface GroupLag {
  readonly group: string;
  readonly topic: string;
  readonly records: number;
}

/** What waits for each group in each topic, in the order of the partitions. */
export function lagByTopic(partitions: readonly PartitionLag[]): readonly GroupLag[] {
  const sums = new Map<string, GroupLag>();
  for (const { group, topic, records } of partitions) {
    const key = `${group}\n${topic}`;
    sums.set(key, { group, topic, records: (sums.get(key)?.records ?? 0) + Number(records) });
  }
  return [...sums.values()];
}
