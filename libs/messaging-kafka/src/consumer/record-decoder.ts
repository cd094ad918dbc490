import { compileValidator, type Issue, type Validator } from '@caas/schema';
import { envelopeSchema, type Envelope } from '../definitions/envelope.js';
import { type EventDefinition } from '../definitions/event.js';
import { parseSharedKey, parseTopic, type ParsedTopic } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { DecodeFailure } from '../registry/decode-failure.js';
import { type ValueDecoder, type ValueDecoders } from '../registry/value-decoders.js';
import { schemaIdOf } from '../registry/wire-format.js';
import { headerTexts, type RawRecord } from './raw-record.js';
import { type DecodedRecord, type RecordPosition } from './types.js';

interface KnownEvent {
  readonly major: number;
  readonly validate: Validator<unknown>;
}

/** Envelope fields that headers repeat for routing. */
const COPIED_HEADERS = { event_id: 'id', event_type: 'type', tenant_id: 'tenant_id', schema_version: 'version' } as const;
const COPIED = Object.entries(COPIED_HEADERS);

/**
 * Turns fetched records of one topic definition into decoded ones. Lenient towards newer minor versions (unknown fields are ignored),
 * strict about everything else: what does not hold is a {@link DecodeFailure} that names it.
 */
export class RecordDecoder {
  readonly #definition: TopicDefinition;
  readonly #decoders: ValueDecoders;
  readonly #events: ReadonlyMap<string, KnownEvent>;
  readonly #validPlain: Validator<unknown> | undefined;
  readonly #places = new Map<string, ParsedTopic | undefined>();

  constructor(definition: TopicDefinition, decoders: ValueDecoders) {
    this.#definition = definition;
    this.#decoders = decoders;
    this.#events = new Map(definition.events.map((event) => [event.type, knownEvent(event)]));
    this.#validPlain =
      definition.record === undefined ? undefined : compileValidator<unknown>(definition.record, { unknownFields: 'ignore' });
  }

  /**
   * The decoded record, without a promise once the schema is known: this runs for every record. Throws or rejects with
   * {@link DecodeFailure}, or with `UnavailableError` when the schema is not cached and the registry is away.
   */
  decode(raw: RawRecord): DecodedRecord | Promise<DecodedRecord> {
    if (raw.value === null) return this.#tombstone(raw);
    const schemaId = schemaIdOf(raw.value);
    if (schemaId === undefined) throw new DecodeFailure('NOT_FRAMED', 'The value does not begin with a schema id.');
    const { value } = raw;
    const decoder = this.#decoders.cached(schemaId);
    if (decoder !== undefined) return this.#read(raw, value, decoder);
    return this.#decoders.load(schemaId).then((loaded) => this.#read(raw, value, loaded));
  }

  #tombstone(raw: RawRecord): DecodedRecord {
    if (this.#definition.cleanup === 'delete')
      throw new DecodeFailure('NO_VALUE', 'The record has no value, and its topic is not compacted.');
    const headers = headerTexts(raw.headers);
    const { key, tenantId } = this.#owner(raw, headers['tenant_id']);
    return { kind: 'tombstone', ...this.#position(raw, { key, tenantId, headers }) };
  }

  #read(raw: RawRecord, value: Buffer, decode: ValueDecoder): DecodedRecord {
    const decoded = decode(value);
    const headers = headerTexts(raw.headers);
    if (this.#validPlain !== undefined) return this.#plain(raw, decoded, headers);
    const envelope = this.#envelope(decoded);
    for (const [header, field] of COPIED) {
      const said = headers[header];
      if (said !== undefined && said !== envelope[field]) {
        throw new DecodeFailure('HEADER_MISMATCH', `The header ${header} differs from the envelope's ${field}.`);
      }
    }
    const { key, tenantId } = this.#owner(raw, envelope.tenant_id);
    // Spelled out: spreading costs a third of the whole decoding.
    return {
      kind: 'event',
      type: envelope.type,
      id: envelope.id,
      payload: envelope.payload,
      envelope: withRetryFacts(envelope, headers),
      family: this.#definition.family,
      topic: raw.topic,
      partition: raw.partition,
      offset: raw.offset,
      key,
      tenantId,
      headers,
      producedAt: raw.producedAt,
    };
  }

  #plain(raw: RawRecord, value: unknown, headers: Record<string, string>): DecodedRecord {
    const result = this.#validPlain?.(value);
    if (result?.ok === false) throw invalid(result.issues);
    const key = raw.key?.toString() ?? null;
    return {
      kind: 'plain',
      value,
      ...this.#position(raw, { key, tenantId: headers['tenant_id'] ?? '', headers }),
    } as unknown as DecodedRecord;
  }

