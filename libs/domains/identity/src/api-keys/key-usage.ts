import { type Mongo } from '@caas/data-access-mongo';
import { type RedisAccess } from '@caas/data-access-redis';
import { type Clock, type Logger } from '@caas/runtime';
import { parseCidr } from '@caas/schema';
import { apiKeys } from './api-keys.collection.js';

/** Between two writings of one key, by whichever process. */
const WRITE_EVERY_MS = 60_000;
/** How often a process tries; several share the minute of a key. */
const FLUSH_EVERY_MS = 15_000;
const ENDPOINT_LENGTH_MAX = 200;

/** What one process saw of a key since it last wrote it down. */
interface Seen {
  requests: number;
  failures: number;
  lastUsedAt: number;
  ip: string;
  endpoint: string;
  lastFailureAt: number;
  failureReason: string | null;
}

export interface KeyUsageParts {
  readonly mongo: Mongo;
  readonly redis: Pick<RedisAccess, 'lease'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Who used which key, when and from where, written down at most once a minute for each key: the process that gets the minute writes what it saw, the others keep
 * theirs for another one. Lost when the process is killed; requests wait for nothing of it.
 */
export class KeyUsage {
  readonly #parts: KeyUsageParts;
  #seen = new Map<string, Seen>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(parts: KeyUsageParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  /** Writes what is left, whoever wrote last. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#write([...this.#seen.keys()]);
  }

  used(keyId: string, ip: string, endpoint: string | undefined): void {
    const seen = this.#of(keyId);
    seen.requests += 1;
    seen.lastUsedAt = this.#parts.clock.now();
    seen.ip = ip;
    seen.endpoint = endpoint ?? '';
  }

  failed(keyId: string, reason: string): void {
    const seen = this.#of(keyId);
    seen.failures += 1;
    seen.lastFailureAt = this.#parts.clock.now();
    seen.failureReason = reason;
  }

  /** Requests of a key that are not written down yet, as far as this process knows. */
  pendingOf(keyId: string): number {
    return this.#seen.get(keyId)?.requests ?? 0;
  }

  /** Writes down the keys whose minute this process gets. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(async () => {
      const mine = await Promise.all([...this.#seen.keys()].map(async (keyId) => ((await this.#getsMinuteOf(keyId)) ? [keyId] : [])));
      await this.#write(mine.flat());
    });
    return this.#flushing;
  }

  #of(keyId: string): Seen {
    const known = this.#seen.get(keyId);
    if (known !== undefined) return known;
    const seen = { requests: 0, failures: 0, lastUsedAt: 0, ip: '', endpoint: '', lastFailureAt: 0, failureReason: null };
    this.#seen.set(keyId, seen);
    return seen;
  }

  /** A lease that nobody gives back. Without Redis each process has minutes of its own. */
  async #getsMinuteOf(keyId: string): Promise<boolean> {
    try {
      return await this.#parts.redis.lease(`key-usage:${keyId}`, { ttlMs: WRITE_EVERY_MS }).take();
    } catch {
      return true;
    }
  }

  async #write(keyIds: readonly string[]): Promise<void> {
    const batch = keyIds.flatMap((keyId) => {
      const seen = this.#seen.get(keyId);
      return seen === undefined ? [] : [{ keyId, seen }];
    });
    if (batch.length === 0) return;
    for (const { keyId } of batch) this.#seen.delete(keyId);
    try {
      await this.#parts.mongo.platform(apiKeys).updateManyById(batch.map(({ keyId, seen }) => ({ id: keyId, ...changeOf(seen) })));
    } catch (error) {
      this.#parts.logger.warn({ err: error, keys: batch.length }, 'the usage of API keys is written down later');
      for (const { keyId, seen } of batch) this.#keepAgain(keyId, seen);
    }
  }

  #keepAgain(keyId: string, old: Seen): void {
    const newer = this.#seen.get(keyId);
    if (newer === undefined) return void this.#seen.set(keyId, old);
    newer.requests += old.requests;
    newer.failures += old.failures;
  }
}

function changeOf({ requests, failures, lastUsedAt, ip, endpoint, lastFailureAt, failureReason }: Seen) {
  const address = parseCidr(ip)?.cidr.replace(/\/(?:32|128)$/u, '') ?? null;
  return {
    inc: { 'audit.total_requests': requests, 'audit.failed_requests': failures },
    set: {
      ...(requests > 0 && {
        'audit.last_used_at': new Date(lastUsedAt),
        'audit.last_used_ip': address,
        'audit.last_used_endpoint': endpoint.slice(0, ENDPOINT_LENGTH_MAX),
      }),
      ...(failures > 0 && { 'audit.last_failure_at': new Date(lastFailureAt), 'audit.last_failure_reason': failureReason }),
    },
  };
}
