import { type Mongo } from '@caas/data-access-mongo';
import { type AuditEntry, ConflictError, NotFoundError, type Quotas, type TenantContext, VersionConflictError } from '@caas/runtime';
import { type UserAnnouncer } from './user-announcer.js';
import { type User, users } from './users.collection.js';

type UserStatus = User['status'];

export interface Ban {
  readonly by: string;
  readonly reason: string | null;
  /** Null for good. */
  readonly until: Date | null;
}

interface Move {
  readonly from: readonly UserStatus[];
  readonly to: UserStatus;
  readonly by: string;
  readonly moderation: Pick<User['moderation'], 'ban_reason' | 'banned_until' | 'banned_by'>;
}

/** Rounds of looking and writing; each lost one means that somebody changed the user in between. */
const ROUNDS_MAX = 10;

/**
 * The state of accounts. Every move is guarded by the version before it and told of, so of two moves at once one looks again. Only active users count against
 * the plan.
 */
export class UserAccountsService {
  readonly #mongo: Mongo;
  readonly #quotas: Pick<Quotas, 'count' | 'release'>;
  readonly #announcer: UserAnnouncer;

  constructor(options: { mongo: Mongo; quotas: Pick<Quotas, 'count' | 'release'>; announcer: UserAnnouncer }) {
    this.#mongo = options.mongo;
    this.#quotas = options.quotas;
    this.#announcer = options.announcer;
  }

  /** Bans an active or inactive user, or changes the ban of a banned one. Throws `NotFoundError` when there is no such live user. */
  ban(tenant: TenantContext, userId: string, { by, reason, until }: Ban): Promise<User> {
    return this.#move(tenant, userId, {
      from: ['active', 'inactive', 'banned'],
      to: 'banned',
      by,
      moderation: { ban_reason: reason, banned_until: until, banned_by: by },
    });
  }

  /** Ends a ban. Throws `ConflictError` `RES_STATE` for a user who is not banned. */
  unban(tenant: TenantContext, userId: string, by: string): Promise<User> {
    return this.#move(tenant, userId, {
      from: ['banned'],
      to: 'active',
      by,
      moderation: { ban_reason: null, banned_until: null, banned_by: null },
    });
  }

  /**
   * Deletes a user: reads no longer see them, and both `external_id` and username are free again. False when the user was deleted already
   * or never existed.
   */
  remove(tenant: TenantContext, userId: string, by: string): Promise<boolean> {
    const repository = this.#repository(tenant);
    return untilUndisturbed(async () => {
      const user = await repository.find(userId, { readFrom: 'primary' });
      if (user === undefined) return false;
      const set = { status: 'deleted', 'profile.username': null, 'profile.username_lc': null } as const;
      const write = async (): Promise<true> => {
        if (!(await repository.softDelete(userId, by, { set })))
          throw new VersionConflictError('The user is deleted.', { currentVersion: user.__v });
        return true;
      };
      const audit = auditOf(tenant, userId, { by, type: 'delete', name: 'user.deleted' });
      await this.#announcer.deleted(tenant, user, { by: { by }, audit, write });
      if (user.status === 'active') this.#quotas.release(tenant, 'users_count');
      return true;
    });
  }

  #move(tenant: TenantContext, userId: string, { from, to, by, moderation }: Move): Promise<User> {
    const repository = this.#repository(tenant);
    const set = { status: to, ...Object.fromEntries(Object.entries(moderation).map(([field, value]) => [`moderation.${field}`, value])) };
    return untilUndisturbed(async () => {
      const user = await repository.find(userId, { readFrom: 'primary' });
      if (user === undefined) throw new NotFoundError();
      if (!from.includes(user.status)) {
        throw new ConflictError(`A user who is ${user.status} cannot become ${to}.`, {
          code: 'RES_STATE',
          details: { status: user.status },
        });
      }
      const write = (): Promise<User> => repository.update(userId, { set }, { expectedVersion: user.__v });
      const audit = auditOf(tenant, userId, {
        by,
        type: 'update',
        name: to === 'banned' ? 'user.banned' : 'user.unbanned',
        reason: moderation.ban_reason,
      });
      const moved = await this.#announcer.updated(tenant, user, { after: { ...user, status: to }, by: { by }, audit, write });
      if (user.status === 'active' && to !== 'active') this.#quotas.release(tenant, 'users_count');
      if (user.status !== 'active' && to === 'active') await this.#quotas.count(tenant, 'users_count', 1);
      return moved;
    });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(users);
  }
}

/** What the security trail says of a move. */
function auditOf(
  { tenantId }: TenantContext,
  userId: string,
  { by, type, name, reason = null }: { by: string; type: string; name: string; reason?: string | null },
): AuditEntry {
  return {
    tenantId,
    actor: { type: by.startsWith('usr_') ? 'user' : by.startsWith('adm_') ? 'client_admin' : 'api', id: by },
    action: { category: 'data', type, name },
    target: { type: 'user', id: userId },
    ...(reason !== null && { reason }),
  };
}

/** Repeats work from its look on when somebody else changed what it looked at. */
async function untilUndisturbed<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let round = 1; ; round += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof VersionConflictError) || round >= ROUNDS_MAX) throw error;
    }
  }
}
