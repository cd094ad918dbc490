import { type Mongo } from '@caas/data-access-mongo';
import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { type TenantContext } from '@caas/runtime';
import { NOTICED_WITHIN_MS } from '../revocations/revocation-list.js';
import { userSessions } from './user-sessions.collection.js';

/** What a token needs to know of its session. */
export interface SessionState {
  readonly isActive: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

const SHARED_TTL_MS = 30_000;
const ENTRIES_MAX = 50_000;
/** A session just opened is found at once. */
const NEGATIVE_TTL_MS = 1;

/** Whether sessions are alive, as the rows say; cached as {@link RevocationList} caches, for the same time. */
export class SessionStates {
  readonly #mongo: Mongo;
  readonly #states: TenantCache<SessionState>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: RedisAccess }) {
    this.#mongo = mongo;
    this.#states = redis.tenantCache('sessions', {
      l1TtlMs: NOTICED_WITHIN_MS,
      l1Max: ENTRIES_MAX,
      ttlMs: SHARED_TTL_MS,
      negativeTtlMs: NEGATIVE_TTL_MS,
    });
  }

  /** `undefined` when the tenant has no such session any more. Rejects when no store answers. */
  of(tenant: TenantContext, sessionId: string): SessionState | undefined | Promise<SessionState | undefined> {
    return this.#states.forTenant(tenant.tenantId).wrap(sessionId, async () => {
      const session = await this.#mongo
        .forTenant(tenant)
        .repository(userSessions)
        .find(sessionId, { readFrom: 'primary', select: ['status', 'created_at', 'expires_at'] });
      return (
        session && {
          isActive: session.status === 'active',
          createdAt: session.created_at.getTime(),
          expiresAt: session.expires_at.getTime(),
        }
      );
    });
  }

  /** Makes every process look again. Call it after the change of a session. Never rejects. */
  async changed(tenant: TenantContext, sessionIds: readonly string[]): Promise<void> {
    const states = this.#states.forTenant(tenant.tenantId);
    await Promise.all(sessionIds.map((id) => states.delete(id)));
  }
}
