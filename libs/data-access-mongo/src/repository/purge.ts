import { setTimeout as delay } from 'node:timers/promises';
import { ValidationError } from '@caas/runtime';
import { compileFilter } from './filter.js';
import { type OperationOptions } from './operation-runner.js';
import { type RepositoryContext } from './repository-context.js';

export interface PurgeOptions extends OperationOptions {
  /** Rows of one step, 1–1 000; 1 000 unless given. */
  readonly batchSize?: number;
  /** Milliseconds between two steps, so that others' work finds its turn; 10 unless given. */
  readonly pauseMs?: number;
  /** Stops between two steps; what is gone stays gone, and another call goes on. */
  readonly signal?: AbortSignal;
  /** Told after each step how many are gone so far. */
  readonly onProgress?: (purged: number) => void;
}

const BATCH_MAX = 1_000;
const PAUSE_MS = 10;

/** See `LifecycleRepository.purge`. */
export async function purge(context: RepositoryContext, filter: unknown, options: PurgeOptions): Promise<number> {
  const { batchSize = BATCH_MAX, pauseMs = PAUSE_MS, signal, onProgress } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > BATCH_MAX) {
    throw new ValidationError([{ field: '/batchSize', code: 'limit', message: `must be an integer from 1 to ${BATCH_MAX}` }]);
  }
  const compiled = compileFilter(context, filter, { includeDeleted: true });
  const confined = compileFilter(context, {}, { includeDeleted: true });
  for (let purged = 0; ;) {
    signal?.throwIfAborted();
    const rows = await context.runner.read(
      'purge_find',
      (collection, driver) => collection.find(compiled, { ...driver, projection: { _id: 1 }, limit: batchSize }),
      { ...options, readFrom: 'primary' },
    );
    if (rows.length > 0) {
      // The conditions once more: a row may have ceased to meet them since.
      const batch = { ...confined, $and: [compiled, { _id: { $in: rows.map(({ _id }) => _id) } }] };
      const { deletedCount } = await context.runner.write('purge', (collection, driver) => collection.deleteMany(batch, driver), options);
      purged += deletedCount;
      onProgress?.(purged);
    }
    if (rows.length < batchSize) return purged;
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}
