import { type AnyBulkWriteOperation, MongoBulkWriteError, MongoServerError, type WriteError } from 'mongodb';
import { type AppError, ValidationError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileUpdate, driverUpdate, elementOptions } from './compile-update.js';
import { translateDriverError } from './driver-errors.js';
import { compileFilter } from './filter.js';
import { type Filter } from './operators.js';
import { type WriteOptions } from './operation-runner.js';
import { liveFilter, type RepositoryContext } from './repository-context.js';
import { type AnyUpdate, type Update } from './update.js';
import { stampedUpdate } from './writes.js';

/** One change of a bulk update. */
export interface BulkChange<Document, Fields> extends Update<Fields> {
  readonly id: string;
  /** Applies only while this holds as well. */
  readonly where?: Filter<Document>;
  /** Applies to exactly this `__v`. */
  readonly expectedVersion?: number;
}

export interface BulkUpdateOptions extends WriteOptions {
  /** Stop at the first failure; false unless given: the others are made whatever happens to one. */
  readonly ordered?: boolean;
  /** False leaves `updated_at` and `__v` alone: for counters that move with traffic, not for edits by people. */
  readonly stamped?: boolean;
}

export interface BulkChanges {
  /** Live documents that existed and met their guard. */
  readonly matched: number;
  readonly modified: number;
  /** Changes that the server refused, such as taken keys; position in the given list. */
  readonly failures: readonly { readonly index: number; readonly error: AppError }[];
}

/** Changes of one call; the server takes more, but one command should not hold its connection for long. */
export const CHANGES_MAX = 10_000;

type AnyChange = AnyUpdate & { readonly id: string; readonly where?: unknown; readonly expectedVersion?: number };

/** See `Repository.bulkUpdate`. */
export async function bulkUpdate(
  context: RepositoryContext,
  changes: readonly AnyChange[],
  options: BulkUpdateOptions,
): Promise<BulkChanges> {
  if (changes.length > CHANGES_MAX) {
    throw new ValidationError([{ field: '', code: 'bulk', message: `takes at most ${CHANGES_MAX} changes` }]);
  }
  if (changes.length === 0) return { matched: 0, modified: 0, failures: [] };
  const operations = changes.map((change) => operationOf(context, change, options));
  return context.runner.write(
    'bulk_update',
    async (collection, driver) => {
      try {
        const { matchedCount, modifiedCount } = await collection.bulkWrite(operations, { ...driver, ordered: options.ordered ?? false });
        return { matched: matchedCount, modified: modifiedCount, failures: [] };
      } catch (error) {
        if (!(error instanceof MongoBulkWriteError)) throw error;
        return partialResult(context, error);
      }
    },
    options,
  );
}

function operationOf(
  context: RepositoryContext,
  { id, where, expectedVersion, ...change }: AnyChange,
  { stamped = true }: BulkUpdateOptions,
): AnyBulkWriteOperation<StoredDocument> {
  const live = liveFilter(context, id);
  const version = expectedVersion === undefined ? {} : { __v: expectedVersion };
  const guard = where === undefined ? {} : { $and: [compileFilter(context, where)] };
  const compiled = stamped ? stampedUpdate(context, change) : compileUpdate(context.definition, change);
  return { updateOne: { filter: { ...live, ...version, ...guard }, update: driverUpdate(compiled.update), ...elementOptions(compiled) } };
}

/** What the server refused one by one. Rethrows when the whole command failed: then nothing is known of single changes. */
function partialResult({ definition }: RepositoryContext, error: MongoBulkWriteError): BulkChanges {
  const failures: readonly WriteError[] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (failures.length === 0 || error.result.getWriteConcernError() !== undefined) throw error;
  const at = {
    collection: definition.name,
    operation: 'bulk_update',
    fieldName: (stored: string) => (stored === '_id' ? definition.id.field : stored),
  };
  return {
    matched: error.result.matchedCount,
    modified: error.result.modifiedCount,
    failures: failures.map(({ index, code, errmsg }) => ({
      index,
      error: translateDriverError(new MongoServerError({ message: errmsg ?? '', code }), at) as AppError,
    })),
  };
}