  #envelope(decoded: unknown): Envelope {
    const { type, version } = (decoded ?? {}) as { type?: unknown; version?: unknown };
    if (typeof type !== 'string' || typeof version !== 'string') throw new DecodeFailure('UNDECODABLE', 'The value is not an envelope.');
    const event = this.#events.get(type);
    if (event === undefined) throw new DecodeFailure('UNKNOWN_TYPE', `${this.#definition.family} does not carry this type.`);
    if (Number.parseInt(version, 10) !== event.major) {
      throw new DecodeFailure('OTHER_MAJOR', `Version ${version.slice(0, 20)} of ${type} is not of the major version ${event.major}.`);
    }
    const result = event.validate(decoded);
    if (!result.ok) throw invalid(result.issues);
    return decoded as Envelope;
  }

  /** Checks that envelope, topic and key name the same tenant, and takes the tenant off a shared key. */
  #owner(raw: RawRecord, tenantId: string | undefined): { key: string | null; tenantId: string } {
    const place = this.#placeOf(raw.topic);
    const key = raw.key?.toString() ?? null;
    if (place?.placement === 'dedicated') {
      if (tenantId !== place.tenantId) throw new DecodeFailure('TENANT_MISMATCH', "The record names another tenant than its topic's.");
      return { key, tenantId };
    }
    if (place?.placement !== 'shared') return { key, tenantId: tenantId ?? '' };
    if (tenantId === undefined) throw new DecodeFailure('TENANT_MISMATCH', 'A record of a shared topic names no tenant.');
    if (key === null) return { key, tenantId };
    const owner = parseSharedKey(key);
    if (owner?.tenantId !== tenantId) throw new DecodeFailure('TENANT_MISMATCH', "The record names another tenant than its key's.");
    return { key: owner.key, tenantId };
  }

  #placeOf(topic: string): ParsedTopic | undefined {
    if (!this.#places.has(topic)) this.#places.set(topic, parseTopic(topic));
    return this.#places.get(topic);
  }

  #position(raw: RawRecord, owner: { key: string | null; tenantId: string; headers: Record<string, string> }): RecordPosition {
    const { topic, partition, offset, producedAt } = raw;
    return { family: this.#definition.family, topic, partition, offset, producedAt, ...owner };
  }
}

/** Retries leave the envelope's bytes alone and count in headers; handlers read both in one place. */
function withRetryFacts(envelope: Envelope, headers: Readonly<Record<string, string>>): Envelope {
  const { retry_count: count, original_timestamp: original } = headers;
  if (count === undefined && original === undefined) return envelope;
  const facts = {
    ...(count === undefined ? {} : { retry_count: Number(count) }),
    ...(original === undefined ? {} : { original_timestamp: Number(original) }),
  };
  return { ...envelope, metadata: { ...envelope.metadata, ...facts } };
}

const knownEvent = (event: EventDefinition): KnownEvent => ({
  major: event.major,
  validate: compileValidator<unknown>(envelopeSchema(event), { unknownFields: 'ignore' }),
});

/** Names fields and rules, never values: messages are private. */
const invalid = (issues: readonly Issue[]): DecodeFailure =>
  new DecodeFailure(
    'INVALID_VALUE',
    `The value breaks its schema: ${issues.map(({ pointer, code }) => `${pointer || '/'} ${code}`).join(', ')}`,
    { issues: issues.map(({ pointer, code, message }) => ({ field: pointer, code, message })) },
  );
