import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { RedisScript } from '../client/redis-script.js';
import { entryKeys, type Invalidations } from './invalidations.js';

export interface CacheOptions {
  /** Milliseconds in this process: how long an invalidation that got lost can go unnoticed. */
  readonly l1TtlMs: number;
  /** Entries in this process; the least recently used one makes room. */
  readonly l1Max: number;
  /** Milliseconds in Redis. Absent: the cache lives in this process only, invalidations still reach every process. */
  readonly ttlMs?: number;
  /** Milliseconds for which "there is no such thing" is believed; `l1TtlMs` unless given. */
  readonly negativeTtlMs?: number;
}

interface CacheParts {
  readonly redis: Redis;
  readonly invalidations: Invalidations;
  readonly metrics: RedisMetrics;
  readonly options: CacheOptions;
}

/** A load under way. It becomes stale when its key is invalidated meanwhile: its result is handed out, and not kept. */
interface Load<Value> {
  readonly result: Promise<Value | undefined>;
  stale: boolean;
}

/** JSON of a thing that does not exist. */
const ABSENT = 'null';

/**
 * Stores a loaded value unless its key was invalidated since the load began: an invalidation changes the mark. Without this, a slow load
 * could put back what was just forgotten.
 */
const storeScript = new RedisScript<number>(`
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/**
 * Cache-aside in two levels: this process, then Redis, then the loader. Of parallel misses of a key one loads. A Redis that fails or is
 * away costs a load, never an error. Values must survive JSON; they are shared by all readers, so nobody may change them.
 */
export class Cache<Value extends NonNullable<unknown>> {
  readonly #name: string;
  readonly #parts: CacheParts;
  readonly #entries: LRUCache<string, { readonly value: Value | undefined }>;
  readonly #loads = new Map<string, Load<Value>>();

  constructor(name: string, parts: CacheParts) {
    this.#name = name;
    this.#parts = parts;
    const { l1Max, l1TtlMs } = parts.options;
    this.#entries = new LRUCache({ max: l1Max, ttl: l1TtlMs });
    parts.invalidations.listen(name, { onInvalidated: (key) => this.#forget(key), onGap: () => this.#forgetAll() });
  }

  /**
   * The value of a key; `undefined` when the loader found none. Synchronous when this process has it. Rejects with the loader's error,
   * which is not kept.
   */
  get(key: string, load: () => Promise<Value | undefined>): Value | undefined | Promise<Value | undefined> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#parts.metrics.cache(this.#name, 'l1');
      return known.value;
    }
    const running = this.#loads.get(key);
    if (running !== undefined) return running.result;
    const started: Load<Value> = { result: Promise.resolve().then(() => this.#fetch(key, load, started)), stale: false };
    this.#loads.set(key, started);
    return started.result;
  }

  /** Forgets a key here at once and everywhere else within the time of a message. Never rejects. */
  async invalidate(key: string): Promise<void> {
    this.#forget(key);
    await this.#parts.invalidations.send(this.#name, key);
  }

  async #fetch(key: string, load: () => Promise<Value | undefined>, own: Load<Value>): Promise<Value | undefined> {
    const { metrics, options } = this.#parts;
    try {
      const shared = options.ttlMs === undefined ? undefined : await this.#read(key);
      if (shared?.found === true) {
        metrics.cache(this.#name, 'l2');
        this.#keep(key, shared.value, own);
        return shared.value;
      }
      metrics.cache(this.#name, 'miss');
      const value = await load();
      this.#keep(key, value, own);
      if (shared !== undefined && !own.stale) void this.#store(key, value, shared.mark);
      return value;
    } finally {
      if (this.#loads.get(key) === own) this.#loads.delete(key);
    }
  }

  #keep(key: string, value: Value | undefined, own: Load<Value>): void {
    if (own.stale) return;
    const { l1TtlMs, negativeTtlMs = l1TtlMs } = this.#parts.options;
    this.#entries.set(key, { value }, value === undefined ? { ttl: Math.min(l1TtlMs, negativeTtlMs) } : {});
  }

  /** What Redis has of a key, with its mark; `undefined` when Redis is of no help. */
  async #read(key: string): Promise<{ found: true; value: Value | undefined } | { found: false; mark: string } | undefined> {
    const keys = entryKeys(this.#name, key);
    try {
      const [text, mark] = await this.#parts.redis.mget(keys.value, keys.mark);
      if (text === null || text === undefined) return { found: false, mark: mark ?? '' };
      return { found: true, value: text === ABSENT ? undefined : (JSON.parse(text) as Value) };
    } catch {
      return undefined;
    }
  }

  async #store(key: string, value: Value | undefined, mark: string): Promise<void> {
    const { ttlMs = 0, l1TtlMs, negativeTtlMs = l1TtlMs } = this.#parts.options;
    const keys = entryKeys(this.#name, key);
    const lifetimeMs = value === undefined ? Math.min(ttlMs, negativeTtlMs) : ttlMs;
    try {
      await storeScript.run(
        this.#parts.redis,
        [keys.value, keys.mark],
        [mark, value === undefined ? ABSENT : JSON.stringify(value), lifetimeMs],
      );
    } catch {
      // the next reader loads again
    }
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    const running = this.#loads.get(key);
    if (running === undefined) return;
    running.stale = true;
    this.#loads.delete(key);
  }

  #forgetAll(): void {
    this.#entries.clear();
    for (const key of [...this.#loads.keys()]) this.#forget(key);
  }
}
