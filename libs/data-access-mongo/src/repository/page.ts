import { currentRequest, InternalError, ValidationError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileFilter, type StoredFilter } from './filter.js';
import { type Cursor, type CursorBinding, type CursorValue } from './cursor.js';
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
  /**
   * What cursors belong to in place of the filter: plain values that say what the caller asked for. For filters of which a part follows from the state of
   * things, such as the time or what somebody is a member of, which may change between two pages.
   */
  readonly boundTo?: unknown;
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
 * meanwhile. Reads one row more than the limit to know whether any follow. `found` is what rows meet besides the filter, in MongoDB's own language.
 */
export async function readPage(
  context: RepositoryContext,
  filter: unknown,
  options: PageOptions<Record<string, unknown>>,
  found: StoredFilter = {},
): Promise<Page<Record<string, unknown>>> {
  const { definition, runner } = context;
  const compiled = { ...compileFilter(context, filter, { includeDeleted: options.includeDeleted === true }), ...found };
  const keys = totalSort(definition, compileSort(definition, options.sort), compiled);
  const projection = pageProjection(context, options.select, keys);
  return pageOf(context, options, {
    keys,
    filter: compiled,
    read: ({ seek, order, limit }) =>
      runner.read(
        'page',
        (collection, driver) =>
          collection.find(seek === undefined ? compiled : withCondition(compiled, seek), {
            ...driver,
            sort: order.map(({ path, direction }): [string, 1 | -1] => [path, direction]),
            limit,
            ...(projection && { projection }),
          }),
        options,
      ),
  });
}

/** How the rows of one list are read. */
export interface PageSource {
  readonly keys: readonly SortKey[];
  /** What a cursor is bound to, unless the options name something else. */
  readonly filter: StoredFilter;
  /** The first rows in this order, beyond a place (its values of the keys, and the condition that says so) where there is one. */
  read(part: PagePart): Promise<StoredDocument[]>;
}

export interface PagePart {
  readonly place: readonly CursorValue[] | undefined;
  readonly seek: StoredFilter | undefined;
  readonly order: readonly SortKey[];
  readonly limit: number;
}

/** A page of whatever can be read from a position on, in both directions. */
export async function pageOf(
  { definition, tenantId, cursors }: RepositoryContext,
  options: Pick<PageOptions<unknown>, 'limit' | 'cursor' | 'from' | 'boundTo'>,
  source: PageSource,
): Promise<Page<Record<string, unknown>>> {
  const { keys, filter } = source;
  const limit = checkLimit(options.limit);
  const binding: CursorBinding = {
    tenantId,
    collection: definition.name,
    route: currentRequest()?.route,
    sort: keys.map(({ path, direction }) => [path, direction] as const),
    filter: options.boundTo ?? filter,
  };
  const cursor = options.cursor === undefined ? positionIn(keys, options.from) : cursors.decode(options.cursor, binding);
  const backward = cursor?.direction === 'backward';
  const order = backward ? reversed(keys) : keys;
  const rows = await source.read({ place: cursor?.values, seek: cursor && seekFilter(order, cursor.values), order, limit: limit + 1 });
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
