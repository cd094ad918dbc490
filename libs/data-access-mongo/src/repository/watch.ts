import { type ChangeStreamDocument, type ChangeStreamOptions, type Document } from 'mongodb';
import { AppError } from '@caas/runtime';
import { pause } from '../change-streams/pause.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type ConfinedCollection } from './confined-collection.js';
import { type RepositoryContext } from './repository-context.js';

export const CHANGE_OPERATIONS = ['insert', 'update', 'replace', 'delete'] as const;
export type ChangeOperation = (typeof CHANGE_OPERATIONS)[number];

/** One change of one document, as the tenant's reader sees it. */
export interface Change<Document> {
  readonly operation: ChangeOperation;
  readonly id: string;
  /** The document as it is when the change is read, which may be later than the change; absent for deletions. */
  readonly document: Document | undefined;
  /** The document before the change, where the definition asks for pre-images and the server has them. */
  readonly before: Document | undefined;
  /** Paths that an update wrote or removed; empty for other operations. */
  readonly paths: readonly string[];
  /** Where to go on from: the position after this change. Opaque. */
  readonly resumeToken: unknown;
}

export interface WatchOptions {
  /** Ends the stream; {@link Change}s that were handed out before have been handled by then. */
  readonly signal: AbortSignal;
  /** All four unless given. */
  readonly operations?: readonly ChangeOperation[];
  /** `resumeToken` of the last change that was handled; from now on unless given. */
  readonly resumeAfter?: unknown;
  /** Told once, when every change from now on will be seen. */
  readonly onOpen?: () => void;
}

/** Milliseconds that the server waits for news before it answers, and that an ending stream may take. */
const AWAIT_MS = 1_000;
const BATCH = 100;
/** Milliseconds between two questions to a server that answers that there is nothing without having waited. */
const REST_MS = 100;

type Handler = (change: Change<Record<string, unknown>>) => Promise<void> | void;

/** See `ReadRepository.watch`. */
export async function watch(context: RepositoryContext, handle: Handler, options: WatchOptions): Promise<void> {
  if (!context.capabilities.has('changeStreams')) throw new AppError('SYS_NOT_IMPLEMENTED', 'This MongoDB server has no change streams.');
  await context.runner.follow('watch', (collection) => readStream(collection, context, { ...options, handle }));
}

async function readStream(
  collection: ConfinedCollection,
  context: RepositoryContext,
  { signal, resumeAfter, operations = CHANGE_OPERATIONS, onOpen, handle }: WatchOptions & { readonly handle: Handler },
): Promise<void> {
  const preImages = context.definition.preImages && context.capabilities.has('preImages');
  const driver: ChangeStreamOptions = {
    fullDocument: 'updateLookup',
    ...(preImages ? { fullDocumentBeforeChange: 'whenAvailable' } : {}),
    ...(resumeAfter === undefined ? {} : { resumeAfter: resumeAfter }),
    maxAwaitTimeMS: AWAIT_MS,
    batchSize: BATCH,
  };
  const stream = collection.watch([{ $match: { ...changesOf(context), operationType: { $in: [...operations] } } }], driver);
  try {
    for (let opened = false; !signal.aborted;) {
      const asked = performance.now();
      const event = await stream.tryNext();
      if (!opened) onOpen?.();
      opened = true;
      if (event !== null) await handle(changeOf(context, event));
      else if (performance.now() - asked < REST_MS) await pause(REST_MS, signal);
    }
  } finally {
    await stream.close();
  }
}

/**
 * Events whose document, before or after, is the tenant's. A deletion without a pre-image names nobody and is not handed out: where deletions matter,
 * the definition asks for pre-images, or rows are soft-deleted.
 */
function changesOf({ tenantId }: RepositoryContext): Document {
  if (tenantId === undefined) return {};
  return { $or: [{ 'fullDocument.tenant_id': tenantId }, { 'fullDocumentBeforeChange.tenant_id': tenantId }] };
}

function changeOf({ definition }: RepositoryContext, event: ChangeStreamDocument<StoredDocument>): Change<Record<string, unknown>> {
  const { operationType, documentKey, fullDocument, fullDocumentBeforeChange, updateDescription, _id } = event as ChangeEvent;
  return {
    operation: operationType,
    id: documentKey._id,
    document: fullDocument ? definition.codec.decode(fullDocument) : undefined,
    before: fullDocumentBeforeChange ? definition.codec.decode(fullDocumentBeforeChange) : undefined,
    paths: [...Object.keys(updateDescription?.updatedFields ?? {}), ...(updateDescription?.removedFields ?? [])],
    resumeToken: _id,
  };
}

/** The part of an event of the four operations that is read here. */
interface ChangeEvent {
  readonly _id: unknown;
  readonly operationType: ChangeOperation;
  readonly documentKey: { readonly _id: string };
  readonly fullDocument?: StoredDocument | null;
  readonly fullDocumentBeforeChange?: StoredDocument | null;
  readonly updateDescription?: { readonly updatedFields?: Document; readonly removedFields?: readonly string[] };
}
