import { type TopicDefinition } from '../definitions/topic.js';
import { type RegisteredSchema } from './types.js';

/** The schema of a topic's values as it is registered. */
export const schemaOf = ({ format, value }: TopicDefinition): RegisteredSchema => ({
  type: format === 'avro' ? 'AVRO' : 'JSON',
  text: value.text,
});
