import { type CircuitState, circuitLevel, DURATION_BUCKETS_SECONDS, type Metrics } from '@caas/runtime';
import { type BulkMetrics, createBulkMetrics } from '../bulk-writer/bulk-metrics.js';
import { createStreamMetrics, type StreamMetrics } from '../change-streams/stream-metrics.js';
import { type PoolKind } from './client-options.js';
import { type ConnectionEvent, type PoolStats } from './pool-stats.js';

/** Metrics of the data access. Labels are collections, operations, outcomes and kinds of pool; never tenants or ids. */
export interface OperationMetrics {
  observe(collection: string, operation: string, measured: { outcome: 'ok' | 'error'; elapsedMs: number }): void;
  countSlow(collection: string, operation: string): void;
  /** Follows the connections of one client; several clients of a kind add up. */
  poolObserver(pool: PoolKind): (event: ConnectionEvent, stats: PoolStats) => void;
  setCircuit(pool: PoolKind, state: CircuitState): void;
  countEvent(pool: PoolKind, event: string): void;
  setReplicationLag(seconds: number): void;
  setMembersDown(members: number): void;
  setOplogWindow(seconds: number): void;
  setHasPrimary(present: boolean): void;
  setTenantClients(open: number): void;
  setTenantStorage(isolation: string, bytes: { storage: number; indexes: number }): void;
  readonly bulk: BulkMetrics;
  readonly streams: StreamMetrics;
}

/** Waits for a free connection are shorter than requests as a rule. */
const WAIT_BUCKETS_SECONDS = [0.000_1, 0.001, ...DURATION_BUCKETS_SECONDS];

/** Registers the metrics; once per process, because a metric has one owner. */
export function createOperationMetrics(metrics: Metrics): OperationMetrics {
  const ofParts = { bulk: createBulkMetrics(metrics), streams: createStreamMetrics(metrics) };
  return { ...operations(metrics), ...connections(metrics), ...replicaSet(metrics), ...tenants(metrics), ...ofParts };
}

function operations(metrics: Metrics) {
  const duration = metrics.histogram({
    name: 'mongodb_query_duration_seconds',
    help: 'Duration of repository operations as their caller sees it',
    labels: ['collection', 'operation', 'outcome'],
  });
  const total = metrics.counter({
    name: 'mongodb_operations_total',
    help: 'Repository operations',
    labels: ['collection', 'operation', 'outcome'],
  });
  const slow = metrics.counter({
    name: 'mongodb_slow_queries_total',
    help: 'Operations slower than SLOW_QUERY_THRESHOLD_MS',
    labels: ['collection', 'operation'],
  });
  const seriesOf = remembered((collection: string, operation: string, outcome: string) => {
    const labels = { collection, operation, outcome };
    return { duration: duration.labels(labels), total: total.labels(labels) };
  });
  return {
    observe: (collection, operation, { outcome, elapsedMs }) => {
      const series = seriesOf(collection, operation, outcome);
      series.duration.observe(elapsedMs / 1_000);
      series.total.inc();
    },
    countSlow: (collection, operation) => slow.inc({ collection, operation }),
  } satisfies Partial<OperationMetrics>;
}

/** Keeps what was made for three names: looking a series up by its labels costs more than counting. Definitions bound how many there are. */
function remembered<Series>(make: (...names: [string, string, string]) => Series): (...names: [string, string, string]) => Series {
  const made = new Map<string, Series>();
  return (...names) => {
    const key = names.join(' ');
    let series = made.get(key);
    if (series === undefined) made.set(key, (series = make(...names)));
    return series;
  };
}

function connections(metrics: Metrics) {
  const labels = ['pool'] as const;
  const active = metrics.gauge({ name: 'mongodb_connections_active', help: 'Connections in use', labels });
  const available = metrics.gauge({ name: 'mongodb_connections_available', help: 'Open connections that wait for work', labels });
  const wait = metrics.histogram({
    name: 'mongodb_pool_wait_seconds',
    help: 'Wait for a free connection',
    labels,
    buckets: WAIT_BUCKETS_SECONDS,
  });
  const failures = metrics.counter({
    name: 'mongodb_pool_errors_total',
    help: 'Waits that ended without a connection',
    labels: ['pool', 'reason'],
  });
  const circuit = metrics.gauge({ name: 'mongodb_circuit_state', help: '0 closed, 1 half open, 2 open', labels });
  const lifecycle = metrics.counter({
    name: 'mongodb_client_events_total',
    help: 'Lifecycle events of the clients',
    labels: ['pool', 'event'],
  });
  return {
    poolObserver: (pool) => {
      const last = { active: 0, available: 0 };
      const series = { active: active.labels({ pool }), available: available.labels({ pool }), wait: wait.labels({ pool }) };
      return ({ kind, waitedMs = 0, reason = 'unknown' }, stats) => {
        series.active.inc(stats.active - last.active);
        series.available.inc(stats.available - last.available);
        last.active = stats.active;
        last.available = stats.available;
        if (kind === 'checked_out') series.wait.observe(waitedMs / 1_000);
        else if (kind === 'failed') failures.inc({ pool, reason });
      };
    },
    setCircuit: (pool, state) => circuit.set({ pool }, circuitLevel(state)),
    countEvent: (pool, event) => lifecycle.inc({ pool, event }),
  } satisfies Partial<OperationMetrics>;
}

function replicaSet(metrics: Metrics) {
  const primary = metrics.gauge({ name: 'mongodb_primary_present', help: '1 while a server takes writes' });
  const lag = metrics.gauge({ name: 'mongodb_replication_lag_seconds', help: 'How far the last of the secondaries is behind' });
  const down = metrics.gauge({ name: 'mongodb_members_down', help: 'Members of the replica set that do not answer the others' });
  const oplog = metrics.gauge({ name: 'mongodb_oplog_window_seconds', help: 'Time between the first and the last entry of the oplog' });
  return {
    setHasPrimary: (present) => primary.set(present ? 1 : 0),
    setReplicationLag: (seconds) => lag.set(seconds),
    setMembersDown: (members) => down.set(members),
    setOplogWindow: (seconds) => oplog.set(seconds),
  } satisfies Partial<OperationMetrics>;
}

function tenants(metrics: Metrics) {
  const clients = metrics.gauge({ name: 'mongodb_tenant_clients', help: 'Open clients of tenants with credentials of their own' });
  const labels = ['isolation'] as const;
  const storage = metrics.gauge({ name: 'mongodb_tenant_storage_bytes', help: 'Storage of the sampled tenants together', labels });
  const indexes = metrics.gauge({ name: 'mongodb_tenant_index_bytes', help: 'Indexes of the sampled tenants together', labels });
  return {
    setTenantClients: (open) => clients.set(open),
    setTenantStorage: (isolation, bytes) => {
      storage.set({ isolation }, bytes.storage);
      indexes.set({ isolation }, bytes.indexes);
    },
  } satisfies Partial<OperationMetrics>;
}
