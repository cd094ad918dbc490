import { type Outbox } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type AuditEntry, AuthorizationError, type Clock, ConflictError, DuplicateKeyError, NotFoundError } from '@caas/runtime';
import { newId, normalizeEmail, type TenantId } from '@caas/schema';
import { auditChanges, auditing } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { type AdminMemberships } from './admin-memberships.js';
import { type AdminMembership, adminMemberships } from './admin-memberships.collection.js';
import { newAdminRow } from './new-admin-row.js';
import { type PlatformAdmin, platformAdmins } from './platform-admins.collection.js';

/** People at one console at most. */
const ADMINS_MAX = 100;
/** Who changes memberships when no person does: an operator at the command line. */
const OPERATOR = 'owner';

export type AdminRole = AdminMembership['role'];

/** Somebody at the console of a tenant. */
export interface TenantAdmin {
  readonly membership: AdminMembership;
  /** Absent when the account is gone. */
  readonly account: Pick<PlatformAdmin, 'admin_id' | 'profile'> | undefined;
}

/** Whoever changes who works at a console, and with which role of their own; an operator of the platform has none and may what owners may. */
export interface AdminsCaller extends ChangeOrigin {
  readonly role?: AdminRole | undefined;
}

export interface TenantAdminsParts {
  readonly mongo: Mongo;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly memberships: Pick<AdminMemberships, 'changed'>;
}

/** Who works at the console of a tenant. It has one owner, who alone gives the ownership away. */
export class TenantAdminsService {
  readonly #parts: TenantAdminsParts;

  constructor(parts: TenantAdminsParts) {
    this.#parts = parts;
  }

  /** All of them, the latest first. */
  async list(tenantId: TenantId): Promise<TenantAdmin[]> {
    const rows = await this.#memberships().findMany({ tenant_id: tenantId }, { sort: { created_at: -1 }, limit: ADMINS_MAX });
    const ids = rows.map(({ admin_id: id }) => id);
    const accounts = await this.#accounts().findMany({ admin_id: op.in(ids) }, { limit: ADMINS_MAX, select: ['admin_id', 'profile'] });
    const byId = new Map(accounts.map((account) => [account.admin_id, account]));
    return rows.map((membership) => ({ membership, account: byId.get(membership.admin_id) }));
  }

  /** Rejects with `NotFoundError` when nobody of this id works there. */
  async get(tenantId: TenantId, adminId: string): Promise<TenantAdmin> {
    const [membership, account] = await Promise.all([
      this.#memberships().findOne({ tenant_id: tenantId, admin_id: adminId }, { readFrom: 'primary' }),
      this.#accounts().find(adminId, { select: ['admin_id', 'profile'], readFrom: 'primary' }),
    ]);
    if (membership === undefined) throw new NotFoundError();
    return { membership, account };
  }

