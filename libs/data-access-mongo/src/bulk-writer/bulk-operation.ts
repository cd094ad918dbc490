import { MongoServerSelectionError } from 'mongodb';
import { AppError, isRetryable, TenantMigratingError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type DocumentOf, type NewDocumentOf, type OwnFieldsOf } from '../definition/document-types.js';
import { type BulkChange } from '../repository/bulk-update.js';
import { type Increment } from '../repository/bulk.js';
import { type NaturalKey } from '../repository/repository.js';
import { type SoftDeleteOptions } from '../repository/soft-delete.js';
import { type Update } from '../repository/update.js';

type Any = CollectionDefinition;
type AnyChange = BulkChange<DocumentOf<Any>, OwnFieldsOf<Any>>;

/** What is to be written, by kind. */
export type BulkWork =
  | { readonly kind: 'insert'; readonly id: string; readonly document: NewDocumentOf<Any>; readonly idempotentBy: readonly string[] }
  | { readonly kind: 'update'; readonly change: AnyChange }
  | { readonly kind: 'increment'; readonly increment: Increment }
  | {
      readonly kind: 'upsert';
      readonly key: NaturalKey<Any>;
      readonly create: NewDocumentOf<Any>;
      readonly change: Update<OwnFieldsOf<Any>>;
    }
  | { readonly kind: 'soft_delete'; readonly id: string; readonly by: string; readonly set: SoftDeleteOptions<OwnFieldsOf<Any>>['set'] };

export type BulkKind = BulkWork['kind'];

/** One operation on its way into a batch. */
export interface BulkOperation {
  readonly work: BulkWork;
  /** Operations with the same key are written one after another, in the order in which they were added. */
  readonly orderKey: string | undefined;
  readonly bytes: number;
  /** Whether writing it twice leaves what writing it once does. */
  readonly repeatable: boolean;
  /** How often it was sent. */
  attempts: number;
  settle(outcome: BulkResult): void;
}

/** What is added to a buffer: everything but the settling. */
export type NewOperation = Omit<BulkOperation, 'attempts' | 'settle'>;

/** What became of one operation. */
export type BulkResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Whether a change leaves the same when it is made twice. */
export function isRepeatable({ inc, push, pop }: Update<OwnFieldsOf<Any>>): boolean {
  return inc === undefined && push === undefined && pop === undefined;
}

/**
 * Whether the same operation may go into a later batch. What counts up is written again only when it is certain that nothing was sent. A tenant
 * that changes place is its caller's business: the context given with the operation is out of date afterwards.
 */
export function mayRepeat({ repeatable, attempts }: BulkOperation, error: unknown, attemptsMax: number): boolean {
  if (!isRetryable(error) || attempts >= attemptsMax || error instanceof TenantMigratingError) return false;
  if (error instanceof AppError && error.details.reason === 'closing') return false;
  return repeatable || nothingWasSent(error);
}

/** An error of ours without one of the driver as cause came before the call; the driver says so when no server or connection was found. */
export function nothingWasSent(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return error.cause === undefined || error.cause instanceof MongoServerSelectionError || error.details.reason === 'pool_exhausted';
}
