import { type Metrics } from '@caas/runtime';

/** `retried`: it goes into a later batch. */
export type BulkOutcome = 'ok' | 'error' | 'retried';

/** Metrics of the bulk writer. Labels are collections, kinds and outcomes. */
export interface BulkMetrics {
  countOperation(collection: string, kind: string, outcome: BulkOutcome): void;
  /** One batch that was sent. */
  observeBatch(collection: string, batch: { operations: number; bytes: number; elapsedMs: number }): void;
  setPending(operations: number): void;
}

/** Registers the metrics; once per process. */
export function createBulkMetrics(metrics: Metrics): BulkMetrics {
  const labels = ['collection'] as const;
  const total = metrics.counter({
    name: 'mongodb_bulk_operations_total',
    help: 'Operations of the bulk writer by what became of them',
    labels: ['collection', 'operation', 'outcome'],
  });
  const size = metrics.histogram({
    name: 'mongodb_bulk_batch_operations',
    help: 'Operations in one batch',
    labels,
    buckets: [1, 10, 50, 100, 250, 500, 1_000, 5_000, 10_000],
  });
  const bytes = metrics.counter({ name: 'mongodb_bulk_bytes_total', help: 'Bytes of the operations that were sent', labels });
  const duration = metrics.histogram({ name: 'mongodb_bulk_duration_seconds', help: 'Duration of writing one batch', labels });
  const pending = metrics.gauge({ name: 'mongodb_bulk_pending_operations', help: 'Operations that were added and not settled yet' });
  return {
    countOperation: (collection, operation, outcome) => total.inc({ collection, operation, outcome }),
    observeBatch: (collection, batch) => {
      size.observe({ collection }, batch.operations);
      bytes.inc({ collection }, batch.bytes);
      duration.observe({ collection }, batch.elapsedMs / 1_000);
    },
    setPending: (operations) => pending.set(operations),
  };
}
