import { type StoredDocument } from '../definition/document-codec.js';
import { type ChangeOperation } from '../repository/watch.js';
import { type CollectionDefinition } from '../definition/define-collection.js';

/** Where a stream stands. */
export interface StreamPosition {
  /** Opaque text: everything up to here was handed out. */
  readonly token: string | undefined;
  /** Time of the last change up to here, to the second. */
  readonly operationTime: Date | undefined;
}

/** One change as the source has it. */
export interface SourceChange {
  /** The position right after it. */
  readonly token: string;
  readonly operation: ChangeOperation;
  readonly database: string;
  readonly collection: string;
  readonly id: string;
  readonly document: StoredDocument | undefined;
  readonly before: StoredDocument | undefined;
  readonly paths: readonly string[];
  readonly at: Date | undefined;
}

export interface ChangeBatch {
  readonly changes: readonly SourceChange[];
  /** The position after the batch; moves on without changes too, so that a quiet stream does not fall out of the server's history. */
  readonly position: StreamPosition;
}

/** Open from a position on: whatever is written after the opening will be handed out. */
export interface OpenChanges {
  /** The position at the opening, where the source knows it. */
  readonly position: StreamPosition;
  /** The next changes in their order, at most a batch; empty when there were none for a while. Rejects with the source's error, and then for good. */
  next(): Promise<ChangeBatch>;
  /** Safe to call again, also while `next` waits. */
  close(): Promise<void>;
}

/** What is asked of a source. */
export interface SourceQuery {
  readonly collections: readonly CollectionDefinition[];
  readonly operations: readonly ChangeOperation[];
  /** After this token; at this time; from now on without either. */
  readonly from: { readonly token: string } | { readonly operationTime: Date } | undefined;
}

/** Where changes come from: the deployment, or in specs a log of their own. */
export interface ChangeSource {
  /** Opens at a position. Rejects with {@link HistoryLostError} when the changes after it are gone. */
  open(query: SourceQuery): Promise<OpenChanges>;
}

/** The changes after a position are gone, or the position makes no sense to the server any more. */
export class HistoryLostError extends Error {
  constructor(cause: unknown) {
    super('The server no longer has the changes after this position.', { cause });
    this.name = 'HistoryLostError';
  }
}