  /**
   * Gives somebody a role, by their address; an account is made for one that has none. Rejects with `ConflictError` when they work there already, when there is
   * an owner already (`RES_STATE`) and when there are too many, and with `AUTHZ_ESCALATION` for a role that the caller may not give.
   */
  async add(tenantId: TenantId, { email, role }: { email: string; role: AdminRole }, caller: AdminsCaller): Promise<TenantAdmin> {
    requireGivable(role, caller);
    if ((await this.#memberships().count({ tenant_id: tenantId }, { max: ADMINS_MAX })) >= ADMINS_MAX) {
      throw new ConflictError(`At most ${ADMINS_MAX} people work at a console.`, { code: 'RES_LIMIT_REACHED' });
    }
    if (role === 'owner' && (await this.#ownerOf(tenantId)) !== undefined) throw oneOwner();
    const account = await this.#accountOf(normalizeEmail(email));
    const at = new Date(this.#parts.clock.now());
    const row = {
      membership_id: newId('mbr'),
      admin_id: account.admin_id,
      tenant_id: tenantId,
      role,
      permissions: [],
      status: 'active' as const,
      invited_by: caller.by,
      invited_at: at,
      accepted_at: at,
    };
    const write = (): Promise<AdminMembership> => this.#memberships().insert(row);
    const told = { before: {}, after: { role }, name: 'member_admin.added', type: 'create' };
    try {
      return { membership: await this.#commit({ row, version: 0, write, ...told }, caller), account };
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw new ConflictError('They work at this console already.', { details: { conflictWith: 'email' }, cause: error });
    }
  }

  /**
   * Gives somebody another role. The owner's is changed by making somebody else the owner, which makes them an admin. Rejects as {@link get} and
   * {@link add} do.
   */
  async change(tenantId: TenantId, { adminId, role }: { adminId: string; role: AdminRole }, caller: AdminsCaller): Promise<TenantAdmin> {
    const { membership: before, account } = await this.get(tenantId, adminId);
    if (before.role === role) return { membership: before, account };
    if (before.role === 'owner') throw oneOwner();
    requireGivable(role, caller);
    const previous = role === 'owner' ? await this.#ownerOf(tenantId) : undefined;
    const write = async (): Promise<AdminMembership> => {
      if (previous !== undefined) await this.#set(previous, 'admin');
      return this.#set(before, role);
    };
    const told = { before: { role: before.role }, after: { role }, name: 'member_admin.updated', type: 'update' };
    const membership = await this.#commit({ row: before, version: before.__v + 1, write, ...told }, caller);
    if (previous !== undefined) await this.#parts.memberships.changed(tenantId, previous.admin_id);
    return { membership, account };
  }

  /** Ends somebody's work at a console: their tokens are refused at once. Rejects as {@link get} does, and with `RES_STATE` for the owner. */
  async remove(tenantId: TenantId, adminId: string, caller: AdminsCaller): Promise<void> {
    const { membership: row } = await this.get(tenantId, adminId);
    if (row.role === 'owner') throw oneOwner();
    const write = (): Promise<boolean> => this.#memberships().delete(row.membership_id);
    const told = { before: { role: row.role }, after: {}, name: 'member_admin.removed', type: 'delete' };
    await this.#commit({ row, version: row.__v + 1, write, ...told }, caller);
  }

  async #commit<Result>(
    change: {
      readonly row: Pick<AdminMembership, 'membership_id' | 'admin_id' | 'tenant_id'>;
      readonly before: Readonly<Record<string, unknown>>;
      readonly after: Readonly<Record<string, unknown>>;
      readonly name: string;
      readonly type: string;
      readonly version: number;
      readonly write: () => Promise<Result>;
    },
    { by, actor }: AdminsCaller,
  ): Promise<Result> {
    const { row, before, after, name, type, version, write } = change;
    const tenantId = row.tenant_id as TenantId;
    const changes = auditChanges(before, after);
    const entry: AuditEntry = {
      tenantId,
      actor: actor ?? { type: 'system', id: by },
      action: { category: 'config', type, name },
      target: { type: 'admin', id: row.admin_id },
      ...(changes !== undefined && { changes }),
      severity: 'medium',
    };
    const result = await this.#parts.outbox.commit({
      events: [auditing(entry, this.#parts.clock.now())],
      proof: { collection: adminMemberships.name, tenantId: null, id: row.membership_id, version },
      write,
    });
    await this.#parts.memberships.changed(tenantId, row.admin_id);
    return result;
  }

  #set({ membership_id: id, __v: expectedVersion }: AdminMembership, role: AdminRole): Promise<AdminMembership> {
    return this.#memberships().update(id, { set: { role } }, { expectedVersion });
  }

  #ownerOf(tenantId: TenantId): Promise<AdminMembership | undefined> {
    return this.#memberships().findOne({ tenant_id: tenantId, role: 'owner', status: 'active' }, { readFrom: 'primary' });
  }

  /** The unique address decides between two at once. */
  async #accountOf(email: string): Promise<Pick<PlatformAdmin, 'admin_id' | 'profile'>> {
    const known = await this.#accounts().findOne({ 'profile.email': email }, { readFrom: 'primary' });
    if (known !== undefined) return known;
    try {
      return await this.#accounts().insert(newAdminRow(email));
    } catch (error) {
      const other = error instanceof DuplicateKeyError ? await this.#accounts().findOne({ 'profile.email': email }) : undefined;
      if (other === undefined) throw error;
      return other;
    }
  }

  #memberships() {
    return this.#parts.mongo.platform(adminMemberships);
  }

  #accounts() {
    return this.#parts.mongo.platform(platformAdmins);
  }
}

/** Owners, and operators of the platform, give every role; everybody else each one but the owner's. */
function requireGivable(role: AdminRole, { role: own = OPERATOR }: AdminsCaller): void {
  if (role !== 'owner' || own === 'owner') return;
  throw new AuthorizationError('AUTHZ_ESCALATION', 'Only the owner can make somebody else the owner.');
}

function oneOwner(): ConflictError {
  return new ConflictError('A tenant has exactly one owner. Make somebody else the owner first.', { code: 'RES_STATE' });
}
