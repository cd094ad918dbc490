import { type TopicDefinition } from '../definitions/topic.js';
import { resolveTopic, sharedTopic } from '../definitions/topic-names.js';
import { type DerivedTopic, type TopicConfig, type TopicScopeOptions } from './types.js';

/** A topic as it should be. */
export interface DesiredTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly config: TopicConfig;
}

/** Every topic that the definitions ask for: each family's shared one, those of tenants that have their own, and the derived ones. */
export function desiredTopics(
  definitions: readonly TopicDefinition[],
  options: TopicScopeOptions & { readonly minInsyncReplicas: number },
): readonly DesiredTopic[] {
  const desired = definitions.flatMap((definition) => {
    const names = new Set([definition.scope === 'tenant' ? sharedTopic(definition.family) : definition.family]);
    if (definition.scope === 'tenant') {
      for (const tenant of options.tenants ?? []) names.add(resolveTopic(definition.family, tenant).topic);
    }
    const config = configOf(definition, options.minInsyncReplicas);
    return [...names].map((topic) => ({ topic, partitions: definition.partitions, config }));
  });
  for (const { topic, ...settings } of options.derived ?? []) {
    desired.push({ topic, partitions: settings.partitions, config: configOf(settings, options.minInsyncReplicas) });
  }
  const twice = desired.find(({ topic }, index) => desired.findIndex((other) => other.topic === topic) !== index);
  if (twice !== undefined) throw new TypeError(`The topic ${twice.topic} is defined twice.`);
  return desired;
}

/** Topic-level settings by their Kafka names. The broker keeps each batch compressed as its producer sent it. */
export function configOf(definition: Omit<DerivedTopic, 'topic' | 'partitions'>, minInsyncReplicas: number): TopicConfig {
  return {
    'cleanup.policy': definition.cleanup,
    'retention.ms': String(definition.retentionMs),
    ...(definition.segmentMs === undefined ? {} : { 'segment.ms': String(definition.segmentMs) }),
    'compression.type': 'producer',
    'min.insync.replicas': String(minInsyncReplicas),
    ...definition.settings,
  };
}
