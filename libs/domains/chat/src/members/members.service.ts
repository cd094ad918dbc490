import { type Mongo, type NewDocumentOf } from '@caas/data-access-mongo';
import { type ChangeOrigin, type User, type UserReader } from '@caas/identity';
import { AuthorizationError, ConflictError, NotFoundError, type TenantContext, ValidationError } from '@caas/runtime';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationChanges } from '../conversations/conversation-changes.js';
import { type ConversationDraft } from '../conversations/conversation-draft.js';
import { type ConversationActor, requireGivable, requireHigher } from '../conversations/conversation-rules.js';
import { type Conversation } from '../conversations/conversations.collection.js';
import { type ConversationRole, type MemberPermissions, NO_PERMISSIONS } from '../conversations/member-shape.js';
import { type Membership } from '../conversations/membership.js';
import { groupIdOf } from '../groups/group-id-of.js';
import { groupModerationLog } from '../groups/group-moderation-log.collection.js';
import { type Telling, tellJoined, tellLeft, tellRole } from './member-facts.js';
import { memberLimitOf, requireRoom } from './member-limit.js';
import { isActive, isKeptOut, type Member, newMember } from './member.js';

/** Who asks for a change: on whose behalf, and what events say of it. */
export interface Caller {
  /** Absent for a server key that stands for the whole tenant. */
  readonly actor: ConversationActor | undefined;
  readonly origin: ChangeOrigin;
}

/** Which member of which conversation. */
export interface MemberPlace {
  readonly conversationId: string;
  readonly userId: string;
}

export interface AddedMembers {
  readonly added: readonly string[];
  readonly skipped: readonly { readonly userId: string; readonly reason: 'already_member' | 'banned' }[];
}

export interface RoleChange {
  readonly role?: ConversationRole | undefined;
  /** Only what is named changes; null is as the role says. */
  readonly permissions?: Partial<MemberPermissions> | undefined;
}

/**
 * Who is in a conversation, and as what. Every change is decided by the conversation as it is then, told of, and refused by the rules of `conversation-rules`;
 * those of direct conversations do not change (`CONV_DIRECT_IMMUTABLE`).
 */
export class MembersService {
  readonly #mongo: Mongo;
  readonly #changes: ConversationChanges;
  readonly #users: Pick<UserReader, 'findMany'>;
  readonly #settings: Pick<SettingsService, 'get'>;

  constructor(options: {
    mongo: Mongo;
    changes: ConversationChanges;
    users: Pick<UserReader, 'findMany'>;
    settings: Pick<SettingsService, 'get'>;
  }) {
    this.#mongo = options.mongo;
    this.#changes = options.changes;
    this.#users = options.users;
    this.#settings = options.settings;
  }

  /**
   * Adds users; those who are members or banned are skipped with the reason. Throws `VAL_REFERENCE` naming each one who is no user of the tenant,
   * `CONV_MEMBER_LIMIT` when not all of them fit; then nobody was added.
   */
  async add(
    tenant: TenantContext,
    { conversationId, userIds, role }: { conversationId: string; userIds: readonly string[]; role: ConversationRole },
    caller: Caller,
  ): Promise<AddedMembers> {
    const [users, { settings }] = await Promise.all([this.#usersOf(tenant, userIds), this.#settings.get(tenant)]);
    return this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const me = await draft.require(caller.actor, { action: 'add_members', now: at.getTime() });
      if (role !== 'member' && role !== 'subscriber') requireGivable(me, role);
      await draft.members.load(userIds);
      const added: string[] = [];
      const skipped: { userId: string; reason: 'already_member' | 'banned' }[] = [];
      for (const user of users) {
        const known = draft.members.get(user.user_id);
        if (known !== undefined && isActive(known)) skipped.push({ userId: user.user_id, reason: 'already_member' });
        else if (known !== undefined && isKeptOut(known, at.getTime())) skipped.push({ userId: user.user_id, reason: 'banned' });
        else {
          const member = newMember(user, { role, invitedBy: telling.by, at, sequence: draft.conversation.last_sequence });
          draft.members.put(member);
          tellJoined(telling, member);
          added.push(user.user_id);
        }
      }
      requireRoom(draft.members.activeCount, memberLimitOf(draft.conversation.type, tenant, settings.chat));
      return { added, skipped };
    });
  }

