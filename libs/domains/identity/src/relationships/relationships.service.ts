import { type Mongo, type NewDocumentOf, op, type Page } from '@caas/data-access-mongo';
import { type Clock, ConflictError, type TenantContext, ValidationError } from '@caas/runtime';
import { type UserRelationship, userRelationships } from './user-relationships.collection.js';

/** From one user to another. */
export interface Edge {
  readonly userId: string;
  readonly targetId: string;
}

type NewEdge = NewDocumentOf<typeof userRelationships>;

/** Friendships and blocks. What concerns both sides changes in one transaction. */
export class RelationshipsService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  /** Blocks a user: friendship and following end both ways. Blocking again changes nothing. */
  async block(
    tenant: TenantContext,
    edge: Edge,
    { reason, reportId }: { reason?: string; reportId?: string } = {},
  ): Promise<UserRelationship> {
    refuseSelf(edge);
    const { userId, targetId } = edge;
    return this.#mongo.withTransaction(async () => {
      const repository = this.#repository(tenant);
      const ended = op.in(['friend', 'following'] as const);
      await repository.deleteMany({ user_id: userId, target_user_id: targetId, type: ended });
      await repository.deleteMany({ user_id: targetId, target_user_id: userId, type: ended });
      const reverse = await repository.findOne({ user_id: targetId, target_user_id: userId, type: 'blocked' }, { readFrom: 'primary' });
      if (reverse !== undefined) await repository.update(reverse.relationship_id, { set: { is_mutual: true } });
      const { document } = await repository.findOrCreate(
        { user_id: userId, target_user_id: targetId, type: 'blocked' },
        {
          ...bareEdge(edge, 'blocked'),
          is_mutual: reverse !== undefined,
          blocking: { blocked_at: this.#now(), reason: reason ?? null, report_id: reportId ?? null },
        },
      );
      return document;
    });
  }

  /** Ends a block; false when there was none. What it ended does not come back. */
  async unblock(tenant: TenantContext, { userId, targetId }: Edge): Promise<boolean> {
    return this.#mongo.withTransaction(async () => {
      const repository = this.#repository(tenant);
      const removed = await repository.deleteMany({ user_id: userId, target_user_id: targetId, type: 'blocked' });
      await repository.updateMany({ user_id: targetId, target_user_id: userId, type: 'blocked' }, { set: { is_mutual: false } });
      return removed > 0;
    });
  }

  /** Whether either of the two has blocked the other. */
  isBlocked(tenant: TenantContext, { userId, targetId }: Edge): Promise<boolean> {
    return this.#repository(tenant).exists(
      op.or({ user_id: userId, target_user_id: targetId, type: 'blocked' }, { user_id: targetId, target_user_id: userId, type: 'blocked' }),
      { readFrom: 'primary' },
    );
  }

  /** Which of these pairs have a block between them, either way: one read for all. Pairs are named as they were given. */
  async blockedAmong(
    tenant: TenantContext,
    pairs: readonly (readonly [string, string])[],
  ): Promise<ReadonlySet<readonly [string, string]>> {
    if (pairs.length === 0) return new Set();
    const edges = await this.#repository(tenant).findMany(
      op.or<UserRelationship>(
        ...pairs.flatMap(([one, other]) => [
          { user_id: one, target_user_id: other, type: 'blocked' as const },
          { user_id: other, target_user_id: one, type: 'blocked' as const },
        ]),
      ),
      { limit: pairs.length * 2, readFrom: 'primary', select: ['user_id', 'target_user_id'] },
    );
    const blocked = new Set(edges.flatMap(({ user_id: one, target_user_id: other }) => [`${one}:${other}`, `${other}:${one}`]));
    return new Set(pairs.filter(([one, other]) => blocked.has(`${one}:${other}`)));
  }

  /** Whom a user has blocked, the latest first. */
  blockedBy(
    tenant: TenantContext,
    userId: string,
    paging: { limit: number; cursor?: string | undefined },
  ): Promise<Page<UserRelationship>> {
    const filter = { user_id: userId, type: 'blocked', status: 'active' } as const;
    return this.#repository(tenant).page(filter, { sort: { created_at: -1 }, limit: paging.limit, cursor: paging.cursor });
  }

  /** Asks for a friendship: a pending edge on either side. Throws `ConflictError` `RES_STATE` where a block stands, or an edge of friendship. */
  async requestFriendship(tenant: TenantContext, edge: Edge): Promise<UserRelationship> {
    refuseSelf(edge);
    const { userId, targetId } = edge;
    return this.#mongo.withTransaction(async () => {
      if (await this.isBlocked(tenant, edge)) throw wrongState('One of the two has blocked the other.');
      const repository = this.#repository(tenant);
      const friendship = { ...NEW_FRIENDSHIP, requested_at: this.#now() };
      const key = { user_id: userId, target_user_id: targetId, type: 'friend' } as const;
      const { document, created } = await repository.findOrCreate(key, { ...bareEdge(edge, 'friend'), direction: 'outgoing', friendship });
      if (!created) throw wrongState('There is a friendship of these two, or a request for one.');
      await repository.insert({ ...bareEdge({ userId: targetId, targetId: userId }, 'friend'), direction: 'incoming', friendship });
      return document;
    });
  }

  /** Accepts what the target asked for; both edges change. Throws `ConflictError` `RES_STATE` when nothing was asked. */
  async acceptFriendship(tenant: TenantContext, { userId, targetId }: Edge): Promise<UserRelationship> {
    return this.#mongo.withTransaction(async () => {
      const repository = this.#repository(tenant);
      const change = { set: { status: 'accepted', is_mutual: true, 'friendship.accepted_at': this.#now() } } as const;
      const accepted = await repository.findOneAndUpdate(
        { user_id: userId, target_user_id: targetId, type: 'friend', status: 'pending', direction: 'incoming' },
        change,
      );
      if (accepted === undefined) throw wrongState('The user has not asked for a friendship.');
      await repository.updateMany({ user_id: targetId, target_user_id: userId, type: 'friend' }, change);
      return accepted;
    });
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(userRelationships);
  }
}

const NEW_FRIENDSHIP = {
  accepted_at: null,
  rejected_at: null,
  rejection_reason: null,
  is_favorite: false,
  favorited_at: null,
  nickname: null,
} as const;

/** An edge that says nothing but its type yet. */
function bareEdge({ userId, targetId }: Edge, type: UserRelationship['type']): NewEdge {
  return {
    user_id: userId,
    target_user_id: targetId,
    type,
    status: type === 'friend' ? 'pending' : 'active',
    direction: null,
    is_mutual: false,
    friendship: null,
    blocking: null,
    muting: null,
    following: null,
    metadata: null,
  };
}

function refuseSelf({ userId, targetId }: Edge): void {
  if (userId !== targetId) return;
  throw new ValidationError([{ field: '/target_user_id', code: 'self', message: 'must be another user' }]);
}

function wrongState(message: string): ConflictError {
  return new ConflictError(message, { code: 'RES_STATE' });
}
