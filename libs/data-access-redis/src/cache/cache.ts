import { setTimeout as pause } from 'node:timers/promises';
import { type Logger } from '@caas/runtime';
import { type CacheMetrics } from '../client/redis-metrics.js';
import { type CacheLink } from './cache-link.js';
import { type Invalidations } from './invalidations.js';
import { type LocalBudget, LocalEntries } from './local-entries.js';
import { fits } from './pattern.js';
import { entryText, type ReadMode, SharedEntries, type SharedReading } from './shared-entries.js';
import { type StoredEntry, WriteBehind, type WriteBehindOptions } from './write-behind.js';

export interface CacheOptions<Value = unknown> {
  /** Milliseconds in this process: how long an invalidation that got lost can go unnoticed. */
  readonly l1TtlMs: number;
  /** Entries in this process; the least recently used one makes room. */
  readonly l1Max: number;
  /** Bytes in this process, about; 16 MiB unless given. */
  readonly l1BytesMax?: number;
  /** Milliseconds in Redis. Absent: the cache lives in this process only, invalidations still reach every process. */
  readonly ttlMs?: number;
  /** Milliseconds for which "there is no such thing" is believed, at most 5 000; `l1TtlMs` unless given. */
  readonly negativeTtlMs?: number;
  /** Milliseconds past its time in which an entry is still handed out while it is loaded anew; 0 unless given. */
  readonly staleMs?: number;
  /** Told of a key that was forgotten because it is no longer true, by whichever process; of none when that holds for any number of keys. */
  readonly onForgotten?: (key: string | undefined) => void;
  /** How {@link Cache.set} treats the store: `through` writes there first; `behind` a little later. Without it the caller has written already. */
  readonly write?: { readonly through: (entry: StoredEntry<Value>) => Promise<void> } | { readonly behind: WriteBehindOptions<Value> };
}

/** @internal */
export interface CacheParts<Value> {
  readonly link: CacheLink;
  readonly invalidations: Invalidations;
  readonly budget: LocalBudget;
  readonly metrics: CacheMetrics;
  readonly logger: Logger;
  readonly options: CacheOptions<Value>;
}

/** What a call may decide for itself. */
export interface EntryOptions {
  /** Milliseconds for which the entry is kept, here and in Redis, in place of the cache's. */
  readonly ttlMs?: number;
}

/** A load under way. It becomes stale when its key is invalidated meanwhile: its result is handed out, and not kept. */
interface Load<Value> {
  readonly result: Promise<Value | undefined>;
  stale: boolean;
}

const NEGATIVE_TTL_MS_MAX = 5_000;
const L1_BYTES_MAX = 16 * 2 ** 20;
/** How far lifetimes are spread, so that what was loaded together is not missed together. */
const JITTER = 0.1;
/** How long one process waits for another one's load, and how often it looks. */
const OTHERS_LOAD_MS = 250;
const LOOK_EVERY_MS = 20;

/**
 * Two levels in front of a store: this process, then Redis. Of parallel misses of a key one loads, in this process and, for a moment, among all. A
 * Redis that fails or is slow costs a load, never an error. Values are shared by all readers, so nobody may change them.
 */
export class Cache<Value extends NonNullable<unknown>> {
  readonly name: string;
  readonly #parts: CacheParts<Value>;
  readonly #entries: LocalEntries<Value>;
  readonly #shared: SharedEntries<Value>;
  readonly #behind: WriteBehind<Value> | undefined;
  readonly #loads = new Map<string, Load<Value>>();