  /**
   * Somebody comes in by themselves, by an invitation or because it is open to all. Whether they may is decided before. Resolves with false for whoever is a
   * member already. Throws `CONV_BANNED` and `CONV_MEMBER_LIMIT`.
   */
  async join(
    tenant: TenantContext,
    { conversationId, userId }: MemberPlace,
    { origin, invitedBy }: Pick<Caller, 'origin'> & { invitedBy: string | null },
  ): Promise<boolean> {
    const [[user], { settings }] = await Promise.all([this.#usersOf(tenant, [userId], '/body/user_id'), this.#settings.get(tenant)]);
    return this.#change(tenant, conversationId, { actor: undefined, origin }, async ({ draft, telling, at }) => {
      await draft.members.load([userId]);
      const known = draft.members.get(userId);
      if (known !== undefined && isActive(known)) return false;
      if (known !== undefined && isKeptOut(known, at.getTime())) {
        throw new AuthorizationError('CONV_BANNED', 'The user is banned from this conversation.');
      }
      const { type, last_sequence: sequence } = draft.conversation;
      const member = newMember(user as User, { role: type === 'channel' ? 'subscriber' : 'member', invitedBy, at, sequence });
      draft.members.put(member);
      requireRoom(draft.members.activeCount, memberLimitOf(type, tenant, settings.chat));
      tellJoined(telling, member);
      return true;
    });
  }

