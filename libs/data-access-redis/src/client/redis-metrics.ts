import { type Metrics, tallies } from '@caas/runtime';

/** Metrics of the library; created once per process. */
export interface RedisMetrics {
  /** Calls of the limiter's script: `granted`, `exhausted`, `failed`. */
  readonly leases: (outcome: 'granted' | 'exhausted' | 'failed') => void;
  /** 0 closed, 1 half open, 2 open. */
  readonly limiterCircuit: (state: 0 | 1 | 2) => void;
  /** Reports of usage to the shared counters. */
  readonly quotaReports: (outcome: 'ok' | 'failed') => void;
  /** 0 closed, 1 half open, 2 open. */
  readonly quotaCircuit: (state: 0 | 1 | 2) => void;
  /** Quota checks that were decided without Redis: by the last known value, or allowed because nobody knew. */
  readonly quotaFallback: (reason: 'last_known' | 'unknown') => void;
  /** The metrics of one cache. */
  readonly cache: (cache: string) => CacheMetrics;
  /** 0 closed, 1 half open, 2 open. */
  readonly cacheCircuit: (state: 0 | 1 | 2) => void;
  /** Answers: `delivered` to a waiter, `unclaimed`, `unsent`. */
  readonly replies: (outcome: 'delivered' | 'unclaimed' | 'unsent') => void;
}

/** What one cache counts. */
export interface CacheMetrics {
  /** Found in this process, in Redis, or past its time and handed out while it is loaded anew. */
  readonly hit: (level: 'l1' | 'l2' | 'stale') => void;
  readonly miss: () => void;
  /** Redis was of no help. */
  readonly bypass: () => void;
  readonly evicted: () => void;
  /** Seconds of a look into Redis, of a load, of writing back. */
  readonly took: (operation: 'read' | 'load' | 'store', seconds: number) => void;
  /** Entries whose writing back failed; they are tried again. */
  readonly storeFailed: (entries: number) => void;
}

export function redisMetrics(metrics: Metrics): RedisMetrics {
  const leases = metrics.counter({ name: 'caas_ratelimit_leases_total', help: 'Calls of the shared limiter', labels: ['outcome'] });
  const circuit = metrics.gauge({
    name: 'caas_ratelimit_circuit_state',
    help: 'Whether limits are shared: 0 yes, 1 trying again, 2 decided locally',
  });
  const cacheCircuit = metrics.gauge({
    name: 'cache_circuit_state',
    help: 'Whether caches ask Redis: 0 yes, 1 trying again, 2 left alone',
  });
  const replies = metrics.counter({ name: 'caas_replies_total', help: 'Answers to waiting requests', labels: ['outcome'] });
  const reports = metrics.counter({ name: 'caas_quota_reports_total', help: 'Reports of usage to Redis', labels: ['outcome'] });
  const quotaCircuit = metrics.gauge({
    name: 'caas_quota_circuit_state',
    help: 'Whether usage is shared: 0 yes, 1 trying again, 2 decided by last known values',
  });
  const fallbacks = metrics.counter({
    name: 'caas_quota_fallbacks_total',
    help: 'Quota checks that were decided without Redis',
    labels: ['reason'],
  });
  return {
    quotaReports: (outcome) => reports.inc({ outcome }),
    quotaCircuit: (state) => quotaCircuit.set(state),
    quotaFallback: (reason) => fallbacks.inc({ reason }),
    leases: (outcome) => leases.inc({ outcome }),
    limiterCircuit: (state) => circuit.set(state),
    cache: cacheMetrics(metrics),
    cacheCircuit: (state) => cacheCircuit.set(state),
    replies: (outcome) => replies.inc({ outcome }),
  };
}

/** Answers the metrics of a cache by its name; the children are looked up once, not with every read. */
function cacheMetrics(metrics: Metrics): (cache: string) => CacheMetrics {
  const hits = tallies(metrics, { name: 'cache_hits_total', help: 'Reads that a cache answered' });
  const misses = metrics.counter({ name: 'cache_misses_total', help: 'Reads that had to load', labels: ['cache'] });
  const bypasses = metrics.counter({ name: 'cache_bypasses_total', help: 'Reads that Redis could not help with', labels: ['cache'] });
  const evictions = metrics.counter({ name: 'cache_evictions_total', help: 'Entries that made room', labels: ['cache'] });
  const latency = metrics.histogram({
    name: 'cache_latency_seconds',
    help: 'Time of what a cache waits for',
    labels: ['cache', 'operation'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
  });
  const failures = metrics.counter({
    name: 'cache_store_failures_total',
    help: 'Entries that could not be written back',
    labels: ['cache'],
  });
  return (cache) => {
    const levels = {
      l1: hits({ cache, level: 'l1' }),
      l2: hits({ cache, level: 'l2' }),
      stale: hits({ cache, level: 'stale' }),
    };
    const [missed, bypassed, evicted] = [misses.labels({ cache }), bypasses.labels({ cache }), evictions.labels({ cache })];
    return {
      hit: (level) => levels[level].inc(),
      miss: () => missed.inc(),
      bypass: () => bypassed.inc(),
      evicted: () => evicted.inc(),
      took: (operation, seconds) => latency.observe({ cache, operation }, seconds),
      storeFailed: (entries) => failures.inc({ cache }, entries),
    };
  };
}

/** What the caches of this process keep together; read when it is asked for. */
export function localCacheGauges(metrics: Metrics, budget: { readonly entries: number; readonly bytes: number }): void {
  metrics.gauge({ name: 'cache_local_entries', help: 'Entries in this process', collect: (gauge) => gauge.set(budget.entries) });
  metrics.gauge({
    name: 'cache_local_bytes',
    help: 'Memory of the entries in this process, about',
    collect: (gauge) => gauge.set(budget.bytes),
  });
}
