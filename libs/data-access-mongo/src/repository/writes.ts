import { InternalError, NotFoundError, VersionConflictError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileUpdate, driverUpdate, elementOptions, type StoredUpdate } from './compile-update.js';
import { compileFilter, refuseEmptyFilter, type StoredFilter } from './filter.js';
import { type WriteOptions } from './operation-runner.js';
import { idFilter, liveFilter, type RepositoryContext } from './repository-context.js';
import { compileSort, type Sort } from './sort.js';
import { type AnyUpdate } from './update.js';

export interface UpdateOptions extends WriteOptions {
  /** The change applies to exactly this `__v`. */
  readonly expectedVersion?: number | undefined;
}

export interface FindAndChangeOptions<Document> extends WriteOptions {
  /** Which one, when several match. */
  readonly sort?: Sort<Document>;
  /** The document as it was before the change; as it is after unless given. */
  readonly returnBefore?: boolean;
}

/** How many documents met the filter, and how many of them are different now. */
export interface ChangedMany {
  readonly matched: number;
  readonly modified: number;
}

/** A change with the fields that go along with every change by people: `updated_at` and the version. */
export function stampedUpdate(context: RepositoryContext, change: AnyUpdate): StoredUpdate {
  const compiled = compileUpdate(context.definition, change);
  const { $set, $inc, ...others } = compiled.update;
  return { ...compiled, update: { ...others, $set: { ...$set, updated_at: nowOf(context) }, $inc: { ...$inc, __v: 1 } } };
}

export function nowOf({ clock }: RepositoryContext): Date {
  return new Date(clock.now());
}

/** See `Repository.update`. */
export async function updateOne(
  context: RepositoryContext,
  { id, change }: { id: string; change: AnyUpdate },
  options: UpdateOptions,
): Promise<StoredDocument> {
  const stamped = stampedUpdate(context, change);
  const { expectedVersion } = options;
  const live = liveFilter(context, id);
  const filter = expectedVersion === undefined ? live : { ...live, __v: expectedVersion };
  const after = await context.runner.write(
    'update',
    (collection, driver) =>
      collection.findOneAndUpdate(filter, driverUpdate(stamped.update), {
        ...driver,
        ...elementOptions(stamped),
        returnDocument: 'after',
      }),
    options,
  );
  if (after !== null) return after;
  const present = await context.runner.read(
    'update_conflict',
    (collection, driver) => collection.findOne(live, { ...driver, projection: { __v: 1 } }),
    { readFrom: 'primary' },
  );
  if (present === null) throw new NotFoundError();
  throw new VersionConflictError(`The document of "${context.definition.name}" was changed in the meantime.`, {
    currentVersion: Number(present['__v']),
    expectedVersion,
  });
}

/** See `Repository.updateMany`. */
export async function updateMany(
  context: RepositoryContext,
  { filter, change }: { filter: unknown; change: AnyUpdate },
  options: WriteOptions,
): Promise<ChangedMany> {
  refuseEmptyFilter(filter);
  const stamped = stampedUpdate(context, change);
  const compiled = compileFilter(context, filter);
  const result = await context.runner.write(
    'update_many',
    (collection, driver) => collection.updateMany(compiled, driverUpdate(stamped.update), { ...driver, ...elementOptions(stamped) }),
    options,
  );
  return { matched: result.matchedCount, modified: result.modifiedCount };
}

/** See `Repository.findOneAndUpdate`. */
export async function findOneAndUpdate(
  context: RepositoryContext,
  { filter, change }: { filter: unknown; change: AnyUpdate },
  options: FindAndChangeOptions<Record<string, unknown>>,
): Promise<StoredDocument | null> {
  const stamped = stampedUpdate(context, change);
  const compiled = compileFilter(context, filter);
  return context.runner.write(
    'find_one_and_update',
    (collection, driver) =>
      collection.findOneAndUpdate(compiled, driverUpdate(stamped.update), {
        ...driver,
        ...elementOptions(stamped),
        ...sortOption(context, options.sort),
        returnDocument: options.returnBefore === true ? 'before' : 'after',
      }),
    options,
  );
}

function sortOption({ definition }: RepositoryContext, sort: Sort<Record<string, unknown>> | undefined) {
  if (sort === undefined) return {};
  return { sort: compileSort(definition, sort).map(({ path, direction }): [string, 1 | -1] => [path, direction]) };
}

/** See `Repository.delete`. */
export async function deleteOne(context: RepositoryContext, id: string, options: WriteOptions): Promise<boolean> {
  requireHardDelete(context);
  const filter = idFilter(context, id);
  const result = await context.runner.write('delete', (collection, driver) => collection.deleteOne(filter, driver), options);
  return result.deletedCount === 1;
}

/** See `Repository.deleteMany`. */
export async function deleteMany(context: RepositoryContext, filter: unknown, options: WriteOptions): Promise<number> {
  requireHardDelete(context);
  refuseEmptyFilter(filter);
  const compiled = compileFilter(context, filter);
  const result = await context.runner.write('delete_many', (collection, driver) => collection.deleteMany(compiled, driver), options);
  return result.deletedCount;
}

/** See `Repository.findOneAndDelete`. */
export async function findOneAndDelete(
  context: RepositoryContext,
  filter: unknown,
  options: Omit<FindAndChangeOptions<Record<string, unknown>>, 'returnBefore'>,
): Promise<StoredDocument | null> {
  requireHardDelete(context);
  const compiled: StoredFilter = compileFilter(context, filter);
  const { sort } = options;
  return context.runner.write(
    'find_one_and_delete',
    (collection, driver) => collection.findOneAndDelete(compiled, { ...driver, ...sortOption(context, sort) }),
    options,
  );
}

function requireHardDelete({ definition }: RepositoryContext): void {
  if (definition.softDelete)
    throw new InternalError(`Collection "${definition.name}" has soft delete: rows are removed by purge jobs only.`);
}
