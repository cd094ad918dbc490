import { DuplicateKeyError, groupBy, inLanes, isRetryable } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { op } from '../repository/operators.js';
import { type Repository } from '../repository/repository.js';
import { type BulkKind, type BulkOperation, type BulkResult, type BulkWork, nothingWasSent } from './bulk-operation.js';

/** Upserts that run side by side: the server has no bulk form that keeps their meaning. */
const UPSERT_LANES = 16;

type Of<Kind extends BulkKind> = Extract<BulkWork, { kind: Kind }>;
type Target = Repository<CollectionDefinition>;

/**
 * Writes operations of one kind to one repository and resolves with the result of each, in the given order; `undefined` for one that was left out,
 * because one of the same key before it has to be written again. Never rejects.
 */
export function writeKind(
  target: Target,
  definition: CollectionDefinition,
  operations: readonly BulkOperation[],
): Promise<(BulkResult | undefined)[]> {
  const works = operations.map(({ work }) => work);
  switch (works[0]?.kind) {
    case 'insert':
      return halving(
        works as Of<'insert'>[],
        (part) => insert(target, part),
        () => true,
      );
    case 'update':
      return halving(
        works as Of<'update'>[],
        (part) =>
          change(
            target,
            part.map((work) => work.change),
            {},
          ),
        nothingWasSent,
      );
    case 'increment':
      return halving(works as Of<'increment'>[], (part) => change(target, part.map(counterChange), { stamped: false }), nothingWasSent);
    case 'soft_delete':
      return halving(works as Of<'soft_delete'>[], (part) => softDelete(target, definition, part), nothingWasSent);
    case 'upsert':
      return upsert(target, operations);
    case undefined:
      return Promise.resolve([]);
  }
}

const done = (value?: unknown): BulkResult => ({ ok: true, value });
const failed = (error: unknown): BulkResult => ({ ok: false, error });

/**
 * One bad operation makes the whole command fail. Where writing the others again does no harm, the halves are written by themselves, so that in the
 * end each operation has its own result. A failure that a repeat may mend is everybody's.
 */
async function halving<Work>(
  works: readonly Work[],
  write: (part: readonly Work[]) => Promise<BulkResult[]>,
  mayHalve: (error: unknown) => boolean,
): Promise<BulkResult[]> {
  try {
    return await write(works);
  } catch (error) {
    if (works.length === 1 || isRetryable(error) || !mayHalve(error)) return works.map(() => failed(error));
    const middle = works.length >> 1;
    const first = await halving(works.slice(0, middle), write, mayHalve);
    return [...first, ...(await halving(works.slice(middle), write, mayHalve))];
  }
}

/** Ids are given, so a repeat meets its own rows. */
async function insert(target: Target, works: readonly Of<'insert'>[]): Promise<BulkResult[]> {
  const { duplicates } = await target.insertMany(works.map(({ document }) => document));
  const results = works.map(({ id }) => done({ id, duplicate: false }));
  const taken: { index: number; id: string; fields: readonly string[]; indexName: string }[] = [];
  for (const duplicate of duplicates) {
    const { index, id, indexName } = duplicate;
    if (indexName === '_id_' || works[index]?.idempotentBy.includes(indexName) === true) results[index] = done({ id, duplicate: true });
    else taken.push(duplicate);
  }
  if (taken.length === 0) return results;
  // A server may name another unique index of a row that was stored by an attempt before.
  const stored = await target.findExisting(
    taken.map(({ id }) => id),
    [],
  );
  for (const { index, id, fields, indexName } of taken) {
    results[index] = stored.has(id) ? done({ id, duplicate: true }) : failed(takenKey(fields, indexName));
  }
  return results;
}

async function change(target: Target, changes: Parameters<Target['bulkUpdate']>[0], options: { stamped?: boolean }): Promise<BulkResult[]> {
  const { failures } = await target.bulkUpdate(changes, options);
  const results = changes.map(() => done());
  for (const { index, error } of failures) results[index] = failed(error);
  return results;
}

function counterChange({ increment: { id, field, by } }: Of<'increment'>): Of<'update'>['change'] {
  return { id, inc: { [field]: by } as never };
}

async function softDelete(
  target: Target,
  { id: { field } }: CollectionDefinition,
  works: readonly Of<'soft_delete'>[],
): Promise<BulkResult[]> {
  for (const [, same] of groupBy(works, ({ by, set }) => JSON.stringify([by, set]))) {
    const [{ by, set } = { by: '', set: undefined }] = same;
    await target.softDeleteMany({ [field]: op.in(same.map(({ id }) => id)) }, by, set === undefined ? {} : { set });
  }
  return works.map(() => done());
}

async function upsert(target: Target, operations: readonly BulkOperation[]): Promise<(BulkResult | undefined)[]> {
  const results = new Map<BulkOperation, BulkResult>();
  const keys = groupBy(operations, (operation) => operation.orderKey ?? operation);
  await inLanes(keys.values(), UPSERT_LANES, async (sameKey) => {
    for (const operation of sameKey) {
      const { key, create, change: update } = operation.work as Of<'upsert'>;
      const result = await target.upsert(key, { create, change: update }).then(done, failed);
      results.set(operation, result);
      if (!result.ok && isRetryable(result.error)) break;
    }
  });
  return operations.map((operation) => results.get(operation));
}

function takenKey(fields: readonly string[], index: string): DuplicateKeyError {
  return new DuplicateKeyError(`A document with the same ${fields.join(', ') || index} exists.`, { fields, index });
}
