import { type Logger } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { type Subscriber } from '../client/subscriber.js';

/** Hears that entries of a cache are no longer true. */
export interface InvalidationListener {
  onInvalidated(key: string): void;
  /** Messages may have been missed: nothing that is cached here can be trusted. */
  onGap(): void;
}

/** Invalidations that could not be sent are kept and sent when Redis is back, up to this number. */
const PENDING_MAX = 10_000;

/** Milliseconds for which a mark of an invalidation is kept: longer than any load takes. */
const MARK_TTL_MS = 60_000;

/** Tells every process that shares the Redis which entries of which cache to forget. One channel per cache. */
export class Invalidations {
  readonly #redis: Redis;
  readonly #subscriber: Subscriber;
  readonly #logger: Logger;
  readonly #pending = new Map<string, () => Promise<void>>();

  constructor(redis: Redis, subscriber: Subscriber, logger: Logger) {
    this.#redis = redis;
    this.#subscriber = subscriber;
    this.#logger = logger;
    redis.on('ready', () => void this.#sendPending());
  }

  /** Starts listening for a cache. Until Redis confirmed it, and after a loss, entries live no longer than their short time in the process. */
  listen(cache: string, listener: InvalidationListener): void {
    const subscription = { onMessage: (key: string) => listener.onInvalidated(key), onGap: () => listener.onGap() };
    this.#subscriber.subscribe(channelOf(cache), subscription).catch((error: unknown) => {
      this.#logger.warn({ err: error, cache }, 'invalidations of a cache could not be subscribed');
    });
  }

  /**
   * Forgets a shared entry, marks the moment, and tells the others. Never rejects: with Redis away it is done when Redis is back, before
   * which no process can read the shared entry either.
   */
  async send(cache: string, key: string): Promise<void> {
    const entry = entryKeys(cache, key);
    const send = async (): Promise<void> => {
      const results = await this.#redis
        .multi()
        .incr(entry.mark)
        .pexpire(entry.mark, MARK_TTL_MS)
        .del(entry.value)
        .publish(channelOf(cache), key)
        .exec();
      const failed = results?.find(([error]) => error !== null)?.[0];
      if (failed) throw failed;
    };
    try {
      await send();
    } catch (error) {
      this.#logger.warn({ err: error, cache }, 'an invalidation waits for Redis');
      if (this.#pending.size < PENDING_MAX) this.#pending.set(entry.value, send);
    }
  }

  async #sendPending(): Promise<void> {
    for (const [name, send] of [...this.#pending]) {
      try {
        await send();
        this.#pending.delete(name);
      } catch (error) {
        this.#logger.warn({ err: error }, 'invalidations wait for Redis');
        return; // lost again; the next connection goes on
      }
    }
  }
}

/** Where an entry and its mark live: one hash slot, so that one script reaches both. */
export function entryKeys(cache: string, key: string): { readonly value: string; readonly mark: string } {
  return { value: `cache:{${cache}:${key}}`, mark: `cache:{${cache}:${key}}:mark` };
}

function channelOf(cache: string): string {
  return `cache:${cache}`;
}
