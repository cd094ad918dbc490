import { randomBytes } from 'node:crypto';
import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';
import { RedisScript } from '../client/redis-script.js';

const takeScript = new RedisScript<number>(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

const releaseScript = new RedisScript<number>(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/**
 * Lets one process at a time do what several could: a courtesy that spares work, not a guarantee. Whoever sleeps past `ttlMs` shares the work with its
 * successor, so that work has to be harmless when it is done twice.
 */
export class RedisLease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #ttlMs: number;
  readonly #holder = randomBytes(9).toString('base64url');

  constructor(redis: Redis, { name, ttlMs }: { name: string; ttlMs: number }) {
    this.#redis = redis;
    this.#key = `lease:${name}`;
    this.#ttlMs = ttlMs;
  }

  /** Takes or renews it for `ttlMs`; false while another process has it. Rejects with `UnavailableError` when Redis is away. */
  async take(): Promise<boolean> {
    try {
      return (await takeScript.run(this.#redis, [this.#key], [this.#holder, this.#ttlMs])) === 1;
    } catch (error) {
      throw translateRedisError(error, 'taking a lease');
    }
  }

  /** Gives it up; nothing happens when another process has it. Never rejects: without Redis it ends by itself. */
  async release(): Promise<void> {
    await releaseScript.run(this.#redis, [this.#key], [this.#holder]).catch(() => undefined);
  }
}
