import { InternalError, NotFoundError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileUpdate, driverUpdate } from './compile-update.js';
import { compileFilter, refuseEmptyFilter } from './filter.js';
import { type WriteOptions } from './operation-runner.js';
import { idFilter, liveFilter, type RepositoryContext } from './repository-context.js';
import { type AnyUpdate, type Update } from './update.js';
import { nowOf } from './writes.js';

export interface SoftDeleteOptions<Fields> extends WriteOptions {
  /** Fields that change with the deletion, such as a status that says `deleted`, or back with the restoration. */
  readonly set?: Update<Fields>['set'];
}

type AnyOptions = WriteOptions & Pick<AnyUpdate, 'set'>;

/** See `Repository.softDelete`. */
export async function softDelete(
  context: RepositoryContext,
  { id, by }: { id: string; by: string },
  options: AnyOptions,
): Promise<boolean> {
  const update = marking(context, { deleted_at: nowOf(context), deleted_by: by }, options);
  const filter = liveFilter(context, id);
  const result = await context.runner.write('soft_delete', (collection, driver) => collection.updateOne(filter, update, driver), options);
  return result.matchedCount === 1;
}

/** See `Repository.softDeleteMany`. */
export async function softDeleteMany(
  context: RepositoryContext,
  { filter, by }: { filter: unknown; by: string },
  options: AnyOptions,
): Promise<number> {
  refuseEmptyFilter(filter);
  const update = marking(context, { deleted_at: nowOf(context), deleted_by: by }, options);
  const compiled = compileFilter(context, filter);
  const result = await context.runner.write(
    'soft_delete_many',
    (collection, driver) => collection.updateMany(compiled, update, driver),
    options,
  );
  return result.matchedCount;
}

/** See `Repository.restore`. */
export async function restore(context: RepositoryContext, id: string, options: AnyOptions): Promise<StoredDocument> {
  const update = marking(context, { deleted_at: null, deleted_by: null }, options);
  const deleted = { ...idFilter(context, id), deleted_at: { $ne: null } };
  const restored = await context.runner.write(
    'restore',
    (collection, driver) => collection.findOneAndUpdate(deleted, update, { ...driver, returnDocument: 'after' }),
    options,
  );
  if (restored !== null) return restored;
  const live = await context.runner.read('restore_repeat', (collection, driver) => collection.findOne(liveFilter(context, id), driver), {
    readFrom: 'primary',
  });
  if (live === null) throw new NotFoundError();
  return live;
}

function marking(context: RepositoryContext, mark: Readonly<Record<string, unknown>>, { set }: AnyOptions) {
  const { definition } = context;
  if (!definition.softDelete) throw new InternalError(`Collection "${definition.name}" has no soft delete.`);
  const also = set === undefined ? {} : compileUpdate(definition, { set }).update.$set;
  return driverUpdate({ $set: { ...also, ...mark, updated_at: nowOf(context) }, $inc: { __v: 1 } });
}
