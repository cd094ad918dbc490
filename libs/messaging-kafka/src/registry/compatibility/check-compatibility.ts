import { type AvroSchema, type JsonSchema } from '@caas/schema';
import { type Compatibility } from '../../definitions/topic.js';
import { type RegisteredSchema } from '../types.js';
import { avroIncompatibilities } from './avro-compatibility.js';
import { type Incompatibility } from './incompatibility.js';
import { jsonIncompatibilities } from './json-compatibility.js';

/** An incompatibility, and who could not read whom. */
export interface CompatibilityIssue extends Incompatibility {
  /** `BACKWARD`: the next version cannot read what the previous one wrote. `FORWARD`: the other way round. */
  readonly direction: 'BACKWARD' | 'FORWARD';
}

/** A next version of a schema beside the previous one, and what was promised. */
export interface CompatibilityQuestion {
  readonly next: RegisteredSchema;
  readonly previous: RegisteredSchema;
  readonly compatibility: Compatibility;
}

/** Why the next version breaks the promise; empty when it keeps it. Pure: compares the schemas, asks no registry. */
export function checkCompatibility({ next, previous, compatibility }: CompatibilityQuestion): readonly CompatibilityIssue[] {
  if (next.type !== previous.type) {
    return [{ direction: 'BACKWARD', path: '', message: `is ${next.type}, and what was written is ${previous.type}` }];
  }
  if (next.text === previous.text) return [];
  const directions = compatibility === 'FULL' ? (['BACKWARD', 'FORWARD'] as const) : [compatibility];
  return directions.flatMap((direction) => {
    const [reader, writer] = direction === 'BACKWARD' ? [next, previous] : [previous, next];
    return incompatibilities(reader, writer).map((found) => ({ ...found, direction }));
  });
}

function incompatibilities(reader: RegisteredSchema, writer: RegisteredSchema): readonly Incompatibility[] {
  const [ours, theirs] = [JSON.parse(reader.text) as unknown, JSON.parse(writer.text) as unknown];
  return reader.type === 'AVRO'
    ? avroIncompatibilities(ours as AvroSchema, theirs as AvroSchema)
    : jsonIncompatibilities(ours as JsonSchema, theirs as JsonSchema);
}

/** One issue as a sentence. */
export function issueText({ direction, path, message }: CompatibilityIssue): string {
  const who = direction === 'BACKWARD' ? 'The new reader of old records' : 'The old reader of new records';
  return `${who}, at ${path === '' ? 'the whole value' : path}: ${message}.`;
}
