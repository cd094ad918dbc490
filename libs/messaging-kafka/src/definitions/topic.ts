import { compileAvro, toJsonSchema, type AvroCodec } from '@caas/schema';
import { z } from 'zod';
import { envelopeSchema } from './envelope.js';
import { type EventDefinition } from './event.js';
import { checkFamily, scopeOf } from './topic-names.js';

export type TopicScope = 'tenant' | 'platform' | 'internal';
/** `compact` topics carry tombstones: a record without a value says that its key is gone. */
export type Cleanup = 'delete' | 'compact' | 'compact,delete';
/** What the registry demands of a new version of the schema. */
export type Compatibility = 'BACKWARD' | 'FORWARD' | 'FULL';
/**
 * Which producer of the process carries the topic. Records of one topic never change lanes, so their order holds.
 * - `standard`: everything a caller waits for;
 * - `throughput`: floods that must not delay the standard lane (analytics);
 * - `low_latency`: small best-effort records (presence, typing), never compressed.
 */
export type ProducerLane = 'standard' | 'throughput' | 'low_latency';

/** How the registry and the codec see the values of a topic, rendered once when the topic is defined. */
export type RenderedValue =
  | { readonly format: 'avro'; readonly codec: AvroCodec<unknown>; readonly text: string }
  | { readonly format: 'json'; readonly text: string }
  /** Bytes of other topics: nothing is registered, encoded or decoded. */
  | { readonly format: 'bytes'; readonly text: '' };

/** A family of topics: one definition, one topic per placement ({@link resolveTopic}). Immutable; made by {@link defineTopic} only. */
export interface TopicDefinition<
  Events extends readonly EventDefinition[] = readonly EventDefinition[],
  Clean extends Cleanup = Cleanup,
  Plain extends z.ZodObject = z.ZodObject,
> {
  readonly family: string;
  readonly scope: TopicScope;
  readonly format: RenderedValue['format'];
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanup: Clean;
  readonly segmentMs?: number;
  /** Further topic-level settings of the broker, by their Kafka names. */
  readonly settings: Readonly<Record<string, string>>;
  readonly compatibility: Compatibility;
  readonly lane: ProducerLane;
  /** The closed union of what the topic carries; empty for a topic of plain records. */
  readonly events: Events;
  /** Set for internal topics whose records have no envelope. */
  readonly record?: Plain;
  /** Registry subject of the values: one per family, shared by all tenants. */
  readonly subject: string;
  readonly value: RenderedValue;
  readonly description: string;
}

interface CommonTopicOptions<Clean extends Cleanup> {
  readonly family: string;
  readonly scope: TopicScope;
  /** `bytes` is refused: only retry topics are without a schema, and `retryTopicsOf` makes those. */
  readonly format: RenderedValue['format'];
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanup: Clean;
  readonly segmentMs?: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly compatibility?: Compatibility;
  readonly lane?: ProducerLane;
  readonly description: string;
}

export interface EventTopicOptions<Events extends readonly EventDefinition[], Clean extends Cleanup> extends CommonTopicOptions<Clean> {
  readonly events: Events;
}

export interface RecordTopicOptions<Plain extends z.ZodObject, Clean extends Cleanup> extends CommonTopicOptions<Clean> {
  readonly record: Plain;
}

/**
 * Defines a topic and renders its value schema. Throws a `TypeError` naming the rule for a bad name, scope, number or union, and an
 * `UnrepresentableError` naming the field for a payload that the topic's format cannot carry.
 */
export function defineTopic<const Events extends readonly [EventDefinition, ...EventDefinition[]], const Clean extends Cleanup>(
  options: EventTopicOptions<Events, Clean>,
): TopicDefinition<Events, Clean>;
export function defineTopic<Plain extends z.ZodObject, const Clean extends Cleanup>(
  options: RecordTopicOptions<Plain, Clean>,
): TopicDefinition<readonly [], Clean, Plain>;
export function defineTopic(
  options: EventTopicOptions<readonly EventDefinition[], Cleanup> | RecordTopicOptions<z.ZodObject, Cleanup>,
): TopicDefinition {
  const events = 'events' in options ? options.events : [];
  const record = 'record' in options ? options.record : undefined;
  checkOptions(options, events, record);
  return Object.freeze({
    family: options.family,
    scope: options.scope,
    format: options.format,
    partitions: options.partitions,
    retentionMs: options.retentionMs,
    cleanup: options.cleanup,
    ...(options.segmentMs === undefined ? {} : { segmentMs: options.segmentMs }),
    settings: options.settings ?? {},
    compatibility: options.compatibility ?? 'BACKWARD',
    lane: options.lane ?? 'standard',
    events,
    ...(record === undefined ? {} : { record }),
    subject: `${options.family}-value`,
    value: render(options.family, options.format, record ?? unionOf(events)),
    description: options.description,
  });
}

function checkOptions(options: CommonTopicOptions<Cleanup>, events: readonly EventDefinition[], record: z.ZodObject | undefined): void {
  const { family, scope } = options;
  const refuse = (rule: string): never => {
    throw new TypeError(`Topic ${family}: ${rule}`);
  };
  checkFamily(family);
  if (options.format === 'bytes') refuse('values need a schema, avro or json.');
  if (scopeOf(family) !== scope) refuse(`the name belongs to the scope "${scopeOf(family)}", not "${scope}".`);
  if (!isCount(options.partitions)) refuse('partitions must be a whole number of at least 1.');
  if (!isCount(options.retentionMs)) refuse('retentionMs must be a whole number of milliseconds, at least 1.');
  if (options.segmentMs !== undefined && !isCount(options.segmentMs))
    refuse('segmentMs must be a whole number of milliseconds, at least 1.');
  if (record === undefined && events.length === 0) refuse('it needs at least one event.');
  if (record !== undefined && scope !== 'internal') refuse('only internal topics carry records without an envelope.');
  const types = events.map((event) => event.type);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) refuse(`the event ${twice} is listed twice.`);
  const keyless = options.cleanup === 'delete' ? undefined : events.find((event) => event.key === null);
  if (keyless !== undefined) refuse(`it is compacted, so the event ${keyless.type} needs a key.`);
}

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

function unionOf(events: readonly EventDefinition[]): z.ZodType {
  const [first, ...rest] = events.map(envelopeSchema);
  if (first === undefined) throw new TypeError('A union needs at least one event.');
  return z.discriminatedUnion('type', [first, ...rest]);
}

function render(family: string, format: RenderedValue['format'], schema: z.ZodType): RenderedValue {
  if (format !== 'avro')
    return { format: 'json', text: JSON.stringify({ $schema: DRAFT_07, ...toJsonSchema(schema, { dialect: 'draft-07' }) }) };
  const codec = compileAvro<unknown>(schema, { name: `${pascalCase(family)}Value`, namespace: `caas.${family}` });
  return { format, codec, text: JSON.stringify(codec.schema) };
}

const pascalCase = (name: string): string =>
  name
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Whether the values have a schema of their own: those of retry topics are the bytes of other topics. */
export const hasSchema = ({ format }: TopicDefinition): boolean => format !== 'bytes';
