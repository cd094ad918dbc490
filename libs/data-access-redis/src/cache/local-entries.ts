import { LRUCache } from 'lru-cache';

/** A value with its age; the value is `undefined` where there is no such thing. */
export interface LocalEntry<Value> {
  readonly value: Value | undefined;
  /** Milliseconds of `performance.now` until which it is fresh; after that it may still be handed out while it is loaded anew. */
  readonly freshUntil: number;
}

/** An entry with its bytes, measured once. */
interface Weighed<Value> extends LocalEntry<Value> {
  readonly bytes: number;
}

/** Bounds of what all caches of a process keep together. */
const ENTRIES_MAX = 50_000;
const BYTES_MAX = 100 * 2 ** 20;
const WARN_PART = 0.8;

/** What all caches of a process hold in memory, and what they may. One per connection to Redis. */
export class LocalBudget {
  entries = 0;
  bytes = 0;
  readonly #onNearlyFull: () => void;
  #warned = false;

  constructor(onNearlyFull: () => void) {
    this.#onNearlyFull = onNearlyFull;
  }

  get isExceeded(): boolean {
    return this.entries > ENTRIES_MAX || this.bytes > BYTES_MAX;
  }

  add(entries: number, bytes: number): void {
    this.entries += entries;
    this.bytes += bytes;
    const isNearlyFull = this.entries > ENTRIES_MAX * WARN_PART || this.bytes > BYTES_MAX * WARN_PART;
    if (isNearlyFull && !this.#warned) this.#onNearlyFull();
    this.#warned = isNearlyFull;
  }
}

export interface LocalEntriesOptions {
  readonly entriesMax: number;
  readonly bytesMax: number;
  readonly budget: LocalBudget;
  readonly onEvicted: () => void;
}

/**
 * The part of one cache that lives in this process: least recently used entries make room when the cache, or all caches together, have too many or
 * too large ones. Takes memory as it fills, not before.
 */
export class LocalEntries<Value> {
  readonly #entries: LRUCache<string, Weighed<Value>>;
  readonly #budget: LocalBudget;

  constructor({ entriesMax, bytesMax, budget, onEvicted }: LocalEntriesOptions) {
    this.#budget = budget;
    // `max` would allocate its arrays at once. An entry weighs at least its part of the bytes, so that the number is bounded as well.
    const bytesMin = Math.max(1, Math.floor(bytesMax / entriesMax));
    this.#entries = new LRUCache({
      maxSize: bytesMin * entriesMax,
      sizeCalculation: ({ bytes }) => Math.max(bytesMin, bytes), // one that is larger than everything is not kept
      dispose: ({ bytes }, _key, reason) => {
        budget.add(-1, -bytes);
        if (reason === 'evict') onEvicted();
      },
    });
  }

  get(key: string): LocalEntry<Value> | undefined {
    return this.#entries.get(key);
  }

  /** Keeps an entry for `ttlMs`, or forgets it when that is nothing. */
  set(key: string, entry: LocalEntry<Value>, ttlMs: number): void {
    if (ttlMs <= 0) return this.delete(key);
    const { value, freshUntil } = entry;
    const bytes = roughBytes(value) + 2 * key.length;
    this.#entries.set(key, { value, freshUntil, bytes }, { ttl: Math.ceil(ttlMs) });
    if (!this.#entries.has(key)) return;
    this.#budget.add(1, bytes);
    while (this.#budget.isExceeded && this.#entries.size > 0) this.#entries.pop(); // the one that grows makes room, not its neighbours
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** What a value takes in memory, about: texts at two bytes a character, numbers at eight, objects at their fields and some overhead. */
export function roughBytes(value: unknown, depth = 0): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null || depth > 8) return 8;
  if (value instanceof Uint8Array) return 64 + value.byteLength;
  if (value instanceof Date) return 48;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + 8 + roughBytes(item, depth + 1), 32);
  return Object.entries(value).reduce((sum, [name, item]) => sum + 16 + name.length + roughBytes(item, depth + 1), 48);
}