  /** @internal Made by `RedisAccess.cache` only. */
  constructor(name: string, parts: CacheParts<Value>) {
    this.name = name;
    this.#parts = parts;
    const { l1Max, l1BytesMax = L1_BYTES_MAX, write } = parts.options;
    this.#entries = new LocalEntries({ entriesMax: l1Max, bytesMax: l1BytesMax, budget: parts.budget, onEvicted: parts.metrics.evicted });
    this.#shared = new SharedEntries(name, parts.link);
    this.#behind = write !== undefined && 'behind' in write ? new WriteBehind(write.behind, parts) : undefined;
    parts.invalidations.listen(name, {
      onInvalidated: (key) => {
        this.#forget(key);
        parts.options.onForgotten?.(key);
      },
      onPattern: (pattern) => {
        this.#forgetWhere((key) => fits(pattern, key));
        parts.options.onForgotten?.(undefined);
      },
      onGap: () => {
        this.#forgetWhere(() => true);
        parts.options.onForgotten?.(undefined);
      },
    });
  }

  /**
   * The value of a key, loaded when neither level has it; `undefined` when the loader found none. Synchronous when this process has it. Rejects with the
   * loader's error, which is not kept.
   */
  wrap(key: string, load: () => Promise<Value | undefined>, options: EntryOptions = {}): Value | undefined | Promise<Value | undefined> {
    const known = this.#entries.get(key);
    if (known === undefined) return (this.#loads.get(key) ?? this.#start(key, load, { options, refresh: false })).result;
    const isFresh = known.freshUntil > performance.now();
    this.#parts.metrics.hit(isFresh ? 'l1' : 'stale');
    if (!isFresh && !this.#loads.has(key)) this.#start(key, load, { options, refresh: true }).result.catch(() => undefined); // the old one stays
    return known.value;
  }

  /** What the caches have of a key; `undefined` when they have nothing, or know that there is nothing. Never loads, never rejects. */
  async get(key: string): Promise<Value | undefined> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#parts.metrics.hit('l1');
      return known.value;
    }
    const shared = await this.#read(key, 'look');
    if (shared?.state === 'found') {
      this.#parts.metrics.hit('l2');
      return shared.value;
    }
    this.#parts.metrics.miss();
    return undefined;
  }

  /**
   * Puts a value in both levels and makes every other process forget its own. The caller has stored it and committed, unless the cache was made to
   * write: then this rejects with the store's error and caches nothing (`through`), or stores it later (`behind`).
   */
  async set(key: string, value: Value, { ttlMs }: EntryOptions = {}): Promise<void> {
    const { options, invalidations } = this.#parts;
    if (options.write !== undefined && 'through' in options.write) await options.write.through({ key, value });
    await this.#behind?.add(key, value);
    const freshMs = jittered(ttlMs ?? options.ttlMs ?? 0);
    if (options.ttlMs === undefined) await invalidations.send(this.name, key);
    else {
      const lifetimeMs = Math.ceil(freshMs + (options.staleMs ?? 0));
      await invalidations.replace(this.name, key, { text: entryText(value, freshMs), lifetimeMs });
    }
    this.#keep(key, value, jittered(Math.min(options.l1TtlMs, ttlMs ?? Infinity)));
  }

  /** Forgets a key here at once and everywhere else within the time of a message. Call it after the commit. Never rejects. */
  async delete(key: string): Promise<void> {
    this.#forget(key);
    await this.#parts.invalidations.send(this.name, key);
  }

  /** Forgets every key that the pattern fits, `*` standing for any text. Looks at every key of Redis: prefer a group. Never rejects. */
  async deletePattern(pattern: string): Promise<void> {
    this.#forgetWhere((key) => fits(pattern, key));
    await this.#parts.invalidations.sendPattern(this.name, pattern);
  }

  /** Stores what waits to be written behind. */
  async close(): Promise<void> {
    await this.#behind?.close();
  }

