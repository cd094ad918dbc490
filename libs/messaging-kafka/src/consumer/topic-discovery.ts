import { UnavailableError } from '@caas/runtime';
import { parseTopic } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';

/** Existing topics of the definitions: the shared and every dedicated one of a tenant family. Sorted. */
export function topicsOf(definitions: readonly TopicDefinition[], existing: Iterable<string>): readonly string[] {
  const families = new Set(definitions.map((definition) => definition.family));
  return [...existing].filter((topic) => families.has(parseTopic(topic)?.family ?? '')).sort();
}

/** Throws an `UnavailableError` that names the families without any topic. */
export function requireTopics(definitions: readonly TopicDefinition[], topics: readonly string[]): void {
  const found = new Set(topics.map((topic) => parseTopic(topic)?.family));
  const missing = definitions.filter((definition) => !found.has(definition.family)).map((definition) => definition.family);
  if (missing.length === 0) return;
  throw new UnavailableError(`There is no topic of ${missing.join(', ')} yet. Apply the topics first.`, {
    details: { reason: 'TOPIC_MISSING' },
  });
}
