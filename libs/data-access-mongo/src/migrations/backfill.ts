import { type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { ConflictError, InternalError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type BackfillChange, type BackfillOptions, type BackfillResult, type OldDocument } from './migration-context.js';

const BATCH_DEFAULT = 500;
const BATCH_MAX = 1_000;
/** How often a batch is read again because other writers changed documents of it meanwhile. */
const ROUNDS_MAX = 10;
const KEPT_FIELDS = new Set(['_id', 'tenant_id', 'created_at', 'updated_at', '__v', 'deleted_at', 'deleted_by']);

/** What a backfill needs of its surroundings. */
export interface BackfillSurroundings {
  readonly collection: Collection<StoredDocument>;
  /** Confines the backfill to one tenant, where the place is one tenant's. */
  readonly confinement: Readonly<Record<string, unknown>>;
  /** Where an earlier run stopped: everything up to this id is done. */
  readonly position: string | undefined;
  /** Rejects when the lease is lost. Called before every batch. */
  confirm(): Promise<void>;
  /** Keeps the position after a batch. */
  keep(position: string): Promise<void>;
  /** Called after the documents of a batch are written and before the position is kept. */
  written(): void;
  /** Rests between batches: the pause, and for as long as replicas lag. */
  rest(pauseMs: number): Promise<void>;
}

/** See `MigrationContext.backfill`. */
export async function runBackfill<Definition extends CollectionDefinition>(
  definition: Definition,
  options: BackfillOptions<Definition>,
  surroundings: BackfillSurroundings,
): Promise<BackfillResult> {
  const limit = checkedBatchSize(options.batchSize);
  const { collection, confinement } = surroundings;
  const pending = pendingFilter(options.where, confinement);
  let result: BackfillResult = { changed: 0, left: 0 };
  let position = surroundings.position;
  for (;;) {
    await surroundings.confirm();
    const after = position === undefined ? {} : { _id: { $gt: position } };
    const ids = await idsOf(collection, { ...after, ...pending }, limit);
    const last = ids.at(-1);
    if (last === undefined) return result;
    const done = await runBatch({ definition, options, collection, pending }, ids);
    result = { changed: result.changed + done.changed, left: result.left + done.left };
    surroundings.written();
    await surroundings.keep(last);
    position = last;
    await surroundings.rest(options.pauseMs ?? 0);
  }
}

/** How many documents a backfill would look at. */
export function countPending(
  collection: Collection<StoredDocument>,
  where: Readonly<Record<string, unknown>>,
  confinement: Readonly<Record<string, unknown>>,
): Promise<number> {
  return collection.countDocuments(pendingFilter(where, confinement), PRIMARY);
}

/** Both conditions, whatever fields they share. */
function pendingFilter(where: Readonly<Record<string, unknown>>, confinement: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const conditions = [confinement, where].filter((condition) => Object.keys(condition).length > 0);
  return conditions.length === 0 ? {} : { $and: conditions };
}

interface Batch<Definition extends CollectionDefinition> {
  readonly definition: Definition;
  readonly options: BackfillOptions<Definition>;
  readonly collection: Collection<StoredDocument>;
  readonly pending: Readonly<Record<string, unknown>>;
}

/**
 * Each document is changed only while it is as it was read and still needs the change. One that another writer changed in between is read again;
 * one that another runner changed does not match any more.
 */
async function runBatch<Definition extends CollectionDefinition>(
  batch: Batch<Definition>,
  ids: readonly string[],
): Promise<BackfillResult> {
  const { definition, options, collection, pending } = batch;
  const left = new Set<string>();
  let changed = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const rows = await collection.find({ _id: { $in: ids.filter((id) => !left.has(id)) }, ...pending }, PRIMARY).toArray();
    const operations = rows.flatMap((row): AnyBulkWriteOperation<StoredDocument>[] => {
      const change = options.change(definition.codec.decode({ ...row }) as OldDocument<Definition>);
      if (change === undefined) {
        left.add(row._id);
        return [];
      }
      const filter = { _id: row._id, __v: row['__v'], ...pending };
      return [{ updateOne: { filter, update: compileChange(definition, change) } }];
    });
    if (operations.length === 0) return { changed, left: left.size };
    const { modifiedCount } = await collection.bulkWrite(operations, { ordered: false });
    changed += modifiedCount;
    if (modifiedCount < operations.length) continue;
    await refuseStillPending(
      batch,
      rows.filter(({ _id }) => !left.has(_id)),
    );
    return { changed, left: left.size };
  }
  throw new ConflictError(
    `Other writers keep changing documents of "${definition.name}"; the backfill "${options.name}" gave up on a batch.`,
  );
}

const PRIMARY = { readPreference: 'primary' } as const;

async function idsOf(collection: Collection<StoredDocument>, filter: Readonly<Record<string, unknown>>, limit: number): Promise<string[]> {
  const rows = await collection.find(filter, { ...PRIMARY, projection: { _id: 1 }, sort: { _id: 1 }, limit }).toArray();
  return rows.map(({ _id }) => _id);
}

async function refuseStillPending<Definition extends CollectionDefinition>(
  { definition, options, collection, pending }: Batch<Definition>,
  rows: readonly StoredDocument[],
): Promise<void> {
  const still = await collection.countDocuments({ _id: { $in: rows.map(({ _id }) => _id) }, ...pending }, PRIMARY);
  if (still === 0) return;
  throw new InternalError(
    `The backfill "${options.name}" of "${definition.name}" changed ${rows.length} documents, and ${still} of them still match its \`where\`. ` +
      'Make `where` match only documents that need the change; a run that is interrupted would change them twice.',
  );
}

function compileChange(definition: CollectionDefinition, { set = {}, unset = [] }: BackfillChange): Record<string, unknown> {
  const sets = Object.entries(set).map(([path, value]) => {
    if (definition.codec.field(path) === undefined) throw refused(definition, path, 'is no field of the definition');
    return [checkedPath(definition, path), definition.codec.encodeAt(path, value)] as const;
  });
  const unsets = unset.map((path) => [checkedPath(definition, path), ''] as const);
  if (sets.length + unsets.length === 0) throw refused(definition, 'change', 'is empty; give undefined instead');
  return {
    ...(sets.length === 0 ? {} : { $set: Object.fromEntries(sets) }),
    ...(unsets.length === 0 ? {} : { $unset: Object.fromEntries(unsets) }),
    $inc: { __v: 1 },
  };
}

function checkedPath(definition: CollectionDefinition, path: string): string {
  const [root = path] = path.split('.');
  if (path.includes('$') || path === '') throw refused(definition, path, 'is no field');
  if (root === definition.id.field || KEPT_FIELDS.has(root)) throw refused(definition, path, 'is kept by the repository');
  return path;
}

function refused(definition: CollectionDefinition, path: string, why: string): InternalError {
  return new InternalError(`A backfill of "${definition.name}" cannot change "${path}": it ${why}.`);
}

function checkedBatchSize(size: number = BATCH_DEFAULT): number {
  if (Number.isInteger(size) && size >= 1 && size <= BATCH_MAX) return size;
  throw new InternalError(`A backfill's batch is 1–${BATCH_MAX} documents.`);
}
