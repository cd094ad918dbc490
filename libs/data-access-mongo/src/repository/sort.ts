import { InternalError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type CursorValue } from './cursor.js';
import { type StoredFilter } from './filter.js';

/** Sort keys in order of weight: 1 ascending, -1 descending. */
export type Sort<Document> = { readonly [Field in keyof Document & string]?: 1 | -1 } & { readonly [path: `${string}.${string}`]: 1 | -1 };

/** One stored sort key. */
export interface SortKey {
  readonly path: string;
  readonly direction: 1 | -1;
  /** Rows without a value exist; MongoDB sorts them before everything else. */
  readonly nullable: boolean;
}

const SORTABLE = new Set(['string', 'int', 'long', 'double', 'number', 'bool', 'date', 'null']);

/** Checks a sort against the definition. Throws `InternalError` for a field that does not exist or has no order (arrays, objects). */
export function compileSort(definition: CollectionDefinition, sort: Readonly<Record<string, unknown>>): readonly SortKey[] {
  return Object.entries(sort).map(([path, direction]) => {
    const field = definition.codec.field(path);
    if (field === undefined) throw new InternalError(`Collection "${definition.name}" has no field "${path}" to sort by.`);
    if (direction !== 1 && direction !== -1) throw new InternalError(`Sort "${path}" of collection "${definition.name}" by 1 or -1.`);
    if (field.insideArray || field.types.size === 0 || [...field.types].some((type) => !SORTABLE.has(type))) {
      throw new InternalError(`Collection "${definition.name}" cannot be sorted by "${path}": only single values have an order.`);
    }
    return { path: definition.codec.storageName(path), direction, nullable: field.types.has('null') || !isRequired(definition, path) };
  });
}

function isRequired(definition: CollectionDefinition, path: string): boolean {
  const required = (definition.validator as { required?: readonly string[] }).required ?? [];
  return required.includes(definition.codec.storageName(path));
}

/**
 * The sort of a page: total, so that no row is met twice or skipped. When the equality conditions of the filter and the sort keys together
 * hold a unique index of the collection, they are total as they are, and the index alone serves the page; else `_id` breaks ties.
 */
export function totalSort(definition: CollectionDefinition, keys: readonly SortKey[], filter: StoredFilter): readonly SortKey[] {
  const fixed = new Set(fixedPaths(filter));
  for (const { path } of keys) fixed.add(path);
  const unique = definition.indexes.some(
    (index) =>
      index.unique === true &&
      index.partial === undefined &&
      Object.keys(index.keys).every((key) => fixed.has(definition.codec.storageName(key))),
  );
  if (unique || fixed.has('_id')) return keys;
  return [...keys, { path: '_id', direction: keys.at(-1)?.direction ?? 1, nullable: false }];
}

/** Paths that every row of a filter has the same value in. */
function fixedPaths(filter: StoredFilter): string[] {
  const { $and: parts = [] } = filter as { readonly $and?: readonly StoredFilter[] };
  return [...Object.keys(filter).filter((path) => path !== '$and' && isEquality(filter[path])), ...parts.flatMap(fixedPaths)];
}

function isEquality(condition: unknown): boolean {
  return condition !== null && (typeof condition !== 'object' || condition instanceof Date);
}

/** The same order from its other end. */
export function reversed(keys: readonly SortKey[]): readonly SortKey[] {
  return keys.map((key) => ({ ...key, direction: key.direction === 1 ? -1 : 1 }));
}

/** The rows after a position in this order. */
export function seekFilter(keys: readonly SortKey[], values: readonly CursorValue[]): StoredFilter {
  const branches: StoredFilter[] = [];
  keys.forEach((key, depth) => {
    const beyond = beyondValue(key, values[depth] ?? null);
    if (beyond === undefined) return;
    const ties = keys.slice(0, depth).map((tied, index) => ({ [tied.path]: values[index] ?? null }));
    branches.push({ $and: [...ties, beyond] });
  });
  const [first] = keys;
  const [only] = branches;
  if (branches.length === 1 && keys.length === 1) return only ?? nothing();
  // Bounds of the first key once more in front, so that an index scan starts there instead of filtering from its beginning.
  const start = first === undefined || first.nullable ? [] : [{ [first.path]: { [first.direction === 1 ? '$gte' : '$lte']: values[0] } }];
  return branches.length === 0 ? nothing() : { $and: [...start, { $or: branches }] };
}

/** `undefined` where nothing can follow. Nulls come first in ascending order, and comparisons never match them. */
function beyondValue({ path, direction, nullable }: SortKey, value: CursorValue): StoredFilter | undefined {
  if (value === null) return direction === 1 ? { [path]: { $ne: null } } : undefined;
  if (direction === 1) return { [path]: { $gt: value } };
  return nullable ? { $or: [{ [path]: { $lt: value } }, { [path]: null }] } : { [path]: { $lt: value } };
}

function nothing(): StoredFilter {
  return { _id: { $in: [] } };
}

/** The position of a stored row in this order. */
export function positionOf(keys: readonly SortKey[], stored: Readonly<Record<string, unknown>>): readonly CursorValue[] {
  return keys.map(({ path }) => {
    let value: unknown = stored;
    for (const segment of path.split('.'))
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[segment] : undefined;
    return (value ?? null) as CursorValue;
  });
}
