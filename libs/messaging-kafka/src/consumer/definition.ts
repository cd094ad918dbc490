import { type TopicDefinition } from '../definitions/topic.js';
import { type BatchConsumerOptions, type ConsumerDefinition, type RecordConsumerOptions } from './types.js';

const GROUP_FORM = /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9_-]*)*$/;

/**
 * Defines a consumer: which group, which topics, and one of two shapes. `handle` gets chunks of one partition for bulk writes, `each` gets
 * single records with the order kept per key. Throws a `TypeError` naming the rule for a bad group name or an empty list of topics.
 */
export function defineConsumer<const Topics extends readonly TopicDefinition[]>(
  options: BatchConsumerOptions<Topics> | RecordConsumerOptions<Topics>,
): ConsumerDefinition {
  const { group, topics } = options;
  if (!GROUP_FORM.test(group) || group.length > 200) {
    throw new TypeError(`Consumer group "${group}" must be lower-case words such as "message-processor".`);
  }
  if (topics.length === 0) throw new TypeError(`Consumer group ${group} reads no topic.`);
  const foreign = options.types?.find((type) => !topics.some((topic) => topic.events.some((event) => event.type === type)));
  if (foreign !== undefined) throw new TypeError(`Consumer group ${group}: no topic of it carries the type ${foreign}.`);
  // The definition forgets which topics it was written for; the consumer hands every handler records of exactly those.
  const definition = 'each' in options ? { ...options, shape: 'each', lanes: options.lanes ?? 5 } : { ...options, shape: 'batch' };
  return definition as unknown as ConsumerDefinition;
}