  /** Takes a member out; somebody who is none is done already. Throws `AUTHZ_ROLE_TOO_LOW`, and `CONV_LAST_OWNER` for the only owner of others. */
  async remove(
    tenant: TenantContext,
    { conversationId, userId }: MemberPlace,
    { reason, ...caller }: Caller & { reason?: string | undefined },
  ) {
    if (caller.actor?.userId === userId) return this.leave(tenant, conversationId, { ...caller, actor: caller.actor });
    await this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const me = await draft.require(caller.actor, { action: 'remove_members', now: at.getTime() });
      const member = await activeMember(draft, userId);
      if (member === undefined) return;
      requireHigher(me, member.role);
      await depart(telling, { ...member, status: 'removed', removed_at: at, removed_by: telling.by, removal_reason: reason ?? null });
    });
  }

  /** Leaves; somebody who has left is done already. Throws `AUTHZ_NOT_MEMBER` for whoever never was in it, `CONV_LAST_OWNER` for the only owner of others. */
  async leave(tenant: TenantContext, conversationId: string, caller: Caller & { actor: ConversationActor }): Promise<void> {
    await this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const { userId } = caller.actor;
      await draft.members.load([userId]);
      if (draft.members.get(userId)?.status === 'left') return;
      await draft.require({ userId }, { action: 'arrange', now: at.getTime() });
      const member = await activeMember(draft, userId);
      if (member !== undefined) await depart(telling, { ...member, status: 'left', left_at: at });
    });
  }

  /**
   * Takes out a user whom the tenant has deleted; somebody who is no member is done already, and so is a conversation that is gone. The only owner is succeeded
   * by the highest of the others.
   */
  async takeOutDeleted(tenant: TenantContext, { conversationId, userId }: MemberPlace, origin: ChangeOrigin): Promise<void> {
    const left = this.#change(tenant, conversationId, { actor: undefined, origin }, async ({ draft, telling, at }) => {
      const member = await activeMember(draft, userId);
      if (member === undefined) return;
      const heir = member.role === 'owner' && (await draft.members.owners()).length === 1 ? await draft.members.heirOf(userId) : undefined;
      if (heir !== undefined) {
        draft.members.put({ ...heir, role: 'owner' });
        tellRole(telling, { userId: heir.user_id, from: heir.role, to: 'owner' });
      }
      const after: Member = { ...member, status: 'left', left_at: at };
      draft.members.put(after);
      tellLeft(telling, after);
    });
    await left.catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error; // the conversation is gone as well
    });
  }

  /**
   * Changes role and flags of an active member. Making somebody an owner gives the ownership away: who acts becomes an admin, and so does every owner when a
   * server key acts. Throws `RES_NOT_FOUND` for no member, `AUTHZ_ROLE_TOO_LOW`, and `CONV_LAST_OWNER` when nobody would be left to own it.
   */
  async setRole(
    tenant: TenantContext,
    { conversationId, userId }: MemberPlace,
    { role, permissions, ...caller }: Caller & RoleChange,
  ): Promise<Member> {
    return this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const action = role === 'owner' ? 'transfer_ownership' : 'change_roles';
      const me = await draft.require(caller.actor, { action, now: at.getTime() });
      const member = await activeMember(draft, userId);
      if (member === undefined) throw new NotFoundError();
      requireHigher(me, member.role);
      if (role !== undefined && role !== member.role) await this.#giveRole({ telling, me, caller }, member, role);
      const present = draft.members.get(userId) ?? member;
      if (permissions === undefined) return present;
      const changed = { ...present, permissions: { ...(present.permissions ?? NO_PERMISSIONS), ...permissions } };
      draft.members.put(changed);
      return changed;
    });
  }

  /** Takes a member's word until a time, or for good; `undefined` gives it back. They go on reading. */
  async silence(
    tenant: TenantContext,
    { conversationId, userId }: MemberPlace,
    { silence, ...caller }: Caller & { silence: { readonly until: Date | null; readonly reason: string | null } | undefined },
  ): Promise<Member> {
    return this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const me = await draft.require(caller.actor, { action: 'mute_members', now: at.getTime() });
      const member = await activeMember(draft, userId);
      if (member === undefined) throw new NotFoundError();
      requireHigher(me, member.role);
      const changed: Member = { ...member, silenced: silence === undefined ? null : { ...silence, by: telling.by } };
      if (silence !== undefined || member.silenced) draft.members.put(changed);
      return changed;
    });
  }

  /** Takes a user out, member or not, and keeps them out until a time or for good. */
  async ban(
    tenant: TenantContext,
    { conversationId, userId }: MemberPlace,
    { until, reason, ...caller }: Caller & { until: Date | null; reason: string | null },
  ): Promise<Member> {
    const [user] = await this.#usersOf(tenant, [userId], '/body/user_id');
    const banned = await this.#change(tenant, conversationId, caller, async ({ draft, telling, at }) => {
      const me = await draft.require(caller.actor, { action: 'ban_members', now: at.getTime() });
      await draft.members.load([userId]);
      const known = draft.members.get(userId) ?? newMember(user as User, { role: 'member', invitedBy: null, at, sequence: 0 });
      const wasActive = draft.members.active(userId) !== undefined;
      if (wasActive) requireHigher(me, known.role);
      const after: Member = {
        ...known,
        status: 'banned',
        removed_at: at,
        removed_by: telling.by,
        removal_reason: reason,
        banned_until: until,
      };
      if (wasActive) await depart(telling, after);
      else draft.members.put(after);
      return after;
    });
    await this.#log(tenant, {
      conversation_id: conversationId,
      user_id: userId,
      kind: 'ban',
      reason,
      by: caller.origin.by,
      expires_at: until,
    });
    return banned;
  }

  /** Ends a ban; who is not banned is done already. They are no member by that. */
  async unban(tenant: TenantContext, { conversationId, userId }: MemberPlace, caller: Caller): Promise<void> {
    const wasBanned = await this.#change(tenant, conversationId, caller, async ({ draft, at }) => {
      await draft.require(caller.actor, { action: 'ban_members', now: at.getTime() });
      await draft.members.load([userId]);
      const member = draft.members.get(userId);
      if (member?.status !== 'banned') return false;
      draft.members.put({ ...member, status: 'removed', banned_until: null });
      return true;
    });
    if (!wasBanned) return;
    await this.#log(tenant, {
      conversation_id: conversationId,
      user_id: userId,
      kind: 'unban',
      reason: null,
      by: caller.origin.by,
      expires_at: null,
    });
  }

  async #giveRole(
    { telling, me, caller }: { telling: Telling; me: Membership | undefined; caller: Caller },
    member: Member,
    role: ConversationRole,
  ): Promise<void> {
    const { draft } = telling;
    requireGivable(me, role);
    if (role === 'subscriber' && draft.conversation.type !== 'channel') {
      throw new ValidationError([{ field: '/body/role', code: 'role', message: 'only channels have subscribers' }]);
    }
    const owners = await draft.members.owners();
    if (member.role === 'owner' && owners.length === 1) throw lastOwner();
    draft.members.put({ ...member, role });
    tellRole(telling, { userId: member.user_id, from: member.role, to: role });
    if (role !== 'owner') return;
    for (const owner of owners) {
      if (owner.user_id === member.user_id || (caller.actor !== undefined && owner.user_id !== caller.actor.userId)) continue;
      draft.members.put({ ...owner, role: 'admin' });
      tellRole(telling, { userId: owner.user_id, from: 'owner', to: 'admin' });
    }
  }

  async #change<Result>(
    tenant: TenantContext,
    conversationId: string,
    { origin }: Caller,
    work: (change: { draft: ConversationDraft; telling: Telling; at: Date }) => Promise<Result>,
  ): Promise<Result> {
    const groupId = await groupIdOf(this.#mongo, tenant, conversationId);
    const { result } = await this.#changes.change(tenant, conversationId, {
      origin,
      decide: (draft) => {
        refuseDirect(draft.conversation);
        const at = this.#changes.now;
        return work({ draft, telling: { draft, groupId, by: origin.by, at: at.getTime() }, at });
      },
    });
    return result;
  }

  async #usersOf(tenant: TenantContext, userIds: readonly string[], field?: string): Promise<User[]> {
    const found = new Map((await this.#users.findMany(tenant, userIds)).map((user) => [user.user_id, user]));
    const missing = userIds.flatMap((id, index) =>
      found.has(id) ? [] : [{ field: field ?? `/body/user_ids/${index}`, code: 'reference', message: 'there is no such user' }],
    );
    if (missing.length > 0) throw new ValidationError(missing, { code: 'VAL_REFERENCE' });
    return [...new Set(userIds)].flatMap((id) => found.get(id) ?? []);
  }

  async #log(tenant: TenantContext, entry: NewDocumentOf<typeof groupModerationLog>): Promise<void> {
    await this.#mongo.forTenant(tenant).repository(groupModerationLog).insert(entry);
  }
}

function refuseDirect({ type }: Conversation): void {
  if (type !== 'direct') return;
  throw new ConflictError('The members of a direct conversation cannot be changed.', { code: 'CONV_DIRECT_IMMUTABLE' });
}

async function activeMember(draft: ConversationDraft, userId: string): Promise<Member | undefined> {
  await draft.members.load([userId]);
  return draft.members.active(userId);
}

/** An active member goes. Throws `CONV_LAST_OWNER` for the only owner, unless nobody else is left. */
async function depart(telling: Telling, after: Member): Promise<void> {
  const { members } = telling.draft;
  if (after.role === 'owner' && members.activeCount > 1 && (await members.owners()).length === 1) throw lastOwner();
  members.put(after);
  tellLeft(telling, after);
}

function lastOwner(): ConflictError {
  return new ConflictError('The conversation would be left without an owner.', { code: 'CONV_LAST_OWNER' });
}
