import { type Logger, type Metrics, type RateLimiter, type ReplyChannel, UnavailableError, withTimeout } from '@caas/runtime';
import { Redis } from 'ioredis';
import { Cache, type CacheOptions } from '../cache/cache.js';
import { Invalidations } from '../cache/invalidations.js';
import { LeasedRateLimiter, type RateLimiterOptions } from '../limits/leased-rate-limiter.js';
import { RedisReplyChannel, type ReplyChannelOptions } from '../replies/redis-reply-channel.js';
import { translateRedisError } from './redis-errors.js';
import { redisMetrics, type RedisMetrics } from './redis-metrics.js';
import { Subscriber } from './subscriber.js';

/** Longest pause between two attempts to reconnect. */
const RECONNECT_MS_MAX = 2_000;

export interface RedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Shown by `CLIENT LIST`. */
  readonly name: string;
  /** Milliseconds until a command without an answer fails. */
  readonly commandTimeoutMs?: number;
  /** Milliseconds that {@link connectRedis} waits for the first connection; 0 does not wait at all. */
  readonly connectTimeoutMs?: number;
}

/**
 * Connects to Redis. Resolves once it answers; rejects with `UnavailableError` when it does not within `connectTimeoutMs`. Later losses
 * are reconnected in the background for as long as it takes; meanwhile every call fails at once, nothing is queued.
 */
export async function connectRedis(options: RedisOptions): Promise<RedisAccess> {
  const { connectTimeoutMs = 10_000 } = options;
  const access = new RedisAccess(options);
  const ready = access.connect();
  if (connectTimeoutMs === 0) {
    ready.catch(() => undefined); // reported as an event of the connection; the background goes on trying
    return access;
  }
  try {
    await withTimeout(connectTimeoutMs, ready, () => new UnavailableError(`Redis did not answer within ${connectTimeoutMs} ms.`));
    return access;
  } catch (error) {
    await access.close();
    throw translateRedisError(error, 'connecting');
  }
}

/** Everything CAAS does with Redis, over one command connection and, once something listens, one subscriber connection. */
export class RedisAccess {
  readonly #redis: Redis;
  readonly #subscriber: Subscriber;
  readonly #invalidations: Invalidations;
  readonly #logger: Logger;
  readonly #metrics: RedisMetrics;
  readonly #owned: { close(): void }[] = [];

  constructor({ url, logger, metrics, name, commandTimeoutMs = 2_000 }: RedisOptions) {
    this.#logger = logger.child({ module: 'redis' });
    this.#metrics = redisMetrics(metrics);
    this.#redis = new Redis(url, {
      lazyConnect: true,
      connectionName: name,
      commandTimeout: commandTimeoutMs,
      connectTimeout: commandTimeoutMs,
      enableOfflineQueue: false, // a request must not wait for a reconnect
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableAutoPipelining: false, // costs more than it saves with one command a request
      retryStrategy: (attempt) => Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(attempt, 8)) * (0.5 + Math.random() / 2),
    });
    this.#redis.on('error', (error: Error) => this.#logger.warn({ err: error }, 'redis connection failed'));
    this.#redis.on('ready', () => this.#logger.info('redis connected'));
    this.#subscriber = new Subscriber(this.#redis, this.#logger);
    this.#invalidations = new Invalidations(this.#redis, this.#subscriber, this.#logger);
  }

  /** Starts connecting; resolves when the server is ready. Used by {@link connectRedis} only. */
  async connect(): Promise<void> {
    const ready = new Promise<void>((resolve) => this.#redis.once('ready', resolve));
    this.#redis.connect().catch(() => undefined); // every failed attempt is an error event, and another attempt follows
    await ready;
  }

  /** Resolves with the latency when Redis answers; rejects with `UnavailableError` otherwise. */
  async health(): Promise<{ readonly latencyMs: number }> {
    const started = performance.now();
    try {
      await this.#redis.ping();
    } catch (error) {
      throw translateRedisError(error, 'PING');
    }
    return { latencyMs: performance.now() - started };
  }

  /** Limits shared by every process that uses the same Redis. */
  rateLimiter(options: Partial<RateLimiterOptions> = {}): RateLimiter {
    return new LeasedRateLimiter(this.#redis, { metrics: this.#metrics, ...options });
  }

  /** The channel on which this process gets answers; `address` is its name, unique among the running processes. */
  replies(address: string, options: ReplyChannelOptions = {}): ReplyChannel {
    const channel = new RedisReplyChannel(address, {
      redis: this.#redis,
      subscriber: this.#subscriber,
      logger: this.#logger,
      metrics: this.#metrics,
      options,
    });
    this.#owned.push(channel);
    return channel;
  }

  /** A cache whose entries every process can invalidate. `name` is the same in all of them. */
  cache<Value extends NonNullable<unknown>>(name: string, options: CacheOptions): Cache<Value> {
    return new Cache<Value>(name, { redis: this.#redis, invalidations: this.#invalidations, metrics: this.#metrics, options });
  }

  /** Ends both connections; waiting replies end with "no answer". Repeatable. */
  async close(): Promise<void> {
    for (const owned of this.#owned.splice(0)) owned.close();
    await this.#subscriber.close();
    this.#redis.disconnect();
  }
}
