import { currentRequest, InternalError, ValidationError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileFilter, type StoredFilter } from './filter.js';
import { type Cursor, type CursorBinding } from './cursor.js';
import { compileProjection } from './projection.js';
import { type FindOptions } from './read-options.js';
import { type RepositoryContext } from './repository-context.js';
import { compileSort, positionOf, reversed, seekFilter, type Sort, type SortKey, totalSort } from './sort.js';

export interface PageOptions<Document, Field extends string = string> extends FindOptions<Field> {
  readonly sort: Sort<Document>;
  /** 1–100; 20 unless given. */
  readonly limit?: number;
  /** `nextCursor` or `prevCursor` of another page of the same list; without it the first page. */
  readonly cursor?: string | undefined;
  /** Where to begin in place of a cursor: right behind these values of the sort, or right before them. For places that callers name, such as a message. */
  readonly from?: PagePosition | undefined;
}

/** A place in a list: the values of its sort keys, in their order. */
export type PagePosition = Cursor;

export interface Page<Document> {
  /** In the order of the sort, whichever way the page was reached. */
  readonly items: readonly Document[];
  /** Cursor of the page after this one; null at the end. */
  readonly nextCursor: string | null;
  /** Cursor of the page before this one; null at the beginning. */
  readonly prevCursor: string | null;
  /** Whether rows follow after this page. */
  readonly hasMore: boolean;
}

export const PAGE_LIMIT_DEFAULT = 20;
export const PAGE_LIMIT_MAX = 100;

/**
 * One page by seeking to a position, never by skipping: rows that exist all along are met exactly once, whatever is inserted or deleted
 * meanwhile. Reads one row more than the limit to know whether any follow.
 */
export async function readPage(
  context: RepositoryContext,
  filter: unknown,
  options: PageOptions<Record<string, unknown>>,
): Promise<Page<Record<string, unknown>>> {
  const { definition, tenantId, cursors, runner } = context;
  const limit = checkLimit(options.limit);
  const compiled = compileFilter(context, filter, { includeDeleted: options.includeDeleted === true });
  const keys = totalSort(definition, compileSort(definition, options.sort), compiled);
  const binding: CursorBinding = {
    tenantId,
    collection: definition.name,
    route: currentRequest()?.route,
    sort: keys.map(({ path, direction }) => [path, direction] as const),
    filter: compiled,
  };
  const cursor = options.cursor === undefined ? positionIn(keys, options.from) : cursors.decode(options.cursor, binding);
  const backward = cursor?.direction === 'backward';
  const order = backward ? reversed(keys) : keys;
  const query = cursor === undefined ? compiled : withCondition(compiled, seekFilter(order, cursor.values));
  const projection = pageProjection(context, options.select, keys);

  const rows = await runner.read(
    'page',
    (collection, driver) =>
      collection.find(query, {
        ...driver,
        sort: order.map(({ path, direction }): [string, 1 | -1] => [path, direction]),
        limit: limit + 1,
        ...(projection && { projection }),
      }),
    options,
  );
  const more = rows.length > limit;
  const shown = more ? rows.slice(0, limit) : rows;
  if (backward) shown.reverse();
  const write = (direction: Cursor['direction'], row: StoredDocument | undefined): string | null =>
    row === undefined ? null : cursors.encode({ direction, values: positionOf(keys, row) }, binding);
  const nextCursor = backward || more ? write('forward', shown.at(-1)) : null;
  const prevCursor = (backward ? more : cursor !== undefined) ? write('backward', shown[0]) : null;
  return { items: shown.map(definition.codec.decode), nextCursor, prevCursor, hasMore: nextCursor !== null };
}

function positionIn(keys: readonly SortKey[], from: PagePosition | undefined): PagePosition | undefined {
  if (from !== undefined && from.values.length !== keys.length)
    throw new InternalError('A position names a value for each key of the sort.');
  return from;
}

/** The filter and one more condition; the tenant stays at the top level, where nothing can widen it. */
function withCondition({ $and: conditions, ...filter }: StoredFilter, condition: StoredFilter): StoredFilter {
  return { ...filter, $and: [...((conditions as readonly StoredFilter[] | undefined) ?? []), condition] };
}

/** The position of a row is read from it, so its sort keys have to come along. */
function pageProjection({ definition }: RepositoryContext, select: readonly string[] | undefined, keys: readonly SortKey[]) {
  const projection = compileProjection(definition, select);
  if (projection === undefined) return undefined;
  const roots = keys.map(({ path }) => path.split('.')[0] ?? path);
  return { ...projection, ...Object.fromEntries(roots.map((root) => [root, 1] as const)) };
}

/** The number of rows of a page: 1–100, 20 unless given. Throws `ValidationError` for anything else. */
export function checkLimit(limit: number = PAGE_LIMIT_DEFAULT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX) return limit;
  throw new ValidationError([{ field: '/limit', code: 'limit', message: `must be an integer from 1 to ${PAGE_LIMIT_MAX}` }]);
}

export type { SortKey };
