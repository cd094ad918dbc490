import { ValidationError } from '@caas/runtime';
import { type Filter } from './operators.js';
import { compilePipeline, type PipelineScope } from './pipeline/compile-pipeline.js';
import { type Stage } from './pipeline/joins.js';
import { type ReadOptions } from './read-options.js';
import { type RepositoryContext } from './repository-context.js';

export interface AggregateOptions<Document> extends ReadOptions {
  /** Which rows go in, said like every other filter; for what comes from a caller. All live rows of the tenant unless given. */
  readonly where?: Filter<Document>;
  /** Rows that come out at most, 1–10 000; 1 000 unless given. */
  readonly limit?: number;
}

const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 10_000;

/** See `ReadRepository.aggregate`. */
export async function aggregate(
  context: RepositoryContext,
  stages: readonly Stage[],
  options: ReadOptions & PipelineScope & { readonly limit?: number },
): Promise<Record<string, unknown>[]> {
  const { limit = LIMIT_DEFAULT } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new ValidationError([{ field: '/limit', code: 'limit', message: `must be an integer from 1 to ${LIMIT_MAX}` }]);
  }
  const pipeline = [...compilePipeline(context, stages, options), { $limit: limit }];
  return context.runner.read('aggregate', (collection, driver) => collection.aggregate(pipeline, driver), options);
}
