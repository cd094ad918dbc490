import { randomBytes } from 'node:crypto';
import { type Mongo, op } from '@caas/data-access-mongo';
import { AppError, type Clock, NotFoundError, type TenantContext, UnavailableError } from '@caas/runtime';
import { type Group, groups } from './groups.collection.js';
import { newGroupRow } from './new-group-row.js';

const CODE_BYTES = 16;
/** Rounds before a call gives up: each lost one means that somebody else came in by the same code. */
const ROUNDS_MAX = 20;

export type Invite = NonNullable<Group['invite']>;

export interface WantedInvite {
  readonly enabled?: boolean | undefined;
  readonly expiresAt?: Date | null | undefined;
  readonly maxUses?: number | null | undefined;
  readonly rotate?: boolean | undefined;
}

/** Invitations by code, which belong to their tenant. */
export class GroupInvitesService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  /**
   * The invitation of a group or channel as it is wanted: a new code where there is none or `rotate` says so, which ends the one before and its uses. What is not
   * named stays. The first invitation makes the extended record of the conversation.
   */
  async set(tenant: TenantContext, conversationId: string, { rotate = false, enabled, expiresAt, maxUses }: WantedInvite): Promise<Invite> {
    const { document: group } = await this.#repository(tenant).findOrCreate(
      { conversation_id: conversationId },
      newGroupRow(conversationId),
    );
    const before = rotate ? null : group.invite;
    const invite: Invite = {
      code: before?.code ?? newCode(),
      enabled: enabled ?? before?.enabled ?? true,
      expires_at: expiresAt === undefined ? (before?.expires_at ?? null) : expiresAt,
      uses: before?.uses ?? 0,
      max_uses: maxUses === undefined ? (before?.max_uses ?? null) : maxUses,
    };
    if (before === null) return invited(await this.#repository(tenant).update(group.group_id, { set: { invite } }));
    const { uses: _, code: __, ...changed } = invite;
    const set = Object.fromEntries(Object.entries(changed).map(([name, value]) => [`invite.${name}`, value]));
    return invited(await this.#repository(tenant).update(group.group_id, { set }));
  }

  /** Throws `NotFoundError` where nobody made one. */
  async get(tenant: TenantContext, conversationId: string): Promise<Invite> {
    const group = await this.#repository(tenant).findOne({ conversation_id: conversationId });
    const invite = group?.invite ?? undefined;
    if (invite === undefined) throw new NotFoundError();
    return invite;
  }

  /** Ends the invitation, if there is one. */
  async remove(tenant: TenantContext, conversationId: string): Promise<void> {
    await this.#repository(tenant).updateMany({ conversation_id: conversationId }, { set: { invite: null } });
  }

  /** The group that a code leads to, as long as the code is good. Throws `CONV_INVITE_INVALID` for every other code. */
  async find(tenant: TenantContext, code: string): Promise<Group> {
    const group = await this.#repository(tenant).findOne({ 'invite.code': code }, { readFrom: 'primary' });
    const invite = group?.invite ?? undefined;
    if (group === undefined || invite === undefined) throw invalid();
    this.#refuseUnusable(invite);
    return group;
  }

  /** Gives a use back that came to nothing. */
  async release(tenant: TenantContext, { group_id, invite }: Pick<Group, 'group_id' | 'invite'>): Promise<void> {
    if (invite === null) return;
    await this.#repository(tenant).findOneAndUpdate(
      { group_id, 'invite.code': invite.code, 'invite.uses': op.gt(0) },
      { inc: { 'invite.uses': -1 } },
    );
  }

  /** Gives a group a new code of 128 random bits; the one before does not work any more. Throws `NotFoundError` for an unknown group. */
  async renew(
    tenant: TenantContext,
    groupId: string,
    { expiresAt = null, maxUses = null }: { expiresAt?: Date | null; maxUses?: number | null } = {},
  ): Promise<Group> {
    const invite = { code: newCode(), enabled: true, expires_at: expiresAt, uses: 0, max_uses: maxUses };
    return this.#repository(tenant).update(groupId, { set: { invite } });
  }

  /**
   * Uses a code once and resolves with its group. Of several at once no more get in than `max_uses` says: the count rises only from the
   * value that was looked at. Throws `CONV_INVITE_INVALID` for a code that is unknown, off, expired or used up.
   */
  async redeem(tenant: TenantContext, code: string): Promise<Group> {
    const repository = this.#repository(tenant);
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const group = await repository.findOne({ 'invite.code': code }, { readFrom: 'primary' });
      const invite = group?.invite ?? undefined;
      if (group === undefined || invite === undefined) throw invalid();
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
    throw invalid();
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(groups);
  }
}

const newCode = (): string => randomBytes(CODE_BYTES).toString('base64url');

/** One answer for all: which it was is nobody's business. */
function invalid(): AppError {
  return new AppError('CONV_INVITE_INVALID', 'The invitation is unknown, switched off, expired or used up.');
}

function invited({ invite }: Group): Invite {
  if (invite === null) throw new NotFoundError(); // somebody ended it in the same moment
  return invite;
}
