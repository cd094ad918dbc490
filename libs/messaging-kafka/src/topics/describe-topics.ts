import { type AdminConnection } from '../client/admin-connection.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { configOf } from './desired-topics.js';
import { liveTopics } from './live-topics.js';
import { diffTopic, type LiveTopic } from './topic-diff.js';
import { type TopicDescription } from './types.js';

/** Every topic of the definitions' families that the cluster has, beside its definition. Sorted by name. */
export async function describeTopics(
  definitions: readonly TopicDefinition[],
  { admin, replicationFactor, minInsyncReplicas }: { admin: AdminConnection; replicationFactor: number; minInsyncReplicas: number },
): Promise<readonly TopicDescription[]> {
  const byFamily = new Map(definitions.map((definition) => [definition.family, definition]));
  const live = await liveTopics(admin, (topic) => byFamily.has(parseTopic(topic)?.family ?? ''));
  const described = [...live.values()].flatMap((topic) => {
    const place = parseTopic(topic.topic);
    const definition = byFamily.get(place?.family ?? '');
    if (place === undefined || definition === undefined) return [];
    const config = configOf(definition, minInsyncReplicas);
    const desired = { topic: topic.topic, partitions: definition.partitions, config };
    return [
      {
        topic: topic.topic,
        ...place,
        partitions: topic.partitions,
        replicationFactor: topic.replicationFactor,
        unhealthyPartitions: topic.unhealthyPartitions,
        config: inForce(topic, Object.keys(config)),
        changes: diffTopic(desired, topic, replicationFactor),
        placement: place.placement,
      },
    ];
  });
  return described.toSorted((left, right) => (left.topic < right.topic ? -1 : 1));
}

const inForce = ({ config }: LiveTopic, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]])));
