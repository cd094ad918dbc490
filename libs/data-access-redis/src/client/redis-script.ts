import { createHash } from 'node:crypto';
import { type Redis } from 'ioredis';

/** A Lua script that is sent once per server and then called by its digest; a restarted or flushed server gets it again. */
export class RedisScript<Reply> {
  readonly #lua: string;
  readonly #digest: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#digest = createHash('sha1').update(lua).digest('hex'); // the name EVALSHA knows it by
  }

  /** Runs the script. Rejects with the driver's error. */
  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    try {
      return (await redis.evalsha(this.#digest, keys.length, ...keys, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(this.#lua, keys.length, ...keys, ...args)) as Reply;
    }
  }
}
