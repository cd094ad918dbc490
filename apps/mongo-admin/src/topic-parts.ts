import { type Services } from '@caas/composition';
import { type ConsumerDefinition, type GroupReads } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { SEND_FENCE_BOARD, type TopicParts } from '@caas/tenancy';

/** What moves and removes the topics of tenants, from the services of the command. */
export function topicPartsOf(services: Services): TopicParts {
  let groups: Promise<readonly GroupReads[]> | undefined;
  return {
    topics: services.kafka.topics,
    definitions: modules.topics.filter(({ scope }) => scope === 'tenant'),
    // Once: the definitions register their metrics when they are made.
    groups: () => (groups ??= modules.consumers(services).then((consumers) => consumers.filter(keepsPosition).map(readsOf))),
    board: services.redis.fenceBoard(SEND_FENCE_BOARD),
  };
}

/** Groups of one instance begin at the end and commit nothing: nobody can wait for them. */
const keepsPosition = ({ startFrom }: ConsumerDefinition): boolean => startFrom !== 'latest';

const readsOf = ({ group, topics }: ConsumerDefinition): GroupReads => ({ group, families: topics.map(({ family }) => family) });
