import { ValidationError } from '@caas/runtime';
import { compileFilter } from './filter.js';
import { checkLimit } from './page.js';
import { compileProjection } from './projection.js';
import { type FindOneOptions } from './read-options.js';
import { type RepositoryContext } from './repository-context.js';
import { compileSort, type Sort } from './sort.js';

/** Rows that may be skipped: the server reads them all to throw them away. */
export const SKIP_MAX = 10_000;
/** Highest total that is counted unless told otherwise. */
export const TOTAL_MAX_DEFAULT = 10_000;

export interface OffsetPageOptions<Document, Field extends string = string> extends FindOneOptions<Document, Field> {
  readonly sort: Sort<Document>;
  /** From 1. `(page - 1) * limit` is at most {@link SKIP_MAX}. */
  readonly page: number;
  /** 1–100; 20 unless given. */
  readonly limit?: number;
  /** Count the rows as well, up to this many; `true` means 10 000. Costs a second query. */
  readonly total?: boolean | number;
}

export interface OffsetPage<Document> {
  readonly items: readonly Document[];
  readonly hasMore: boolean;
  /** Present when asked for. At the cap, there may be more. */
  readonly total?: number;
}

/**
 * One numbered page. For lists that people leaf through by number; rows that are inserted or deleted meanwhile are met twice or missed, and every
 * page costs more than the one before, so lists of unknown length use cursors. Ties are broken by id.
 */
export async function readOffsetPage(
  context: RepositoryContext,
  filter: unknown,
  options: OffsetPageOptions<Record<string, unknown>>,
): Promise<OffsetPage<Record<string, unknown>>> {
  const { definition, runner } = context;
  const limit = checkLimit(options.limit);
  const skip = skipOf(options.page, limit);
  const compiled = compileFilter(context, filter, options);
  const sort = compileSort(definition, options.sort).map(({ path, direction }): [string, 1 | -1] => [path, direction]);
  if (!sort.some(([path]) => path === '_id')) sort.push(['_id', 1]);
  const projection = compileProjection(definition, options.select);
  const totalMax = options.total === true ? TOTAL_MAX_DEFAULT : options.total;
  const [rows, total] = await Promise.all([
    runner.read(
      'page_by_offset',
      (collection, driver) => collection.find(compiled, { ...driver, sort, skip, limit: limit + 1, ...(projection && { projection }) }),
      options,
    ),
    typeof totalMax === 'number'
      ? runner.read('count', (collection, driver) => collection.countDocuments(compiled, { ...driver, limit: totalMax }), options)
      : undefined,
  ]);
  const items = rows.slice(0, limit).map(definition.codec.decode);
  return { items, hasMore: rows.length > limit, ...(total === undefined ? {} : { total }) };
}

function skipOf(page: number, limit: number): number {
  const skip = (page - 1) * limit;
  if (Number.isInteger(page) && page >= 1 && skip <= SKIP_MAX) return skip;
  throw new ValidationError([
    { field: '/page', code: 'page', message: `must be an integer from 1 that skips at most ${SKIP_MAX} rows; use a cursor beyond` },
  ]);
}
