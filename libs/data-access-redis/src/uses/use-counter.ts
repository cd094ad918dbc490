import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';
import { RedisScript } from '../client/redis-script.js';

/** A counter that nobody asked for so long is started anew from what its caller knows. */
const TTL_MS = 7 * 86_400_000;

const takeScript = new RedisScript<number>(`
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local known = tonumber(ARGV[1])
if used < known then used = known end
if used >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], used + 1, 'PX', ARGV[3])
return 1
`);

/** Counts uses of things that may be used so many times in their life, exactly, across all processes. */
export class UseCounter {
  readonly #redis: Redis;
  readonly #name: string;

  constructor(redis: Redis, name: string) {
    this.#redis = redis;
    this.#name = name;
  }

  /** Takes one use of `max`; false when none is left. `known` is what the store says was used. Rejects with `UnavailableError` when Redis is away. */
  async take(id: string, { known, max }: { readonly known: number; readonly max: number }): Promise<boolean> {
    try {
      return (await takeScript.run(this.#redis, [`uses:${this.#name}:${id}`], [known, max, TTL_MS])) === 1;
    } catch (error) {
      throw translateRedisError(error, 'counting a use');
    }
  }
}
