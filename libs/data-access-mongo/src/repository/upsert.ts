import { DuplicateKeyError, InternalError, UnavailableError, ValidationError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { driverUpdate, elementOptions } from './compile-update.js';
import { compileFilter, type StoredFilter } from './filter.js';
import { isPlainRecord } from './literal-values.js';
import { type WriteOptions } from './operation-runner.js';
import { type RepositoryContext, stampedDocument } from './repository-context.js';
import { type AnyUpdate } from './update.js';
import { nowOf, stampedUpdate } from './writes.js';

export interface Upserted<Document> {
  readonly document: Document;
  /** Whether this call inserted it. */
  readonly created: boolean;
}

/** Rounds of update and insert before the call gives up: each lost one means that somebody inserted or removed the row in between. */
const ROUNDS_MAX = 5;

type Key = Readonly<Record<string, unknown>>;

/** See `Repository.findOrCreate`. */
export async function findOrCreate(
  context: RepositoryContext,
  { key, create }: { key: Key; create: Readonly<Record<string, unknown>> },
  options: WriteOptions,
): Promise<Upserted<StoredDocument>> {
  const filter = keyFilter(context, key);
  const document = stampedDocument(context, { ...create, ...key }, nowOf(context));
  // What the filter says by equality, the server puts into the new row by itself, the tenant first of all.
  const missing = Object.fromEntries(Object.entries(document).filter(([field]) => !(field in filter)));
  const update = driverUpdate({ $setOnInsert: missing });
  try {
    const result = await context.runner.write(
      'find_or_create',
      (collection, driver) => collection.upsertOne(filter, update, driver),
      options,
    );
    if (result.value === null) throw new InternalError(`An upsert on "${context.definition.name}" brought no document.`);
    return { document: result.value, created: result.lastErrorObject?.['updatedExisting'] !== true };
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    // Somebody inserted the same key in the same moment; or another unique key is taken, and then there is no row to find.
    const present = await context.runner.read('find_or_create_repeat', (collection, driver) => collection.findOne(filter, driver), {
      readFrom: 'primary',
    });
    if (present === null) throw error;
    return { document: present, created: false };
  }
}

/** See `Repository.upsert`. */
export async function upsert(
  context: RepositoryContext,
  { key, create, change }: { key: Key; create: Readonly<Record<string, unknown>>; change: AnyUpdate },
  options: WriteOptions,
): Promise<Upserted<StoredDocument>> {
  const filter = keyFilter(context, key);
  const stamped = stampedUpdate(context, change);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const updated = await context.runner.write(
      'upsert',
      (collection, driver) =>
        collection.findOneAndUpdate(filter, driverUpdate(stamped.update), {
          ...driver,
          ...elementOptions(stamped),
          returnDocument: 'after',
        }),
      options,
    );
    if (updated !== null) return { document: updated, created: false };
    const found = await findOrCreate(context, { key, create }, options);
    if (found.created) return found;
  }
  throw new UnavailableError(`A row of "${context.definition.name}" came and went ${ROUNDS_MAX} times while it was upserted.`, {
    details: { reason: 'write_conflict', retryAfterSeconds: 1 },
  });
}

/**
 * The filter for a natural key: plain values only, because they become fields of the new row. Without a unique index over exactly these fields two
 * callers at once could insert two rows, so there has to be one.
 */
function keyFilter(context: RepositoryContext, key: Key): StoredFilter {
  const { definition } = context;
  const named = isPlainRecord(key) ? Object.keys(key).filter((field) => field !== 'tenant_id') : [];
  if (named.length === 0)
    throw new ValidationError([{ field: '', code: 'filter', message: 'an upsert needs the fields of a natural key' }]);
  for (const field of named) {
    const value = key[field];
    if (field.includes('.') || (typeof value === 'object' && value !== null && !(value instanceof Date))) {
      throw new ValidationError([{ field: `/${field}`, code: 'filter', message: 'must be a plain value in the key of an upsert' }]);
    }
  }
  const fields = new Set([...named.map((field) => definition.codec.storageName(field)), 'tenant_id', 'deleted_at']);
  const unique = definition.indexes.some(
    (index) => index.unique === true && Object.keys(index.keys).every((field) => fields.has(definition.codec.storageName(field))),
  );
  if (!unique && !fields.has('_id')) {
    throw new InternalError(`Collection "${definition.name}" has no unique index over ${named.join(', ')}: an upsert could insert twice.`);
  }
  return compileFilter(context, key);
}
