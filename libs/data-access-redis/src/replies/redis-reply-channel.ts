import { type Logger, type ReplyChannel, type ReplyPayload, UnavailableError } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { type Subscriber } from '../client/subscriber.js';

export interface ReplyChannelOptions {
  /** Waiting requests of this process; one more is refused. */
  readonly waitersMax?: number;
}

interface ReplyChannelParts {
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly logger: Logger;
  readonly metrics: RedisMetrics;
  readonly options: ReplyChannelOptions;
}

const WAITERS_MAX = 10_000;

/** Answers over a pub/sub channel per process. Listens from the first waiter on; a process that only publishes never subscribes. */
export class RedisReplyChannel implements ReplyChannel {
  readonly address: string;
  readonly #parts: ReplyChannelParts;
  readonly #waiters = new Map<string, (payload: ReplyPayload | undefined) => void>();
  #listening = false;

  constructor(address: string, parts: ReplyChannelParts) {
    this.address = address;
    this.#parts = parts;
  }

  waitFor(correlationId: string, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal }): Promise<ReplyPayload | undefined> {
    const { waitersMax = WAITERS_MAX } = this.#parts.options;
    if (this.#waiters.size >= waitersMax || this.#waiters.has(correlationId)) {
      return Promise.reject(new UnavailableError('Too many requests wait for an answer.', { details: { retryAfterSeconds: 1 } }));
    }
    this.#listen();
    return new Promise((resolve) => {
      const finish = (payload: ReplyPayload | undefined): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        this.#waiters.delete(correlationId);
        resolve(payload);
      };
      const giveUp = (): void => finish(undefined);
      const timer = setTimeout(giveUp, timeoutMs);
      this.#waiters.set(correlationId, finish);
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', giveUp);
    });
  }

  async publish(address: string, correlationId: string, payload: ReplyPayload): Promise<void> {
    const { redis, metrics, logger } = this.#parts;
    try {
      const listeners = await redis.publish(channelOf(address), JSON.stringify({ id: correlationId, payload }));
      if (listeners === 0) metrics.replies('unsent');
    } catch (error) {
      metrics.replies('unsent');
      logger.debug({ err: error }, 'an answer could not be published');
    }
  }

  /** Ends every wait with "no answer". */
  close(): void {
    for (const finish of [...this.#waiters.values()]) finish(undefined);
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const { subscriber, logger } = this.#parts;
    subscriber.subscribe(channelOf(this.address), { onMessage: (message) => this.#deliver(message) }).catch((error: unknown) => {
      this.#listening = false; // the next waiter tries again; those that wait end with their timeouts
      logger.warn({ err: error }, 'the reply channel could not be subscribed');
    });
  }

  #deliver(message: string): void {
    const { metrics, logger } = this.#parts;
    let reply: { id?: unknown; payload?: unknown };
    try {
      reply = JSON.parse(message) as typeof reply;
    } catch (error) {
      logger.warn({ err: error }, 'an unreadable answer was dropped');
      return;
    }
    const finish = typeof reply.id === 'string' ? this.#waiters.get(reply.id) : undefined;
    metrics.replies(finish === undefined ? 'unclaimed' : 'delivered');
    finish?.((reply.payload ?? {}) as ReplyPayload);
  }
}

function channelOf(address: string): string {
  return `reply:${address}`;
}
