import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';

/** A few short texts by name that every process sees, for what one of them has to go on with when another one ends. Gone with Redis. */
export class SharedBoard {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, name: string) {
    this.#redis = redis;
    this.#key = `board:${name}`;
  }

  /** Everything on it. Rejects, as all calls do, with `UnavailableError` when Redis is away. */
  read(): Promise<ReadonlyMap<string, string>> {
    return this.#try(async () => new Map(Object.entries(await this.#redis.hgetall(this.#key))));
  }

  write(name: string, text: string): Promise<void> {
    return this.#try(async () => void (await this.#redis.hset(this.#key, name, text)));
  }

  remove(name: string): Promise<void> {
    return this.#try(async () => void (await this.#redis.hdel(this.#key, name)));
  }

  async #try<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      throw translateRedisError(error, 'keeping a note for other processes');
    }
  }
}
