import { randomBytes } from 'node:crypto';
import { type Logger } from '@caas/runtime';
import { type ChainableCommander, type Redis } from 'ioredis';
import { answerWithin } from '../limits/answer-within.js';
import { type Subscriber } from '../client/subscriber.js';

/** Hears that entries of a cache are no longer true. */
export interface InvalidationListener {
  onInvalidated(key: string): void;
  /** Every key that the pattern fits; `*` stands for any text. */
  onPattern(pattern: string): void;
  /** Messages may have been missed: nothing that is cached here can be trusted. */
  onGap(): void;
}

/** Invalidations that could not be sent are kept and sent when Redis is back, up to this number. */
const PENDING_MAX = 10_000;

/** Milliseconds for which a mark of an invalidation is kept: longer than any load takes. */
const MARK_TTL_MS = 60_000;

/** A writer waits no longer for Redis; what was not acknowledged by then is sent again. */
const TIMEOUT_MS = 250;
/** Looking at every key takes its time. */
const SCAN_TIMEOUT_MS = 30_000;
/** Keys that one step of a scan looks at. */
const SCAN_COUNT = 100;
const RETRY_MS = 1_000;

/**
 * Tells every process that shares the Redis which entries of which cache to forget. One channel per cache. A message says who sent it, because the
 * sender has done it already, and what it wants: `<sender> k <key>` or `<sender> p <pattern>`.
 */
export class Invalidations {
  readonly #redis: Redis;
  readonly #subscriber: Subscriber;
  readonly #logger: Logger;
  readonly #sender = randomBytes(6).toString('base64url');
  readonly #listeners = new Map<string, Set<InvalidationListener>>();
  readonly #pending = new Map<string, () => Promise<void>>();
  #retry: NodeJS.Timeout | undefined;

  constructor(redis: Redis, subscriber: Subscriber, logger: Logger) {
    this.#redis = redis;
    this.#subscriber = subscriber;
    this.#logger = logger;
    redis.on('ready', () => void this.#sendPending());
  }

  /** Starts listening for a cache. Until Redis confirmed it, and after a loss, entries live no longer than their short time in the process. */
  listen(cache: string, listener: InvalidationListener): void {
    const known = this.#listeners.get(cache);
    if (known !== undefined) {
      known.add(listener);
      return;
    }
    const listeners = new Set([listener]);
    this.#listeners.set(cache, listeners);
    const subscription = {
      onMessage: (message: string) => this.#deliver(listeners, message),
      onGap: () => listeners.forEach((one) => one.onGap()),
    };
    this.#subscriber.subscribe(channelOf(cache), subscription).catch((error: unknown) => {
      this.#logger.warn({ err: error, cache }, 'invalidations of a cache could not be subscribed');
    });
  }

  /**
   * Forgets a shared entry, marks the moment, and tells the others. Never rejects: with Redis away it is done when Redis is back, before
   * which this process does not read the shared entry either.
   */
  async send(cache: string, key: string): Promise<void> {
    const { value } = entryKeys(cache, key);
    await this.#sendOrKeep(value, () => this.#change(cache, key, (transaction) => transaction.del(value)));
    this.#tellNeighbours(cache, (listener) => listener.onInvalidated(key));
  }

  /** Puts another value in place of the shared entry; where that fails, the entry is forgotten as {@link send} does. Never rejects. */
  async replace(cache: string, key: string, { text, lifetimeMs }: { text: string; lifetimeMs: number }): Promise<void> {
    const { value } = entryKeys(cache, key);
    const replace = () => this.#change(cache, key, (transaction) => transaction.set(value, text, 'PX', lifetimeMs));
    await this.#sendOrKeep(value, () => this.#change(cache, key, (transaction) => transaction.del(value)), { first: replace });
    this.#tellNeighbours(cache, (listener) => listener.onInvalidated(key));
  }

  /** Tells every process to forget all keys that fit, then removes the shared entries, without blocking Redis. Never rejects. */
  async sendPattern(cache: string, pattern: string): Promise<void> {
    const send = async (): Promise<void> => {
      await this.#redis.publish(channelOf(cache), `${this.#sender} p ${pattern}`);
      await removeMatching(this.#redis, entryKeys(cache, pattern.replace(/[?[\]\\]/gu, '\\$&')).value);
    };
    this.#tellNeighbours(cache, (listener) => listener.onPattern(pattern));
    await this.#sendOrKeep(`${channelOf(cache)} ${pattern}`, send, { timeoutMs: SCAN_TIMEOUT_MS });
  }

  /** Whether the shared entry is out of date, as far as this process knows. */
  isPending(cache: string, key: string): boolean {
    return this.#pending.size > 0 && this.#pending.has(entryKeys(cache, key).value);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#pending.clear();
  }

  /** `first`: what to try before the command is kept for later. */
  async #sendOrKeep(name: string, command: () => Promise<void>, { first = command, timeoutMs = TIMEOUT_MS } = {}): Promise<void> {
    try {
      if (this.#redis.status !== 'ready') throw new Error('Redis is away.');
      await answerWithin(timeoutMs, first());
      this.#pending.delete(name);
    } catch (error) {
      this.#logger.warn({ err: error }, 'an invalidation waits for Redis');
      if (this.#pending.size < PENDING_MAX) this.#pending.set(name, command);
      this.#retryLater();
    }
  }

  async #change(cache: string, key: string, change: (transaction: ChainableCommander) => ChainableCommander): Promise<void> {
    const { mark } = entryKeys(cache, key);
    const transaction = this.#redis.multi().incr(mark).pexpire(mark, MARK_TTL_MS);
    const results = await change(transaction).publish(channelOf(cache), `${this.#sender} k ${key}`).exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }

  async #sendPending(): Promise<void> {
    for (const [name, send] of [...this.#pending]) {
      try {
        await send();
        if (this.#pending.get(name) === send) this.#pending.delete(name);
      } catch (error) {
        this.#logger.warn({ err: error }, 'invalidations wait for Redis');
        return this.#retryLater();
      }
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#sendPending(), RETRY_MS);
    this.#retry.unref();
  }

  #deliver(listeners: ReadonlySet<InvalidationListener>, message: string): void {
    const [sender = '', kind = ''] = message.split(' ', 2);
    if (sender === this.#sender) return;
    const subject = message.slice(sender.length + kind.length + 2);
    for (const listener of listeners) {
      if (kind === 'k') listener.onInvalidated(subject);
      else if (kind === 'p') listener.onPattern(subject);
      else listener.onGap(); // a newer version speaks: nothing can be trusted
    }
  }

  /** Other caches of the name in this process hear nothing of what it sends itself. */
  #tellNeighbours(cache: string, tell: (listener: InvalidationListener) => void): void {
    this.#listeners.get(cache)?.forEach(tell);
  }
}

/** Removes what matches, one key a command: keys of a pattern lie in different hash slots. */
async function removeMatching(redis: Redis, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    await Promise.all(keys.flatMap((key) => [redis.incr(`${key}:mark`), redis.pexpire(`${key}:mark`, MARK_TTL_MS), redis.unlink(key)]));
    cursor = next;
  } while (cursor !== '0');
}

/** Where an entry, its mark and its lock live: one hash slot, so that one script reaches all. */
export function entryKeys(cache: string, key: string): { readonly value: string; readonly mark: string; readonly lock: string } {
  const value = `cache:{${cache}:${key}}`;
  return { value, mark: `${value}:mark`, lock: `${value}:lock` };
}

function channelOf(cache: string): string {
  return `cache:${cache}`;
}
