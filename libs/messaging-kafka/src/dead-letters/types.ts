import { type FieldIssue } from '@caas/runtime';
import { type RawRecord } from '../consumer/raw-record.js';

/** A record against the schema of this release. */
export interface RecordInspection {
  readonly family: string;
  readonly subject: string;
  /** Of the schema that its writer used, as the frame says. */
  readonly schemaId?: number;
  readonly type?: string;
  readonly version?: string;
  /** Version of the type's schema in this release. */
  readonly currentVersion?: string;
  /** The value as its writer meant it; absent when it cannot be decoded. May be private. */
  readonly value?: unknown;
  /** Which fields fail and why; empty when this release reads the record. Names rules, not values. */
  readonly problems: readonly FieldIssue[];
  /** Fields that this release does not know; reading ignores them. */
  readonly unknownFields: readonly string[];
}

export interface ReplayOptions {
  readonly group: string;
  readonly dlqId: string;
  readonly firstFailedAt: number;
  readonly lastFailure: { readonly at: number; readonly class: string; readonly code: string; readonly message: string };
}

/** What operators do with dead letters. A record is given as it was written first: its own topic, partition, offset and headers. */
export interface DeadLetterTools {
  /** Compares the record with the present definitions. Rejects with a `ConflictError` for a topic that this release does not know. */
  inspect(record: RawRecord): Promise<RecordInspection>;
  /**
   * The bytes for a corrected value, under the present schema. Rejects with `ValidationError` naming the fields when it breaks the schema, or does
   * not go with the record's key, headers or topic any more.
   */
  correct(record: RawRecord, value: unknown): Promise<Buffer>;
  /**
   * Has the group handle the record once more, through its first retry topic and due at once. Resolves once that is acknowledged; what comes of it
   * is told on `internal.dlq`. Repeats are harmless. Rejects with a `ConflictError` (RES_STATE) for a group without retry topics.
   */
  replay(record: RawRecord, options: ReplayOptions): Promise<void>;
}
