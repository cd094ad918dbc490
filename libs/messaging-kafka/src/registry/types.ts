import { type TopicDefinition } from '../definitions/topic.js';

export type SchemaType = 'AVRO' | 'JSON';

/** A schema as the registry keeps it. */
export interface RegisteredSchema {
  readonly type: SchemaType;
  /** Avro or JSON Schema as JSON text. */
  readonly text: string;
}

/** What this library needs of a Confluent-compatible registry. The network one and the in-memory one of the specs behave alike. */
export interface RegistryClient {
  /** Id of the schema under the subject, new or existing. Throws `ConflictError` when it is not compatible with what is registered. */
  register(subject: string, schema: RegisteredSchema): Promise<number>;
  /** Id of the schema under the subject, or `undefined` when it is not registered. */
  lookup(subject: string, schema: RegisteredSchema): Promise<number | undefined>;
  /** The schema of an id, or `undefined` when there is no such id. */
  byId(id: number): Promise<RegisteredSchema | undefined>;
  setCompatibility(subject: string, compatibility: string): Promise<void>;
  /** Resolves when the registry answers. */
  ping(): Promise<void>;
}

/** Schemas of this process's topics: ids to write with, decoders for whatever id is read. */
export interface Schemas {
  /** Registers the value schemas of the definitions. Idempotent. Throws `ConflictError` naming the subject for an incompatible one. */
  registerAll(definitions: readonly TopicDefinition[]): Promise<readonly { readonly subject: string; readonly id: number }[]>;
  /** Finds the ids that others registered. Throws `NotFoundError` naming every subject that lacks this version. */
  lookupAll(definitions: readonly TopicDefinition[]): Promise<readonly { readonly subject: string; readonly id: number }[]>;
  /** Rejects with an `UnavailableError` when the registry does not answer. */
  check(): Promise<void>;
}
