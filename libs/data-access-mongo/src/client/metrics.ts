import { type Metrics } from '@caas/runtime';

/** Metrics of the data access. Labels are collections and operations, never tenants or ids. */
export interface OperationMetrics {
  observe(collection: string, operation: string, measured: { outcome: 'ok' | 'error'; elapsedMs: number }): void;
  countSlow(collection: string, operation: string): void;
  setPool(connections: { active: number; available: number }): void;
  observePoolWait(waitedMs: number): void;
  countEvent(event: string): void;
}

/** Registers the metrics; once per process, because a metric has one owner. */
export function createOperationMetrics(metrics: Metrics): OperationMetrics {
  const duration = metrics.histogram({
    name: 'mongodb_query_duration_seconds',
    help: 'Duration of repository operations as their caller sees it',
    labels: ['collection', 'operation', 'outcome'],
  });
  const slow = metrics.counter({
    name: 'mongodb_slow_queries_total',
    help: 'Operations slower than SLOW_QUERY_THRESHOLD_MS',
    labels: ['collection', 'operation'],
  });
  const active = metrics.gauge({ name: 'mongodb_connections_active', help: 'Connections in use' });
  const available = metrics.gauge({ name: 'mongodb_connections_available', help: 'Open connections that wait for work' });
  const poolWait = metrics.histogram({ name: 'mongodb_pool_wait_seconds', help: 'Wait for a free connection' });
  const lifecycle = metrics.counter({ name: 'mongodb_client_events_total', help: 'Lifecycle events of the client', labels: ['event'] });
  return {
    observe: (collection, operation, { outcome, elapsedMs }) => duration.observe({ collection, operation, outcome }, elapsedMs / 1_000),
    countSlow: (collection, operation) => slow.inc({ collection, operation }),
    setPool: (connections) => {
      active.set(connections.active);
      available.set(connections.available);
    },
    observePoolWait: (waitedMs) => poolWait.observe(waitedMs / 1_000),
    countEvent: (event) => lifecycle.inc({ event }),
  };
}
