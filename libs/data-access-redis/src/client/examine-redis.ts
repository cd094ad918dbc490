import { Redis } from 'ioredis';
import { readClock, type ServerExamination } from '@caas/runtime';
import { redisFaultOf } from './redis-errors.js';

/** What looking at Redis came to. Facts that its user may not ask for are absent. */
export interface RedisExamination extends ServerExamination {
  /** `host:port`. */
  readonly address: string;
  readonly version?: string;
  /** What it does when its memory is full: `noeviction`, `allkeys-lru`… */
  readonly maxmemoryPolicy?: string;
}

export interface ExamineRedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly name: string;
  /** Milliseconds for each wait. */
  readonly timeoutMs: number;
}

/** Looks whether Redis can be used: one connection, one login, its time. Never rejects, changes nothing and leaves no connection open. */
export async function examineRedis({ url, name, timeoutMs }: ExamineRedisOptions): Promise<RedisExamination> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectionName: name,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false, // it asks what a user without administrative rights may not
    retryStrategy: () => null,
  });
  const address = `${redis.options.host ?? 'localhost'}:${redis.options.port ?? 6379}`;
  // What connecting rejects with says only that there is no connection.
  let reason: Error | undefined;
  redis.on('error', (error: Error) => (reason ??= error));
  try {
    await redis.connect();
    return { address, ...(await tellTime(redis)), ...(await tellFacts(redis)) };
  } catch (error) {
    return { address, fault: redisFaultOf(reason ?? error) };
  } finally {
    redis.disconnect();
  }
}

async function tellTime(redis: Redis): Promise<Pick<ServerExamination, 'latencyMs' | 'clock'>> {
  const askedAtMs = Date.now();
  const started = performance.now();
  const [seconds, microseconds] = await redis.time();
  const latencyMs = Math.round(performance.now() - started);
  const serverMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  return { latencyMs, clock: readClock(serverMs, { askedAtMs, answeredAtMs: askedAtMs + latencyMs }) };
}

async function tellFacts(redis: Redis): Promise<Pick<RedisExamination, 'version' | 'maxmemoryPolicy'>> {
  const text = await redis.info().catch(() => '');
  const fact = (name: string): string | undefined => new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(text)?.[1];
  const [version, maxmemoryPolicy] = [fact('redis_version'), fact('maxmemory_policy')];
  return { ...(version !== undefined && { version }), ...(maxmemoryPolicy !== undefined && { maxmemoryPolicy }) };
}
