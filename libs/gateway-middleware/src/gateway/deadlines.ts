import { type Exchange } from '../pipeline/exchange.js';

/** How exactly deadlines are kept: late by at most this, or by a quarter of a shorter deadline. */
const TICK_MS_MAX = 250;

/**
 * The requests being worked on, with their deadlines. Requests of one duration expire in the order in which they came, so that a set in
 * insertion order and one coarse timer do what a timer per request would, for a tenth of its cost.
 */
export class Deadlines {
  readonly #queues = new Map<number, { readonly exchanges: Set<Exchange>; readonly timer: NodeJS.Timeout }>();
  #count = 0;

  /** Number of requests being worked on. */
  get count(): number {
    return this.#count;
  }

  /** Registers a duration before its first use; its queue lives until {@link stop}. */
  queueOf(timeoutMs: number): Set<Exchange> {
    let queue = this.#queues.get(timeoutMs);
    if (queue === undefined) {
      const exchanges = new Set<Exchange>();
      const timer = setInterval(() => expire(exchanges, performance.now() - timeoutMs), Math.ceil(Math.min(TICK_MS_MAX, timeoutMs / 4)));
      timer.unref();
      queue = { exchanges, timer };
      this.#queues.set(timeoutMs, queue);
    }
    return queue.exchanges;
  }

  enter(queue: Set<Exchange>, exchange: Exchange): void {
    queue.add(exchange);
    this.#count++;
  }

  /** Repeatable: only the first call of an exchange counts. */
  leave(queue: Set<Exchange>, exchange: Exchange): void {
    if (queue.delete(exchange)) this.#count--;
  }

  /** Has the answers of all open requests end their connections, which would otherwise stay open for the next request. */
  endConnections(): void {
    for (const { exchanges } of this.#queues.values()) {
      for (const { reply } of exchanges) reply.raw.shouldKeepAlive = false;
    }
  }

  /** Answers what is still open with "shutting down" and tells its handlers to stop. Returns how many there were. */
  cutOff(): number {
    let aborted = 0;
    for (const { exchanges } of this.#queues.values()) {
      for (const exchange of exchanges) {
        exchange.cutOff();
        aborted++;
      }
    }
    return aborted;
  }

  stop(): void {
    for (const { timer } of this.#queues.values()) clearInterval(timer);
  }
}

function expire(exchanges: Set<Exchange>, startedBefore: number): void {
  for (const exchange of exchanges) {
    if (exchange.startedAt > startedBefore) return;
    exchange.expire();
  }
}
