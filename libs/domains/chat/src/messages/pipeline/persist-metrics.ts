import { type Metrics } from '@caas/runtime';

export type PersistMetrics = ReturnType<typeof persistMetrics>;

/** What storing messages measures. */
export function persistMetrics(metrics: Metrics) {
  return {
    batchRecords: metrics.histogram({
      name: 'caas_persist_batch_records',
      help: 'Messages stored at once',
      buckets: [1, 5, 10, 25, 50, 100, 250, 500],
    }),
    seconds: metrics.histogram({ name: 'caas_persist_seconds', help: 'Time to store one batch' }),
    duplicates: metrics.counter({ name: 'caas_persist_duplicates_total', help: 'Messages that were stored before' }),
  };
}
