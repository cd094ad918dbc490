import { type Mongo, op } from '@caas/data-access-mongo';
import { ConflictError, NotFoundError, type Quotas, type TenantContext } from '@caas/runtime';
import { type User, users } from './users.collection.js';

type UserStatus = User['status'];

export interface Ban {
  readonly by: string;
  readonly reason: string | null;
  /** Null for good. */
  readonly until: Date | null;
}

/**
 * The state of accounts. Every move is one atomic step that is guarded by the state before it, so of two moves at once one is refused. Only active users
 * count against the plan; what two moves at once may skew there, the nightly recount mends.
 */
export class UserAccountsService {
  readonly #mongo: Mongo;
  readonly #quotas: Pick<Quotas, 'count' | 'release'>;

  constructor(options: { mongo: Mongo; quotas: Pick<Quotas, 'count' | 'release'> }) {
    this.#mongo = options.mongo;
    this.#quotas = options.quotas;
  }

  /** Bans an active or inactive user, or changes the ban of a banned one. Throws `NotFoundError` when there is no such live user. */
  ban(tenant: TenantContext, userId: string, { by, reason, until }: Ban): Promise<User> {
    return this.#move(tenant, userId, {
      from: ['active', 'inactive', 'banned'],
      to: 'banned',
      moderation: { ban_reason: reason, banned_until: until, banned_by: by },
    });
  }

  /** Ends a ban. Throws `ConflictError` `RES_STATE` for a user who is not banned. */
  unban(tenant: TenantContext, userId: string): Promise<User> {
    return this.#move(tenant, userId, {
      from: ['banned'],
      to: 'active',
      moderation: { ban_reason: null, banned_until: null, banned_by: null },
    });
  }

  /**
   * Deletes a user: reads no longer see them, and both `external_id` and username are free again. False when the user was deleted already
   * or never existed.
   */
  async remove(tenant: TenantContext, userId: string, by: string): Promise<boolean> {
    const set = { status: 'deleted', 'profile.username': null, 'profile.username_lc': null } as const;
    const before = await this.#statusOf(tenant, userId);
    const isRemoved = await this.#repository(tenant).softDelete(userId, by, { set });
    if (isRemoved && before === 'active') this.#quotas.release(tenant, 'users_count');
    return isRemoved;
  }

  async #move(
    tenant: TenantContext,
    userId: string,
    move: {
      from: readonly UserStatus[];
      to: UserStatus;
      moderation: Pick<User['moderation'], 'ban_reason' | 'banned_until' | 'banned_by'>;
    },
  ): Promise<User> {
    const moderation = Object.fromEntries(Object.entries(move.moderation).map(([field, value]) => [`moderation.${field}`, value]));
    const repository = this.#repository(tenant);
    const before = await this.#statusOf(tenant, userId);
    const moved = await repository.findOneAndUpdate(
      { user_id: userId, status: op.in(move.from) },
      { set: { status: move.to, ...moderation } },
    );
    if (moved !== undefined) {
      if (before === 'active' && move.to !== 'active') this.#quotas.release(tenant, 'users_count');
      if (before !== 'active' && move.to === 'active') await this.#quotas.count(tenant, 'users_count', 1);
      return moved;
    }
    const present = await repository.find(userId, { readFrom: 'primary' });
    if (present === undefined) throw new NotFoundError();
    throw new ConflictError(`A user who is ${present.status} cannot become ${move.to}.`, {
      code: 'RES_STATE',
      details: { status: present.status },
    });
  }

  async #statusOf(tenant: TenantContext, userId: string): Promise<UserStatus | undefined> {
    return (await this.#repository(tenant).find(userId, { readFrom: 'primary', select: ['status'] }))?.status;
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(users);
  }
}
