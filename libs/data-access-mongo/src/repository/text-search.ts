import { AppError, InternalError, ValidationError } from '@caas/runtime';
import { compileFilter } from './filter.js';
import { checkLimit } from './page.js';
import { compileProjection } from './projection.js';
import { type SearchOptions } from './read-options.js';
import { type RepositoryContext } from './repository-context.js';

/** Longest text to search for, in characters. */
const TEXT_MAX = 256;
/** By relevance; ties in the order of their ids. */
const BEST_FIRST = { score: { $meta: 'textScore' }, _id: 1 } as const;

/**
 * See `ReadRepository.search`. The text is a value to `$search`, whose own small language (phrases in quotes, a minus for words that must not
 * occur) reaches no field and no other tenant: the index begins with the tenant.
 */
export async function searchText(
  context: RepositoryContext,
  { text, filter }: { text: unknown; filter: unknown },
  options: SearchOptions,
): Promise<Record<string, unknown>[]> {
  const { definition, runner, capabilities } = context;
  if (!definition.indexes.some(({ keys }) => Object.values(keys).includes('text'))) {
    throw new InternalError(`Collection "${definition.name}" has no text index to search.`);
  }
  if (typeof text !== 'string' || text.trim() === '' || [...text].length > TEXT_MAX) {
    throw new ValidationError([{ field: '/text', code: 'text', message: `must be a text of 1–${TEXT_MAX} characters` }]);
  }
  const limit = checkLimit(options.limit);
  const compiled = { ...compileFilter(context, filter, options), $text: { $search: text } };
  const projection = compileProjection(definition, options.select);
  if (!capabilities.has('textSearch')) throw new AppError('SYS_NOT_IMPLEMENTED', 'This MongoDB server has no text search.');
  const rows = await runner.read(
    'search',
    (collection, driver) => collection.find(compiled, { ...driver, ...(projection && { projection }), sort: BEST_FIRST, limit }),
    options,
  );
  return rows.map((row) => definition.codec.decode(row));
}
