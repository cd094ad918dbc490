import { type BackgroundJob } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type RedisAccess, type RedisLease } from '@caas/data-access-redis';
import { type Clock, type Logger, VersionConflictError } from '@caas/runtime';
import { apiKeyRevoked } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { type ApiKeyAnnouncer } from './api-key-announcer.js';
import { type ApiKey, apiKeys } from './api-keys.collection.js';

const LOOK_EVERY_MS = 60_000;
const BATCH = 500;
const SCHEDULER: ChangeOrigin = { by: 'scheduler' };

export interface ApiKeySweepParts {
  readonly mongo: Mongo;
  readonly redis: RedisAccess;
  readonly announcer: ApiKeyAnnouncer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes down that keys have ended whose time is over: replaced ones as revoked, the others as expired. Gateways refuse them by the clock already; this is for
 * lists, for the number of active keys, and for those who are told.
 */
export class ApiKeySweep implements BackgroundJob {
  readonly name = 'api-key-sweep';
  readonly #parts: ApiKeySweepParts;
  readonly #lease: RedisLease;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: ApiKeySweepParts) {
    this.#parts = parts;
    this.#lease = parts.redis.lease(this.name, { ttlMs: LOOK_EVERY_MS });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#look();
    }, LOOK_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Resolves with how many keys have ended. */
  async run(): Promise<number> {
    const now = new Date(this.#parts.clock.now());
    const replaced = await this.#due({ 'rotation.overlap_until': op.lte(now) });
    const expired = await this.#due({ 'restrictions.expires_at': op.lte(now) });
    const ids = new Set(replaced.map(({ key_id }) => key_id));
    let ended = 0;
    for (const key of replaced) ended += await this.#end(key, 'revoked', now);
    for (const key of expired) if (!ids.has(key.key_id)) ended += await this.#end(key, 'expired', now);
    return ended;
  }

  async #look(): Promise<void> {
    try {
      if (await this.#lease.take()) await this.run();
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'keys whose time is over are written down later');
    }
  }

  #due(when: Readonly<Record<`${string}.${string}`, ReturnType<typeof op.lte<Date>>>>): Promise<ApiKey[]> {
    return this.#parts.mongo.platform(apiKeys).findMany({ status: 'active', ...when }, { limit: BATCH, readFrom: 'primary' });
  }

  async #end(key: ApiKey, status: 'revoked' | 'expired', now: Date): Promise<number> {
    const { __v: version, key_id: id } = key;
    const revocation = { 'audit.revoked_by': SCHEDULER.by, 'audit.revoked_at': now, 'audit.revocation_reason': 'replaced' };
    const set = { status, ...(status === 'revoked' && revocation) };
    try {
      await this.#parts.announcer.commit(
        {
          tell: [{ event: apiKeyRevoked, of: key }], // it no longer works, whichever way it ended
          key,
          version: version + 1,
          action: { type: status === 'revoked' ? 'revoke' : 'expire', name: `api_key.${status}` },
          write: () => this.#parts.mongo.platform(apiKeys).update(id, { set }, { expectedVersion: version }),
        },
        SCHEDULER,
      );
      return 1;
    } catch (error) {
      if (error instanceof VersionConflictError) return 0; // somebody changed it: next time
      throw error;
    }
  }
}
