import { type Logger, UnavailableError } from '@caas/runtime';
import { type CacheMetrics } from '../client/redis-metrics.js';

/** One entry on its way to the store. */
export interface StoredEntry<Value> {
  readonly key: string;
  readonly value: Value;
}

export interface WriteBehindOptions<Value> {
  /** Writes entries to the store; each key once, with its last value. Entries of a batch that it rejects are tried again, so it must be idempotent. */
  readonly store: (entries: readonly StoredEntry<Value>[]) => Promise<void>;
  /** Milliseconds after which a change is written; 1 000 unless given. */
  readonly flushEveryMs?: number;
  /** Changed keys that may wait; whoever adds one more waits for a flush. 1 000 unless given. */
  readonly pendingMax?: number;
}

/**
 * Changes that are cached already and stored a little later, the last value of each key only. Lost when the process is killed: for what the next change
 * replaces anyway, such as presence.
 */
export class WriteBehind<Value> {
  readonly #options: Required<WriteBehindOptions<Value>>;
  readonly #metrics: CacheMetrics;
  readonly #logger: Logger;
  #pending = new Map<string, Value>();
  #underway = 0;
  #flushing: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WriteBehindOptions<Value>, { metrics, logger }: { metrics: CacheMetrics; logger: Logger }) {
    this.#options = { flushEveryMs: 1_000, pendingMax: 1_000, ...options };
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** Resolves at once while there is room, else when a flush has made some. Rejects with `UnavailableError` when the store is down and too much waits. */
  async add(key: string, value: Value): Promise<void> {
    while (this.#pending.size + this.#underway >= this.#options.pendingMax && !this.#pending.has(key)) {
      if (!(await this.flush()) && !this.#pending.has(key))
        throw new UnavailableError('Too many changes wait for the store.', { details: { retryAfterSeconds: 1 } });
    }
    this.#pending.set(key, value);
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.flushEveryMs).unref();
  }

  /** Writes everything that waits. Resolves with whether all of it was stored; never rejects. */
  flush(): Promise<boolean> {
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  /** A last flush; what it cannot store is lost and said so. */
  async close(): Promise<void> {
    await this.#flushing;
    if (!(await this.flush())) this.#logger.error({ entries: this.#pending.size }, 'changes of a cache could not be stored and are lost');
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending;
    if (batch.size === 0) return true;
    this.#pending = new Map();
    this.#underway = batch.size;
    const started = performance.now();
    try {
      await this.#options.store([...batch].map(([key, value]) => ({ key, value })));
      return true;
    } catch (error) {
      this.#metrics.storeFailed(batch.size);
      this.#logger.warn({ err: error, entries: batch.size }, 'changes of a cache could not be stored; they are tried again');
      this.#pending = new Map([...batch, ...this.#pending]); // a newer value wins
      this.#timer ??= setTimeout(() => void this.flush(), this.#options.flushEveryMs).unref();
      return false;
    } finally {
      this.#underway = 0;
      this.#metrics.took('store', (performance.now() - started) / 1_000);
    }
  }
}
