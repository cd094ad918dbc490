import { type CrashMarkers } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';

/** Longer than a worker that dies again and again takes for a few lives. */
const KEPT_SECONDS = 3_600;

/** {@link CrashMarkers} as counters. Reject with `UnavailableError` while Redis is away. */
export class RedisCrashMarkers implements CrashMarkers {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async begin(name: string): Promise<number> {
    try {
      const [[, count] = []] = (await this.#redis.multi().incr(keyOf(name)).expire(keyOf(name), KEPT_SECONDS).exec()) ?? [];
      return Number(count) - 1;
    } catch (error) {
      throw translateRedisError(error, 'INCR');
    }
  }

  async end(name: string): Promise<void> {
    try {
      await this.#redis.del(keyOf(name));
    } catch (error) {
      throw translateRedisError(error, 'DEL');
    }
  }
}

const keyOf = (name: string): string => `crash:${name}`;