  #start(key: string, load: () => Promise<Value | undefined>, how: { options: EntryOptions; refresh: boolean }): Load<Value> {
    const started: Load<Value> = { result: Promise.resolve().then(() => this.#fetch(key, load, { ...how, own: started })), stale: false };
    this.#loads.set(key, started);
    return started;
  }

  async #fetch(
    key: string,
    load: () => Promise<Value | undefined>,
    { options: { ttlMs }, refresh, own }: { options: EntryOptions; refresh: boolean; own: Load<Value> },
  ): Promise<Value | undefined> {
    const { metrics, options } = this.#parts;
    let claim: (SharedReading<Value> & { state: 'claimed' }) | undefined;
    let freshMs = 0;
    try {
      const shared = options.ttlMs === undefined ? undefined : await this.#readOrWait(key, refresh);
      if (shared?.state === 'found') {
        metrics.hit(shared.freshForMs > 0 ? 'l2' : 'stale');
        // past its time, the next reader loads it anew
        if (!own.stale) this.#keep(key, shared.value, Math.min(this.#l1TtlOf(shared.value, ttlMs), shared.freshForMs));
        return shared.value;
      }
      if (shared?.state === 'claimed') claim = shared;
      metrics.miss();
      const started = performance.now();
      const value = await load();
      metrics.took('load', (performance.now() - started) / 1_000);
      if (own.stale) return value;
      this.#keep(key, value, this.#l1TtlOf(value, ttlMs));
      const lifetimeMs = ttlMs ?? options.ttlMs ?? 0;
      freshMs = jittered(value === undefined ? Math.min(lifetimeMs, this.#negativeTtlMs) : lifetimeMs);
      if (claim !== undefined) {
        void this.#shared.store(key, { ...claim, value, freshMs, staleMs: value === undefined ? 0 : (options.staleMs ?? 0) });
        claim = undefined;
      }
      return value;
    } finally {
      if (claim !== undefined) void this.#shared.store(key, { ...claim, value: undefined, freshMs: 0, staleMs: 0 });
      if (this.#loads.get(key) === own) this.#loads.delete(key);
    }
  }

  /** What Redis has, the claim to load it, or nothing when another process takes too long or Redis is of no help. */
  async #readOrWait(key: string, refresh: boolean): Promise<SharedReading<Value> | undefined> {
    const until = performance.now() + OTHERS_LOAD_MS;
    let reading = await this.#read(key, refresh ? 'reload' : 'claim');
    while (reading?.state === 'loading' && performance.now() < until) {
      await pause(LOOK_EVERY_MS);
      reading = await this.#read(key, 'claim');
    }
    return reading?.state === 'loading' ? undefined : reading;
  }

  async #read(key: string, mode: ReadMode): Promise<SharedReading<Value> | undefined> {
    const { invalidations, metrics } = this.#parts;
    const started = performance.now();
    const reading = invalidations.isPending(this.name, key) ? undefined : await this.#shared.read(key, mode);
    metrics.took('read', (performance.now() - started) / 1_000);
    if (reading === undefined) metrics.bypass();
    return reading;
  }

  get #negativeTtlMs(): number {
    const { l1TtlMs, negativeTtlMs = l1TtlMs } = this.#parts.options;
    return Math.min(negativeTtlMs, NEGATIVE_TTL_MS_MAX);
  }

  #l1TtlOf(value: Value | undefined, ttlMs = Infinity): number {
    const positiveMs = Math.min(this.#parts.options.l1TtlMs, ttlMs);
    return jittered(value === undefined ? Math.min(positiveMs, this.#negativeTtlMs) : positiveMs);
  }

  #keep(key: string, value: Value | undefined, freshMs: number): void {
    const staleMs = value === undefined ? 0 : (this.#parts.options.staleMs ?? 0);
    this.#entries.set(key, { value, freshUntil: performance.now() + freshMs }, freshMs + staleMs);
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    const running = this.#loads.get(key);
    if (running === undefined) return;
    running.stale = true;
    this.#loads.delete(key);
  }

  #forgetWhere(matches: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys(), ...this.#loads.keys()]) if (matches(key)) this.#forget(key);
  }
}

function jittered(ms: number): number {
  return ms * (1 + JITTER * (2 * Math.random() - 1));
}
