import { type TenantId } from '@caas/schema';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { DefinitionError } from '../definition/definition-error.js';
import { type DocumentOf } from '../definition/document-types.js';
import { CHANGE_OPERATIONS, type ChangeOperation } from '../repository/watch.js';

/** One change of one document, as a stream hands it to its handler. */
export interface StreamEvent<Document = Record<string, unknown>> {
  /** `evt_…`, derived from the position in the stream: the same change has the same id however often it is handed out. */
  readonly eventId: string;
  readonly operation: ChangeOperation;
  /** Name of the definition, whatever the collection is called in the tenant's place. */
  readonly collection: string;
  /** As the document says, before or after; absent for platform rows and for deletions without a pre-image. */
  readonly tenantId: TenantId | undefined;
  readonly id: string;
  /** As it is when the change is read, which may be later than the change; absent for deletions, and when the document is gone by then. */
  readonly document: Document | undefined;
  /** The document before the change, where the definition asks for pre-images and the server has them. */
  readonly before: Document | undefined;
  /** Paths that an update wrote or removed; empty for other operations. */
  readonly paths: readonly string[];
  /** When it was written, to the second, where the server says so. */
  readonly at: Date | undefined;
}

export interface StreamContext {
  /** Aborted when the stream stops or its lease is lost. */
  readonly signal: AbortSignal;
  /** Grows with every owner of the stream. For effects that must not come from an owner that slept past its lease. */
  readonly fence: number;
}

/** The server no longer has the changes after the saved position. */
export interface HistoryGap {
  /** Up to then every change was handled; absent when no position was ever saved with a time. */
  readonly since: Date | undefined;
  /** `operation_time`: the stream goes on at `since` and nothing is missing. `now`: changes between `since` and now are not handed out. */
  readonly resumedAt: 'operation_time' | 'now';
}

type DocumentIn<Collections extends readonly CollectionDefinition[]> = DocumentOf<Collections[number]>;

export interface StreamSpec<Collections extends readonly CollectionDefinition[]> {
  /** Unique in the deployment; the position is kept under it. `[a-z0-9-]`. */
  readonly name: string;
  readonly collections: Collections;
  /** All four unless given. */
  readonly operations?: readonly ChangeOperation[];
  /** Changes with the same key are handled one after another, others side by side. The document's id unless given. */
  orderBy?(event: StreamEvent<DocumentIn<Collections>>): string;
  /**
   * Handles one change. At least once: a change comes again after a crash, so effects must be repeatable (`eventId` tells). A rejection is retried with
   * growing pauses, five tries in all, unless the error says that a repeat is in vain; then the change goes to the dead letters and the stream goes on.
   */
  handle(event: StreamEvent<DocumentIn<Collections>>, context: StreamContext): Promise<void> | void;
  /**
   * Told before the first change after a {@link HistoryGap}, with the stream open already: what is written from then on will be handed out. The place to
   * replay rows by `updated_at`. A rejection reopens the stream, and the gap is told again.
   */
  onGap?(gap: HistoryGap, context: StreamContext): Promise<void> | void;
}

/** A stream as the engine sees it. Made by {@link defineStream} only. */
export interface StreamDefinition {
  readonly name: string;
  readonly collections: readonly CollectionDefinition[];
  readonly operations: readonly ChangeOperation[];
  readonly orderBy: (event: StreamEvent) => string;
  readonly handle: (event: StreamEvent, context: StreamContext) => Promise<void> | void;
  readonly onGap: (gap: HistoryGap, context: StreamContext) => Promise<void> | void;
}

/** Defines a stream over collections of all tenants. Throws `DefinitionError` for a malformed name and for an empty list. */
export function defineStream<const Collections extends readonly CollectionDefinition[]>(spec: StreamSpec<Collections>): StreamDefinition {
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(spec.name))
    throw new DefinitionError(spec.name, 'name', 'must be 1–60 of [a-z0-9-] and start with a letter');
  if (spec.collections.length === 0) throw new DefinitionError(spec.name, 'collections', 'must name at least one');
  type Event = StreamEvent<DocumentIn<Collections>>;
  return Object.freeze({
    name: spec.name,
    collections: spec.collections,
    operations: spec.operations ?? CHANGE_OPERATIONS,
    orderBy: (event) => spec.orderBy?.(event as Event) ?? event.id,
    handle: (event, context) => spec.handle(event as Event, context),
    onGap: (gap, context) => spec.onGap?.(gap, context),
  } satisfies StreamDefinition);
}
