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
  /** The level that is set on the subject itself; `undefined` when the registry's own holds. */
  compatibilityOf(subject: string): Promise<string | undefined>;
  /** A version of the subject, or `undefined` when there is none. */
  version(subject: string, version: number | 'latest'): Promise<SchemaVersion | undefined>;
  /** Why the registry would refuse the schema as the subject's next version, in its words; empty when it would not. */
  check(subject: string, schema: RegisteredSchema): Promise<readonly string[]>;
  /** Names of all subjects. */
  subjects(): Promise<readonly string[]>;
  /** Takes a subject away; nothing happens when there is none. For specs and operators: what was written under its ids stays readable. */
  deleteSubject(subject: string): Promise<void>;
  /** Resolves when the registry answers. */
  ping(): Promise<void>;
}

/** One version of a subject. */
export interface SchemaVersion {
  readonly version: number;
  readonly id: number;
  readonly schema: RegisteredSchema;
}

/** How a topic's schema stands to what is registered. */
export interface SchemaStatus {
  readonly subject: string;
  /** `registered` as it is here; `new` to the registry; `changed` and compatible with what is registered; `incompatible` with it. */
  readonly state: 'registered' | 'new' | 'changed' | 'incompatible';
  /** The version that is as it is here, else the latest one; absent for a new subject. */
  readonly version?: number;
  readonly id?: number;
  /** The level that the definition asks for, and the one that is set on the subject. */
  readonly compatibility: { readonly defined: string; readonly set: string | undefined };
  /** Why it is incompatible. */
  readonly issues: readonly string[];
}

/** Schemas of this process's topics: ids to write with, decoders for whatever id is read. */
export interface Schemas {
  /**
   * Registers the value schemas of the definitions. Idempotent. Throws `ConflictError` naming subject, versions and field for an incompatible one.
   * With `levels`, the levels of compatibility of known subjects are mended too; without, a registry that knows everything is only read.
   */
  registerAll(
    definitions: readonly TopicDefinition[],
    options?: { readonly levels?: boolean },
  ): Promise<readonly { readonly subject: string; readonly id: number }[]>;
  /** Finds the ids that others registered. Throws `NotFoundError` naming every subject that lacks this version. */
  lookupAll(definitions: readonly TopicDefinition[]): Promise<readonly { readonly subject: string; readonly id: number }[]>;
  /** How the definitions stand to the registry. Reads only. */
  status(definitions: readonly TopicDefinition[]): Promise<readonly SchemaStatus[]>;
  /** Names of all subjects of the registry. */
  subjects(): Promise<readonly string[]>;
  /** Rejects with an `UnavailableError` when the registry does not answer, or ids are missing that it has not told yet. */
  check(): Promise<void>;
}
