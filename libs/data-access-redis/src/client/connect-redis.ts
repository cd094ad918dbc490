import {
  type AuthFailureGuard,
  type CrashMarkers,
  type Logger,
  type Metrics,
  type RateLimiter,
  type ReplyChannel,
  UnavailableError,
  withTimeout,
} from '@caas/runtime';
import { Redis } from 'ioredis';
import { CacheLink } from '../cache/cache-link.js';
import { Cache, type CacheOptions } from '../cache/cache.js';
import { Invalidations } from '../cache/invalidations.js';
import { LocalBudget } from '../cache/local-entries.js';
import { TenantCache, type TenantCacheOptions, tenantEntryOf } from '../cache/tenant-cache.js';
import { FailureGuard, type FailureGuardOptions } from '../limits/failure-guard.js';
import { LeasedRateLimiter, type RateLimiterOptions } from '../limits/leased-rate-limiter.js';
import { RedisLease } from '../leases/redis-lease.js';
import { RedisCrashMarkers } from '../markers/redis-crash-markers.js';
import { QuotaCounters } from '../quotas/quota-counters.js';
import { QuotaLedger, type QuotaLedgerOptions } from '../quotas/quota-ledger.js';
import { RedisReplyChannel, type ReplyChannelOptions } from '../replies/redis-reply-channel.js';
import { isAccessRefusal, translateRedisError } from './redis-errors.js';
import { localCacheGauges, redisMetrics, type RedisMetrics } from './redis-metrics.js';
import { FenceBoard } from '../fences/fence-board.js';
import { UseCounter } from '../uses/use-counter.js';
import { Subscriber } from './subscriber.js';
import { SharedBoard } from '../notes/shared-board.js';
import { TenantCooldowns } from '../notes/tenant-cooldowns.js';
import { TenantNotes } from '../notes/tenant-notes.js';

/** Groups of one cache whose generation a process remembers. */
const GENERATIONS_MAX = 1_000;
/** Longer than the entries under it are kept. */
const GENERATION_TTL_MS = 3_600_000;

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
 * Connects to Redis. Resolves once it answers; rejects with `UnavailableError` when it does not within `connectTimeoutMs`, and at once when it refuses the
 * login (reason `REDIS_ACCESS_REFUSED`). Later losses are reconnected in the background for as long as it takes; meanwhile every call fails at once, nothing is queued.
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
  readonly #cacheLink: CacheLink;
  readonly #cacheBudget: LocalBudget;
  readonly #logger: Logger;
  readonly #metrics: RedisMetrics;
  readonly #owned: { close(): void | Promise<void> }[] = [];

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
    this.#cacheLink = new CacheLink(this.#redis, { metrics: this.#metrics });
    this.#cacheBudget = new LocalBudget(() => this.#logger.warn('the caches of this process are 80 % full'));
    localCacheGauges(metrics, this.#cacheBudget);
  }

  /** Starts connecting; resolves when the server is ready, rejects when it refuses the login. Used by {@link connectRedis} only. */
  async connect(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#redis.once('ready', resolve);
      this.#redis.on('error', (error: Error) => isAccessRefusal(error) && reject(error)); // waiting does not mend a password
    });
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

  /** Slows down whoever tries credentials; one per process. */
  failureGuard(options: FailureGuardOptions = {}): AuthFailureGuard {
    return new FailureGuard(this.#redis, options);
  }

  /** Usage that every process counts together; one per process. What it holds is given back by {@link close}. */
  quotaLedger(options: QuotaLedgerOptions): QuotaLedger {
    const ledger = new QuotaLedger(this.#redis, { metrics: this.#metrics, ...options });
    this.#owned.push(ledger);
    return ledger;
  }

  /** Reading and mending the counters of {@link quotaLedger}. */
  quotaCounters(): QuotaCounters {
    return new QuotaCounters(this.#redis);
  }

  /** Lets one process at a time do what `name` stands for. */
  lease(name: string, { ttlMs }: { ttlMs: number }): RedisLease {
    return new RedisLease(this.#redis, { name, ttlMs });
  }

  /** A few notes that every process sees. `name` is the same in all processes. */
  board(name: string): SharedBoard {
    return new SharedBoard(this.#redis, name);
  }

  /** Counts uses of things that may be used so many times. `name` is the same in all processes. */
  useCounter(name: string): UseCounter {
    return new UseCounter(this.#redis, name);
  }

  /** What processes were at when they died. */
  crashMarkers(): CrashMarkers {
    return new RedisCrashMarkers(this.#redis);
  }

  /** The board that tells every process of the installation whose writes to hold back. */
  fenceBoard(name: string): FenceBoard {
    return new FenceBoard(name, { redis: this.#redis, subscriber: this.#subscriber });
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

  /** A cache whose entries every process can invalidate, for what belongs to no tenant. `name` is the same in all processes. */
  cache<Value extends NonNullable<unknown>>(name: string, options: CacheOptions<Value>): Cache<Value> {
    const cache = new Cache<Value>(name, {
      link: this.#cacheLink,
      invalidations: this.#invalidations,
      budget: this.#cacheBudget,
      metrics: this.#metrics.cache(name),
      logger: this.#logger.child({ cache: name }),
      options,
    });
    this.#owned.push(cache);
    return cache;
  }

  /** A cache of things that belong to tenants: the tenant is part of every key. */
  tenantCache<Value extends NonNullable<unknown>>(name: string, { write, ...options }: TenantCacheOptions<Value>): TenantCache<Value> {
    const cache = this.cache<Value>(name, { ...options, ...(write === undefined ? {} : { write: tenantWrite(write) }) });
    const generations = this.cache<string>(`${name}.generation`, {
      l1TtlMs: options.l1TtlMs,
      l1Max: GENERATIONS_MAX,
      ttlMs: Math.max(GENERATION_TTL_MS, 2 * (options.ttlMs ?? 0)),
    });
    return new TenantCache(cache, generations);
  }

  /** Short texts about things of tenants that every process can read for a while. `name` is the same in all processes. */
  tenantNotes(name: string): TenantNotes {
    return new TenantNotes(name, this.#cacheLink);
  }

  /** Pauses between things that people do. `name` is the same in all processes. */
  tenantCooldowns(name: string): TenantCooldowns {
    return new TenantCooldowns(name, this.#cacheLink);
  }

  /** Stores and reports what waits, then ends both connections; waiting replies end with "no answer". Repeatable. */
  async close(): Promise<void> {
    await Promise.all(this.#owned.splice(0).map(async (owned) => owned.close()));
    this.#invalidations.close();
    await this.#subscriber.close();
    this.#redis.disconnect();
  }
}

function tenantWrite<Value>(write: NonNullable<TenantCacheOptions<Value>['write']>): NonNullable<CacheOptions<Value>['write']> {
  if ('through' in write) return { through: (entry) => write.through(tenantEntryOf(entry)) };
  const { store, ...rest } = write.behind;
  return { behind: { ...rest, store: (entries) => store(entries.map(tenantEntryOf)) } };
}
