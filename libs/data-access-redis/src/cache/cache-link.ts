import { CircuitBreaker, circuitLevel } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { answerWithin } from '../limits/answer-within.js';

export interface CacheLinkOptions {
  /** Milliseconds after which Redis counts as too slow to help. */
  readonly timeoutMs?: number;
  /** Milliseconds for which it is left alone after that happened several times in a row. */
  readonly retryAfterMs?: number;
}

const FAILURES_MAX = 3;

/** The way of all caches of a process to Redis: a call that fails or is slow costs its answer, never an error, and several leave Redis alone. */
export class CacheLink {
  readonly redis: Redis;
  readonly #timeoutMs: number;
  readonly #circuit: CircuitBreaker;

  constructor(redis: Redis, { metrics, timeoutMs = 50, retryAfterMs = 1_000 }: CacheLinkOptions & { metrics: RedisMetrics }) {
    this.redis = redis;
    this.#timeoutMs = timeoutMs;
    this.#circuit = new CircuitBreaker({
      failuresMax: FAILURES_MAX,
      openMs: retryAfterMs,
      successesToClose: 1,
      onChange: (state) => metrics.cacheCircuit(circuitLevel(state)),
    });
  }

  /** The answer, or `undefined` when Redis is of no help. Never rejects. */
  async ask<Answer>(call: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
    if (!this.#circuit.claim()) return undefined;
    try {
      const answer = await answerWithin(this.#timeoutMs, call(this.redis));
      this.#circuit.succeeded();
      return answer;
    } catch {
      this.#circuit.failed();
      return undefined;
    }
  }
}
