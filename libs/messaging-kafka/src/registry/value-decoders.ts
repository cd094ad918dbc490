import { type AvroSchema } from '@caas/schema';
import { type TopicDefinition } from '../definitions/topic.js';
import { DecodeFailure } from './decode-failure.js';
import { type RegisteredSchema, type RegistryClient } from './types.js';
import { FRAME_BYTES } from './wire-format.js';

/** Reads a framed value. Throws {@link DecodeFailure} when the bytes are not of the schema. */
export type ValueDecoder = (value: Buffer) => unknown;

const UNKNOWN_KEPT_MS = 30_000;
const UNKNOWN_MAX = 1_000;

/**
 * Decoders of one topic by schema id. A schema never changes, so a decoder is kept for ever and the registry may be away; concurrent misses
 * share one request. Ids that do not exist are remembered for 30 s, so that a flood of damaged records asks the registry once.
 */
export class ValueDecoders {
  readonly #definition: TopicDefinition;
  readonly #registry: RegistryClient;
  readonly #count: (result: 'hit' | 'miss' | 'error') => void;
  readonly #decoders = new Map<number, ValueDecoder>();
  readonly #loading = new Map<number, Promise<ValueDecoder>>();
  readonly #unknown = new Map<number, number>();

  constructor(definition: TopicDefinition, registry: RegistryClient, count: (result: 'hit' | 'miss' | 'error') => void = () => undefined) {
    this.#definition = definition;
    this.#registry = registry;
    this.#count = count;
  }

  /** The decoder when it is there already, without a promise: this runs for every record. */
  cached(schemaId: number): ValueDecoder | undefined {
    return this.#decoders.get(schemaId);
  }

  /** Rejects with {@link DecodeFailure} for an id that does not exist or does not fit, and `UnavailableError` while the registry is away. */
  load(schemaId: number): Promise<ValueDecoder> {
    const known = this.#decoders.get(schemaId);
    if (known !== undefined) return Promise.resolve(known);
    let loading = this.#loading.get(schemaId);
    if (loading === undefined) {
      loading = this.#load(schemaId).finally(() => this.#loading.delete(schemaId));
      this.#loading.set(schemaId, loading);
    }
    return loading;
  }

  async #load(schemaId: number): Promise<ValueDecoder> {
    const unknownSince = this.#unknown.get(schemaId);
    if (unknownSince !== undefined && performance.now() - unknownSince < UNKNOWN_KEPT_MS) throw unknownSchema(schemaId);
    const schema = await this.#fetch(schemaId);
    const decoder = compileDecoder(this.#definition, schema, schemaId);
    this.#decoders.set(schemaId, decoder);
    return decoder;
  }

  async #fetch(schemaId: number): Promise<RegisteredSchema> {
    let schema: RegisteredSchema | undefined;
    try {
      schema = await this.#registry.byId(schemaId);
    } catch (error) {
      this.#count('error');
      throw error;
    }
    this.#count('miss');
    if (schema !== undefined) return schema;
    if (this.#unknown.size >= UNKNOWN_MAX) this.#unknown.clear();
    this.#unknown.set(schemaId, performance.now());
    throw unknownSchema(schemaId);
  }
}

const unknownSchema = (schemaId: number): DecodeFailure => new DecodeFailure('UNKNOWN_SCHEMA', `The registry has no schema ${schemaId}.`);

function compileDecoder(definition: TopicDefinition, schema: RegisteredSchema, schemaId: number): ValueDecoder {
  const { value } = definition;
  if (schema.type !== (value.format === 'avro' ? 'AVRO' : 'JSON')) {
    throw new DecodeFailure(
      'UNFIT_SCHEMA',
      `Schema ${schemaId} is ${schema.type}, and ${definition.family} is written in ${value.format}.`,
    );
  }
  if (value.format !== 'avro') return guarded((framed) => JSON.parse(framed.toString('utf8', FRAME_BYTES)) as unknown);
  try {
    const decode = value.codec.decoderFor(JSON.parse(schema.text) as AvroSchema);
    return guarded((framed) => decode(framed.subarray(FRAME_BYTES)));
  } catch (error) {
    throw new DecodeFailure('UNFIT_SCHEMA', `Schema ${schemaId} cannot be read as ${definition.subject}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const guarded =
  (decode: ValueDecoder): ValueDecoder =>
  (framed) => {
    try {
      return decode(framed);
    } catch (error) {
      throw new DecodeFailure('UNDECODABLE', `The value does not match its schema: ${(error as Error).message}`, { cause: error });
    }
  };
