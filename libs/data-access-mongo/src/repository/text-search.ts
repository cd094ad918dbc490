import { AppError, InternalError, ValidationError } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileFilter, type StoredFilter } from './filter.js';
import { type Page, pageOf, type PageOptions, readPage } from './page.js';
import { type CursorValue } from './cursor.js';
import { op } from './operators.js';
import { compileProjection } from './projection.js';
import { type FindOptions } from './read-options.js';
import { type RepositoryContext } from './repository-context.js';
import { type SortKey } from './sort.js';

/** A page of what was found. */
export interface SearchOptions<Document, Field extends string = string> extends Omit<PageOptions<Document, Field>, 'sort' | 'from'> {
  /** The best first, unless an order is given. */
  readonly sort?: PageOptions<Document>['sort'] | undefined;
}

/** Longest text to search for, in characters. */
const TEXT_MAX = 1_024;
/** Where the score of a row is while its page is read. */
const SCORE = '_score';
/** By relevance the pages of a search end here. */
const BEST_MAX = 1_000;
/** By relevance; ties in the order of their ids. */
const BEST_FIRST: readonly SortKey[] = [
  { path: SCORE, direction: -1, nullable: false },
  { path: '_id', direction: 1, nullable: false },
];

/**
 * See `ReadRepository.search`. The text is a value to `$search`, whose own small language (phrases in quotes, a minus for words that must not
 * occur) reaches no field and no other tenant: the index begins with the tenant.
 */
export async function searchText(
  context: RepositoryContext,
  { text, filter }: { text: unknown; filter: unknown },
  { sort, ...options }: SearchOptions<Record<string, unknown>>,
): Promise<Page<Record<string, unknown>>> {
  const { definition, capabilities } = context;
  if (!definition.indexes.some(({ keys }) => Object.values(keys).includes('text'))) {
    throw new InternalError(`Collection "${definition.name}" has no text index to search.`);
  }
  if (typeof text !== 'string' || text.trim() === '' || [...text].length > TEXT_MAX) {
    throw new ValidationError([{ field: '/text', code: 'text', message: `must be a text of 1–${TEXT_MAX} characters` }]);
  }
  const compiled = compileFilter(context, filter, { includeDeleted: options.includeDeleted === true });
  if (!capabilities.has('textSearch')) throw new AppError('SYS_NOT_IMPLEMENTED', 'This MongoDB server has no text search.');
  const found = { $text: { $search: text } };
  if (sort !== undefined) return readPage(context, filter, { ...options, sort }, found);
  return readBest(context, { ...compiled, ...found }, options);
}

/** Looks at the scores of the best rows first, and reads the rows of the page only. */
async function readBest(
  context: RepositoryContext,
  filter: StoredFilter,
  options: Omit<SearchOptions<Record<string, unknown>>, 'sort'>,
): Promise<Page<Record<string, unknown>>> {
  const page = await pageOf(context, options, {
    keys: BEST_FIRST,
    filter,
    async read({ place, order, limit }) {
      const ranked = await rank(context, filter, options);
      const sorted = ranked.sort((one, other) => compare(order, one, other));
      const behind = place === undefined ? sorted : sorted.filter((row) => compare(order, row, rankOf(place)) > 0);
      return readRanked(context, behind.slice(0, limit), options);
    },
  });
  return { ...page, items: page.items.map(({ [SCORE]: _score, ...row }) => row) };
}

interface Ranked {
  readonly id: string;
  readonly score: number;
}

const rankOf = ([score, id]: readonly CursorValue[]): Ranked => ({ id: String(id), score: Number(score) });

/** Ids and scores of the best rows. */
async function rank(context: RepositoryContext, filter: StoredFilter, options: FindOptions): Promise<Ranked[]> {
  const score = { $meta: 'textScore' } as const;
  const rows = await context.runner.read(
    'search',
    (collection, driver) =>
      collection.find(filter, { ...driver, projection: { _id: 1, [SCORE]: score }, sort: { [SCORE]: score }, limit: BEST_MAX }),
    options,
  );
  return rows.map((row) => ({ id: row._id, score: Number(row[SCORE]) }));
}

async function readRanked(context: RepositoryContext, ranked: readonly Ranked[], options: FindOptions): Promise<StoredDocument[]> {
  if (ranked.length === 0) return [];
  const { definition, runner } = context;
  const ids = op.in(ranked.map(({ id }) => id));
  const filter = compileFilter(context, { [definition.id.field]: ids }, { includeDeleted: options.includeDeleted === true });
  const projection = compileProjection(definition, options.select);
  const rows = await runner.read(
    'search',
    (collection, driver) => collection.find(filter, { ...driver, limit: ranked.length, ...(projection && { projection }) }),
    options,
  );
  const byId = new Map(rows.map((row) => [row._id, row]));
  return ranked.flatMap(({ id, score }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, [SCORE]: score }];
  });
}

/** Which of two comes first in this order of score and id. */
function compare(order: readonly SortKey[], one: Ranked, other: Ranked): number {
  const [byScore, byId] = [order[0]?.direction ?? -1, order[1]?.direction ?? 1];
  if (one.score !== other.score) return one.score < other.score ? -byScore : byScore;
  return one.id === other.id ? 0 : one.id < other.id ? -byId : byId;
}
