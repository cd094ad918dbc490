import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { type ActingUser, type ActingUserResolver, type TenantContext } from '@caas/runtime';
import { toActingUser } from './acting-user.js';
import { type UserReader } from './user-reader.js';

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
  readonly #cache: TenantCache<ActingUser>;

  constructor({ users, redis }: { users: UserReader; redis: RedisAccess }) {
    this.#users = users;
    this.#cache = redis.tenantCache('acting-user', { l1TtlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS, l1Max: ENTRIES_MAX });
  }

  resolve(tenant: TenantContext, reference: string): ActingUser | undefined | Promise<ActingUser | undefined> {
    return this.#cache.forTenant(tenant.tenantId).wrap(reference, async () => {
      const user = await this.#users.find(tenant, reference);
      return user?.status === 'active' ? toActingUser(user) : undefined;
    });
  }
}
