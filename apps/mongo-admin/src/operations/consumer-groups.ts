import { type Services } from '@caas/composition';
import { type GroupReads, parseRetryTopic, retryGroupOf } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { NotFoundError } from '@caas/runtime';
import { readingGroups } from '../topic-parts.js';

/** Every consumer group of ours that keeps a position, those that read retry topics included. */
export async function consumerGroups(services: Services): Promise<readonly GroupReads[]> {
  const groups = await readingGroups(services);
  return groups.flatMap((reads) => {
    const families = modules.topics.map(({ family }) => family).filter((family) => parseRetryTopic(family)?.group === reads.group);
    return families.length === 0 ? [reads] : [reads, { group: retryGroupOf(reads.group), families }];
  });
}

/** One of them. Throws `NotFoundError` naming those that there are. */
export async function consumerGroup(services: Services, name: string): Promise<GroupReads> {
  const all = await consumerGroups(services);
  const found = all.find(({ group }) => group === name);
  if (found !== undefined) return found;
  throw new NotFoundError(`There is no consumer group ${name} of ours; there are ${all.map(({ group }) => group).join(', ')}.`);
}
