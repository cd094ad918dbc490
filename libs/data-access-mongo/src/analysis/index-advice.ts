import { type QueryShape } from './query-shape.js';

/** Keys of an index in order. */
export type IndexKeys = Readonly<Record<string, 1 | -1 | 'text'>>;

/**
 * The index that would serve a query: the tenant, the other fields compared for equality, the order, then the ranges. In that order the server reads a
 * single stretch of the index, already sorted, and filters the rest inside it. `undefined` for a query by id, which needs none.
 */
export function adviseIndex(shape: QueryShape, { tenantScoped }: { tenantScoped: boolean }): IndexKeys | undefined {
  const equality = shape.equality.filter((field) => field !== 'tenant_id');
  if (equality.includes('_id')) return undefined;
  const keys: Record<string, 1 | -1> = tenantScoped || shape.equality.includes('tenant_id') ? { tenant_id: 1 } : {};
  for (const field of equality) keys[field] ??= 1;
  for (const [field, direction] of shape.sort) keys[field] ??= direction;
  for (const field of shape.range) keys[field] ??= 1;
  return Object.keys(keys).length === 0 ? undefined : keys;
}

/** Whether an index narrows a query down: its first keys are all the equalities of the query, or, without any, its first range or order. */
export function serves(keys: IndexKeys, shape: QueryShape): boolean {
  const names = Object.keys(keys);
  const other = names.findIndex((field) => !shape.equality.includes(field));
  const matched = other === -1 ? names.length : other;
  if (matched > 0) return matched === Math.min(names.length, shape.equality.length);
  const [first = ''] = names;
  return shape.range.includes(first) || shape.sort[0]?.[0] === first;
}

/** How keys are written in advice: `{tenant_id: 1, created_at: -1}`. */
export function keysText(keys: IndexKeys): string {
  return `{${Object.entries(keys)
    .map(([field, direction]) => `${field}: ${direction}`)
    .join(', ')}}`;
}

/** What decides whether one index makes another superfluous. */
export interface ComparedIndex {
  readonly name: string;
  readonly key: IndexKeys;
  readonly unique: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly partialFilterExpression: unknown;
}

/**
 * Indexes that another one covers: their keys are its first keys, and they neither enforce anything nor remove rows. An index over some rows is only covered by
 * one over all rows or over the same. Pairs of name and covering name.
 */
export function redundantIndexes(indexes: readonly ComparedIndex[]): { name: string; coveredBy: string }[] {
  return indexes.flatMap((index) => {
    if (index.name === '_id_' || index.unique || index.expireAfterSeconds !== undefined || hasText(index.key)) return [];
    const cover = indexes.find((other) => other !== index && covers(other, index));
    return cover === undefined ? [] : [{ name: index.name, coveredBy: cover.name }];
  });
}

function covers(other: ComparedIndex, index: ComparedIndex): boolean {
  const [keys, otherKeys] = [Object.entries(index.key), Object.entries(other.key)];
  // Of two equal ones the second is superfluous, not both.
  if (otherKeys.length < keys.length || (otherKeys.length === keys.length && other.name >= index.name)) return false;
  if (other.expireAfterSeconds !== undefined || hasText(other.key)) return false;
  const filter = JSON.stringify(other.partialFilterExpression);
  if (filter !== undefined && filter !== JSON.stringify(index.partialFilterExpression)) return false;
  const same = keys.every(([field, direction], position) => otherKeys[position]?.[0] === field && otherKeys[position]?.[1] === direction);
  const inverted = keys.every(([field, direction], position) => {
    const [otherField, otherDirection] = otherKeys[position] ?? [];
    return otherField === field && typeof direction === 'number' && otherDirection === -direction;
  });
  return same || inverted;
}

function hasText(keys: IndexKeys): boolean {
  return Object.values(keys).includes('text');
}
