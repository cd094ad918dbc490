import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { type ActingUser, type ActingUserResolver, type Clock, systemClock, type TenantContext } from '@caas/runtime';
import { toActingUser } from './acting-user.js';
import { type UserReader } from './user-reader.js';
import { type User } from './users.collection.js';

/** How old a user's name or status may be where it is only copied or checked. */
const TTL_MS = 5_000;
/** Practically none: a user just created is found at once. */
const NEGATIVE_TTL_MS = 1;
const ENTRIES_MAX = 10_000;

/**
 * The users that keys act for, cached in this process. A user who is not active cannot be acted for. The tenant is part of every key.
 */
export class ActingUserDirectory implements ActingUserResolver {
  readonly #users: UserReader;
  readonly #clock: Clock;
  readonly #cache: TenantCache<ActingUser>;

  constructor({ users, redis, clock = systemClock }: { users: UserReader; redis: RedisAccess; clock?: Clock }) {
    this.#users = users;
    this.#clock = clock;
    this.#cache = redis.tenantCache('acting-user', { l1TtlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS, l1Max: ENTRIES_MAX });
  }

  /** Makes every process look at a user anew, by either reference. */
  async forget(tenant: TenantContext, { user_id, external_id }: Pick<User, 'user_id' | 'external_id'>): Promise<void> {
    const entries = this.#cache.forTenant(tenant.tenantId);
    await Promise.all([entries.delete(user_id), entries.delete(`ext:${external_id}`)]);
  }

  resolve(tenant: TenantContext, reference: string): ActingUser | undefined | Promise<ActingUser | undefined> {
    return this.#cache.forTenant(tenant.tenantId).wrap(reference, async () => {
      const user = await this.#users.find(tenant, reference);
      return user !== undefined && mayAct(user, this.#clock.now()) ? toActingUser(user) : undefined;
    });
  }
}

/** Active, or banned until a time that has passed. */
function mayAct({ status, moderation }: User, now: number): boolean {
  if (status !== 'banned') return status === 'active';
  return moderation.banned_until !== null && moderation.banned_until.getTime() <= now;
}
