import { type Metrics } from '@caas/runtime';

/** Metrics of the library; created once per process. */
export interface RedisMetrics {
  /** Calls of the limiter's script: `granted`, `exhausted`, `failed`. */
  readonly leases: (outcome: 'granted' | 'exhausted' | 'failed') => void;
  /** 0 closed, 1 half open, 2 open. */
  readonly limiterCircuit: (state: 0 | 1 | 2) => void;
  readonly cache: (cache: string, result: 'l1' | 'l2' | 'miss') => void;
  /** Answers: `delivered` to a waiter, `unclaimed`, `unsent`. */
  readonly replies: (outcome: 'delivered' | 'unclaimed' | 'unsent') => void;
}

export function redisMetrics(metrics: Metrics): RedisMetrics {
  const leases = metrics.counter({ name: 'caas_ratelimit_leases_total', help: 'Calls of the shared limiter', labels: ['outcome'] });
  const circuit = metrics.gauge({
    name: 'caas_ratelimit_circuit_state',
    help: 'Whether limits are shared: 0 yes, 1 trying again, 2 decided locally',
  });
  const cache = metrics.counter({ name: 'caas_cache_requests_total', help: 'Reads of caches', labels: ['cache', 'result'] });
  const replies = metrics.counter({ name: 'caas_replies_total', help: 'Answers to waiting requests', labels: ['outcome'] });
  return {
    leases: (outcome) => leases.inc({ outcome }),
    limiterCircuit: (state) => circuit.set(state),
    cache: (name, result) => cache.inc({ cache: name, result }),
    replies: (outcome) => replies.inc({ outcome }),
  };
}
