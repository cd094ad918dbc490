import { type Clock, ConflictError, type FieldIssue, ValidationError } from '@caas/runtime';
import { compileValidator } from '@caas/schema';
import { RecordDecoder } from '../consumer/record-decoder.js';
import { type RawRecord } from '../consumer/raw-record.js';
import { envelopeSchema } from '../definitions/envelope.js';
import { parseTopic } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { DecodeFailure } from '../registry/decode-failure.js';
import { type SchemaCatalogue } from '../registry/schema-catalogue.js';
import { schemaIdOf } from '../registry/wire-format.js';
import { RETRY_TIERS, retryTopicsOf } from '../retry/retry-topics.js';
import { type RetryForwarder } from '../retry/retry-forwarder.js';
import { type TopicAdmin } from '../topics/types.js';
import { type DeadLetterTools, type RecordInspection, type ReplayOptions } from './types.js';

export interface KafkaDeadLetterToolsOptions {
  readonly definitions: readonly TopicDefinition[];
  readonly schemas: SchemaCatalogue;
  readonly forwarder: RetryForwarder;
  readonly topics: TopicAdmin;
  readonly clock: Clock;
}

/** {@link DeadLetterTools} over a cluster and a registry. */
export class KafkaDeadLetterTools implements DeadLetterTools {
  readonly #options: KafkaDeadLetterToolsOptions;
  readonly #replayable = new Map<string, boolean>();

  constructor(options: KafkaDeadLetterToolsOptions) {
    this.#options = options;
  }

  async inspect(record: RawRecord): Promise<RecordInspection> {
    const definition = this.#definitionOf(record.topic);
    const schemaId = record.value === null ? undefined : schemaIdOf(record.value);
    const value = await this.#valueOf(definition, record.value, schemaId);
    const { type, version } = (value ?? {}) as { type?: string; version?: string };
    const event = definition.events.find((candidate) => candidate.type === type);
    return {
      family: definition.family,
      subject: definition.subject,
      ...(schemaId === undefined ? {} : { schemaId }),
      ...(typeof type === 'string' ? { type } : {}),
      ...(typeof version === 'string' ? { version } : {}),
      ...(event === undefined ? {} : { currentVersion: event.version }),
      ...(value === undefined ? {} : { value }),
      problems: await this.#problemsOf(definition, record),
      unknownFields: event === undefined ? [] : unknownFields(envelopeSchema(event), value),
    };
  }

  async correct(record: RawRecord, value: unknown): Promise<Buffer> {
    const definition = this.#definitionOf(record.topic);
    const type = (value as { type?: unknown } | null)?.type;
    const event = definition.events.find((candidate) => candidate.type === type);
    if (event === undefined) throw issue('/type', 'unknown_type', `must be a type that ${definition.family} carries`);
    const checked = compileValidator<unknown>(envelopeSchema(event))(value);
    if (!checked.ok) {
      throw new ValidationError(checked.issues.map(({ pointer, code, message }) => ({ field: pointer, code, message })));
    }
    await this.#options.schemas.lookupAll([definition]);
    const corrected = this.#options.schemas.encoderOf(definition).encode(value);
    const [problem] = await this.#problemsOf(definition, { ...record, value: corrected });
    if (problem !== undefined) throw issue(problem.field, problem.code, problem.message);
    return corrected;
  }

  async replay(record: RawRecord, { group, dlqId, firstFailedAt, lastFailure }: ReplayOptions): Promise<void> {
    if (!(await this.#hasRetryTopics(group))) {
      throw new ConflictError(`The group ${group} has no retry topics, so nothing can be replayed to it alone.`, { code: 'RES_STATE' });
    }
    const { forwarder, clock } = this.#options;
    const now = clock.now();
    // All passes are used: it is tried once, and what fails then is a dead letter again.
    const traced = { origin: record, tier: 0, passes: RETRY_TIERS, notBefore: now, firstFailedAt, lastFailure, dlqId };
    await forwarder.forward(traced, 1, { group, passes: RETRY_TIERS, notBefore: now, now });
  }

  async #hasRetryTopics(group: string): Promise<boolean> {
    const known = this.#replayable.get(group) ?? (await this.#options.topics.list(retryTopicsOf(group))).length === RETRY_TIERS;
    this.#replayable.set(group, known);
    return known;
  }

  /** The value as its writer meant it; `undefined` when it cannot be read at all. */
  async #valueOf(definition: TopicDefinition, value: Buffer | null, schemaId: number | undefined): Promise<unknown> {
    if (value === null || schemaId === undefined) return undefined;
    try {
      return (await this.#options.schemas.decodersOf(definition).load(schemaId))(value);
    } catch (error) {
      if (error instanceof DecodeFailure) return undefined;
      throw error;
    }
  }

  /** Why the present release would not read it. */
  async #problemsOf(definition: TopicDefinition, record: RawRecord): Promise<readonly FieldIssue[]> {
    try {
      await new RecordDecoder(definition, this.#options.schemas.decodersOf(definition)).decode(record);
      return [];
    } catch (error) {
      if (!(error instanceof DecodeFailure)) throw error;
      return error.details.issues ?? [{ field: '', code: error.failure, message: error.message }];
    }
  }

  #definitionOf(topic: string): TopicDefinition {
    const family = parseTopic(topic)?.family;
    const definition = this.#options.definitions.find((candidate) => candidate.family === family && candidate.value.format !== 'bytes');
    if (definition !== undefined) return definition;
    throw new ConflictError(`This release knows no topic ${topic}.`, { code: 'RES_STATE' });
  }
}

/** Fields that the present schema does not have. Reading ignores them. */
function unknownFields(schema: ReturnType<typeof envelopeSchema>, value: unknown): readonly string[] {
  const strict = compileValidator<unknown>(schema)(value);
  return strict.ok ? [] : strict.issues.filter(({ code }) => code === 'unknown_field').map(({ pointer }) => pointer);
}

const issue = (field: string, code: string, message: string): ValidationError => new ValidationError([{ field, code, message }]);
