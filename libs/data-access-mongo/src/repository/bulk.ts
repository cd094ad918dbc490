import { type AnyBulkWriteOperation, MongoBulkWriteError, MongoServerError, type WriteError } from 'mongodb';
import { inLanes, InternalError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileUpdate, driverUpdate } from './compile-update.js';
import { DOCUMENT_VALIDATION, DUPLICATE_KEY, duplicateOf, translateDriverError } from './driver-errors.js';
import { compileFilter } from './filter.js';
import { type Filter } from './operators.js';
import { type WriteOptions } from './operation-runner.js';
import { storedField } from './projection.js';
import { checkId, idFilter, stampedDocument, type RepositoryContext } from './repository-context.js';
import { type AnyUpdate, type Update } from './update.js';

/** A document that was not inserted, because one with the same unique key exists. */
export interface Duplicate {
  /** Position in the list that was given. */
  readonly index: number;
  readonly id: string;
  /** The unique index that refused it; `_id_` when the same id is stored already, as after a replay. */
  readonly indexName: string;
  /** Fields of that index, as named outside, without the tenant. */
  readonly fields: readonly string[];
}

export interface InsertManyResult {
  /** Ids of the inserted documents, in the given order. */
  readonly inserted: readonly string[];
  readonly duplicates: readonly Duplicate[];
}

export interface InsertManyOptions extends WriteOptions {
  /** Stop at the first duplicate; false unless given: the others are inserted whatever happens to one. */
  readonly ordered?: boolean;
}

/** One step of a counter. */
export interface Increment {
  readonly id: string;
  /** A number field of the definition; dotted paths reach into objects. */
  readonly field: string;
  readonly by: number;
}

/** A change of one document of a bulk update. */
export interface UpdateById<Document, Fields> extends Pick<Update<Fields>, 'set' | 'inc'> {
  readonly id: string;
  /** Applies only while this holds as well, for example a sequence that is still lower. */
  readonly where?: Filter<Document>;
}

export interface BulkUpdateResult {
  /** Documents that existed and met their guard. */
  readonly matched: number;
  readonly modified: number;
}

/** Concurrent commands of {@link incrementMany}; stays well below the pool, so that other work finds a connection. */
const INCREMENT_LANES = 16;

/** See `Repository.insertMany`. */
export async function insertMany(
  context: RepositoryContext,
  documents: readonly Readonly<Record<string, unknown>>[],
  options: InsertManyOptions,
): Promise<InsertManyResult> {
  if (documents.length === 0) return { inserted: [], duplicates: [] };
  const now = new Date(context.clock.now());
  return insertStored(
    context,
    documents.map((document) => stampedDocument(context, document, now)),
    options,
  );
}

/** Inserts documents as they are to lie in the store. Duplicates are reported as `Repository.insertMany` says. */
export function insertStored(
  context: RepositoryContext,
  documents: readonly StoredDocument[],
  options: InsertManyOptions,
): Promise<InsertManyResult> {
  const ordered = options.ordered ?? false;
  return context.runner.write(
    'insert_many',
    async (collection, driver) => {
      try {
        await collection.insertMany(documents, { ...driver, ordered });
        return { inserted: documents.map(({ _id }) => _id), duplicates: [] };
      } catch (error) {
        if (!(error instanceof MongoBulkWriteError)) throw error;
        return partialResult(context, documents, { error, ordered });
      }
    },
    options,
  );
}

/** What a bulk insert that met duplicates did. Rethrows when anything else went wrong. */
function partialResult(
  context: RepositoryContext,
  documents: readonly StoredDocument[],
  { error, ordered }: { error: MongoBulkWriteError; ordered: boolean },
): InsertManyResult {
  const failures: readonly WriteError[] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  const others = failures.filter(({ code }) => code !== DUPLICATE_KEY);
  if (others.length > 0 || failures.length === 0 || error.result.getWriteConcernError() !== undefined) {
    throw bulkFailure(context, error, others);
  }
  const failed = new Map(failures.map((failure) => [failure.index, failure]));
  const reached = ordered ? Math.min(...failed.keys()) : documents.length;
  const duplicates = [...failed.values()].map((failure) => duplicateReport(context, documents[failure.index], failure));
  return { inserted: documents.flatMap(({ _id }, index) => (index < reached && !failed.has(index) ? [_id] : [])), duplicates };
}

