import { randomBytes } from 'node:crypto';
import { type Mongo } from '@caas/data-access-mongo';
import { type Clock, ConflictError, NotFoundError, type TenantContext, UnavailableError } from '@caas/runtime';
import { type Group, groups } from './groups.collection.js';

const CODE_BYTES = 16;
/** Rounds before a call gives up: each lost one means that somebody else came in by the same code. */
const ROUNDS_MAX = 20;

/** Invitations by code, which belong to their tenant. */
export class GroupInvitesService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  /** Gives a group a new code of 128 random bits; the one before does not work any more. Throws `NotFoundError` for an unknown group. */
  async renew(
    tenant: TenantContext,
    groupId: string,
    { expiresAt = null, maxUses = null }: { expiresAt?: Date | null; maxUses?: number | null } = {},
  ): Promise<Group> {
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const invite = { code, enabled: true, expires_at: expiresAt, uses: 0, max_uses: maxUses };
    return this.#repository(tenant).update(groupId, { set: { invite } });
  }

  /**
   * Uses a code once and resolves with its group. Of several at once no more get in than `max_uses` says: the count rises only from the
   * value that was looked at. Throws `NotFoundError` for an unknown code, `ConflictError` `RES_STATE` for one that is off, expired or used up.
   */
  async redeem(tenant: TenantContext, code: string): Promise<Group> {
    const repository = this.#repository(tenant);
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const group = await repository.findOne({ 'invite.code': code }, { readFrom: 'primary' });
      const invite = group?.invite ?? undefined;
      if (group === undefined || invite === undefined) throw new NotFoundError();
      this.#refuseUnusable(invite);
      const redeemed = await repository.findOneAndUpdate(
        { group_id: group.group_id, 'invite.code': code, 'invite.enabled': true, 'invite.uses': invite.uses },
        { inc: { 'invite.uses': 1 } },
      );
      if (redeemed !== undefined) return redeemed;
    }
    throw new UnavailableError('Too many join by this code at once.', { details: { reason: 'write_conflict', retryAfterSeconds: 1 } });
  }

  #refuseUnusable({ enabled, expires_at, uses, max_uses }: NonNullable<Group['invite']>): void {
    const isExpired = expires_at !== null && expires_at.getTime() <= this.#clock.now();
    if (enabled && !isExpired && (max_uses === null || uses < max_uses)) return;
    throw new ConflictError('The invitation is switched off, expired or used up.', { code: 'RES_STATE' });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(groups);
  }
}
