import { type Services } from '@caas/composition';
import { type ConsumerDefinition, type GroupReads } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { SEND_FENCE_BOARD, type TopicParts } from '@caas/tenancy';

/** By the services of the process. */
const groupsOf = new WeakMap<Services, Promise<readonly GroupReads[]>>();

/** What moves and removes the topics of tenants, from the services of the process. */
export function topicPartsOf(services: Services): TopicParts {
  return {
    topics: services.kafka.topics,
    definitions: modules.topics.filter(({ scope }) => scope === 'tenant'),
    groups: () => readingGroups(services),
    board: services.redis.fenceBoard(SEND_FENCE_BOARD),
  };
}

/** The consumer groups that keep a position, and what they read. Made once: the definitions register their metrics when they are made. */
export function readingGroups(services: Services): Promise<readonly GroupReads[]> {
  const known = groupsOf.get(services);
  if (known !== undefined) return known;
  const groups = modules.consumers(services).then((consumers) => consumers.filter(keepsPosition).map(readsOf));
  groupsOf.set(services, groups);
  return groups;
}

/** Groups of one instance begin at the end and commit nothing: nobody can wait for them. */
const keepsPosition = ({ startFrom }: ConsumerDefinition): boolean => startFrom !== 'latest';

const readsOf = ({ group, topics }: ConsumerDefinition): GroupReads => ({ group, families: topics.map(({ family }) => family) });