function duplicateReport({ definition }: RepositoryContext, document: StoredDocument | undefined, failure: WriteError): Duplicate {
  const { index, fields } = duplicateOf({ errmsg: failure.errmsg });
  const names = fields.filter((field) => field !== 'tenant_id').map((field) => (field === '_id' ? definition.id.field : field));
  return { index: failure.index, id: document?._id ?? '', indexName: index, fields: names };
}

/** One document that breaks the validator makes the whole batch our bug; without one, the first failure decides whether a repeat may help. */
function bulkFailure(context: RepositoryContext, error: MongoBulkWriteError, others: readonly WriteError[]): unknown {
  const at = { collection: context.definition.name, operation: 'insert_many' };
  const [first] = others;
  if (first === undefined) return translateDriverError(error, at);
  const refused = others.filter(({ code }) => code === DOCUMENT_VALIDATION);
  if (refused.length === 0) return translateDriverError(new MongoServerError({ message: first.errmsg ?? '', code: first.code }), at);
  return new InternalError(`${refused.length} documents of "${at.collection}" break the validator.`, {
    cause: error,
    details: { reason: 'document_validation', indexes: refused.slice(0, 50).map(({ index }) => index) },
  });
}

/** See `Repository.findExisting`. */
export async function findExisting(
  context: RepositoryContext,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map();
  const { definition } = context;
  for (const id of ids) checkId(definition, id);
  const filter = compileFilter(context, {}, { includeDeleted: true });
  const projection = Object.fromEntries([['_id', 1] as const, ...fields.map((field) => [storedField(definition, field), 1] as const)]);
  const rows = await context.runner.read(
    'find_existing',
    (collection, driver) => collection.find({ ...filter, _id: { $in: [...ids] } }, { ...driver, projection }),
    { readFrom: 'primary' },
  );
  return new Map(rows.map((row) => [row._id, definition.codec.decode(row)]));
}

/** See `Repository.incrementMany`. */
export async function incrementMany(context: RepositoryContext, increments: readonly Increment[]): Promise<(number | undefined)[]> {
  const results = new Array<number | undefined>(increments.length).fill(undefined);
  await inLanes(increments.entries(), INCREMENT_LANES, async ([position, increment]) => {
    results[position] = await incrementOne(context, increment);
  });
  return results;
}

async function incrementOne(context: RepositoryContext, { id, field, by }: Increment): Promise<number | undefined> {
  const update = driverUpdate(compileUpdate(context.definition, { inc: { [field]: by } }).update);
  const filter = idFilter(context, id);
  const after = await context.runner.write('increment', (collection, driver) =>
    collection.findOneAndUpdate(filter, update, { ...driver, returnDocument: 'after', projection: { [field]: 1 } }),
  );
  return after === null ? undefined : numberAt(after, field);
}

function numberAt(document: Readonly<Record<string, unknown>>, path: string): number | undefined {
  let value: unknown = document;
  for (const segment of path.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[segment] : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** See `Repository.updateManyById`. */
export async function updateManyById(
  context: RepositoryContext,
  updates: readonly ({ readonly id: string; readonly where?: unknown } & AnyUpdate)[],
): Promise<BulkUpdateResult> {
  if (updates.length === 0) return { matched: 0, modified: 0 };
  const operations = updates.map(({ id, where, ...change }): AnyBulkWriteOperation<StoredDocument> => {
    const target = idFilter(context, id);
    const filter = where === undefined ? target : { ...target, $and: [compileFilter(context, where, { includeDeleted: true })] };
    return { updateOne: { filter, update: driverUpdate(compileUpdate(context.definition, change).update) } };
  });
  const result = await context.runner.write('update_many_by_id', (collection, driver) =>
    collection.bulkWrite(operations, { ...driver, ordered: false }),
  );
  return { matched: result.matchedCount, modified: result.modifiedCount };
}
