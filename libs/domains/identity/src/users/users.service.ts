import { type Mongo, op } from '@caas/data-access-mongo';
import { ConflictError, type Quotas, type TenantContext, VersionConflictError } from '@caas/runtime';
import { type ChangeOrigin } from '../change-origin.js';
import { type NewUser, newUserRow } from './new-user-row.js';
import { patchedUser, type UserPatch } from './user-patch.js';
import { type UserAnnouncer } from './user-announcer.js';
import { UserReader } from './user-reader.js';
import { type User, users } from './users.collection.js';

/** How a path or header names a user: by id, or `ext:` and the id in the tenant's own system. */
export const USER_REFERENCE_FORM = /^(usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}|ext:.{1,255})$/u;

/** Rounds of looking and writing; each lost one means that somebody created or changed the user in between. */
const ROUNDS_MAX = 10;

/** Chat participants of a tenant. */
export class UsersService extends UserReader {
  readonly #mongo: Mongo;
  readonly #quotas: Pick<Quotas, 'require' | 'release'>;
  readonly #announcer: UserAnnouncer;

  constructor(options: { mongo: Mongo; quotas: Pick<Quotas, 'require' | 'release'>; announcer: UserAnnouncer }) {
    super(options);
    this.#mongo = options.mongo;
    this.#quotas = options.quotas;
    this.#announcer = options.announcer;
  }

  /**
   * Creates a user. Throws `ConflictError` `USER_EXISTS` naming `external_id` or `username` when a live user has it.
   * The unique indexes decide between two creations at once; the look beforehand tells which field it is. Throws `QuotaExceededError` when the
   * plan allows no more users.
   */
  async create(tenant: TenantContext, input: NewUser, by: ChangeOrigin): Promise<User> {
    const repository = this.#repository(tenant);
    const usernameLc = input.username?.toLowerCase() ?? null;
    if (await repository.exists({ external_id: input.external_id })) throw userExists('external_id');
    if (usernameLc !== null && (await repository.exists({ 'profile.username_lc': usernameLc }))) throw userExists('username');
    return this.#insert(tenant, input, by);
  }

  /**
   * Creates the user with this `external_id`, or brings the live one up to date; what the input does not name stays. Several at once make one user. Throws
   * `ConflictError` `USER_EXISTS` when somebody else has the username, and `QuotaExceededError` for a new user when the plan allows no more.
   */
  async upsertByExternalId(tenant: TenantContext, input: NewUser, by: ChangeOrigin): Promise<{ user: User; created: boolean }> {
    for (let round = 1; ; round += 1) {
      try {
        const known = await this.#repository(tenant).findOne({ external_id: input.external_id }, { readFrom: 'primary' });
        if (known === undefined) return { user: await this.#insert(tenant, input, by), created: true };
        return { user: await this.#update(tenant, known, { input, by }), created: false };
      } catch (error) {
        if (!isRace(error) || round >= ROUNDS_MAX) throw error;
      }
    }
  }

  /**
   * Changes what a patch names. Throws `NotFoundError`, `USER_EXISTS` for a username that somebody else has, and `VersionConflictError` when the version is not
   * the expected one; without one, the last of two changes at once counts, field by field.
   */
  async update(
    tenant: TenantContext,
    userId: string,
    { patch, by, expectedVersion }: { patch: UserPatch; by: ChangeOrigin; expectedVersion?: number | undefined },
  ): Promise<User> {
    for (let round = 1; ; round += 1) {
      const known = await this.#repository(tenant).get(userId, { readFrom: 'primary' });
      const after = patchedUser(known, patch);
      await this.#refuseTaken(tenant, known, after.profile.username_lc);
      const version = expectedVersion ?? known.__v;
      const write = (): Promise<User> => this.#repository(tenant).update(userId, { set: after }, { expectedVersion: version });
      try {
        return await this.#announcer.updated(tenant, known, { after: { ...after, status: known.status }, by, write });
      } catch (error) {
        if (!(error instanceof VersionConflictError)) throw taken(error);
        if (expectedVersion !== undefined || round >= ROUNDS_MAX) throw error;
      }
    }
  }

  /** Two at once are decided by the unique index; this tells the others. */
  async #refuseTaken(tenant: TenantContext, { user_id, profile }: User, usernameLc: string | null): Promise<void> {
    if (usernameLc === null || usernameLc === profile.username_lc) return;
    if (await this.#repository(tenant).exists({ 'profile.username_lc': usernameLc, user_id: op.ne(user_id) })) throw userExists('username');
  }

  async #insert(tenant: TenantContext, input: NewUser, by: ChangeOrigin): Promise<User> {
    const row = newUserRow(input);
    await this.#quotas.require(tenant, 'users_count');
    try {
      return await this.#announcer.created(tenant, row, { by, write: () => this.#repository(tenant).insert(row) });
    } catch (error) {
      this.#quotas.release(tenant, 'users_count');
      throw taken(error);
    }
  }

  async #update(tenant: TenantContext, known: User, { input, by }: { input: NewUser; by: ChangeOrigin }): Promise<User> {
    const { external_id: _, roles = known.roles, ...named } = input;
    const username_lc = named.username === undefined ? {} : { username_lc: named.username.toLowerCase() };
    const profile = { ...known.profile, ...definedIn(named), ...username_lc };
    const change = { set: { profile, roles } };
    const write = (): Promise<User> => this.#repository(tenant).update(known.user_id, change, { expectedVersion: known.__v });
    try {
      return await this.#announcer.updated(tenant, known, { after: { ...known, profile, roles }, by, write });
    } catch (error) {
      throw error instanceof VersionConflictError ? error : taken(error);
    }
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(users);
  }
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function definedIn<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

function isRace(error: unknown): boolean {
  return error instanceof VersionConflictError || (error instanceof ConflictError && error.details.conflictWith === 'external_id');
}

/** A taken unique key in the words of users; everything else as it is. */
function taken(error: unknown): unknown {
  if (!(error instanceof ConflictError)) return error;
  return userExists(error.details.conflictWith === 'external_id' ? 'external_id' : 'username', error);
}

function userExists(field: 'external_id' | 'username', cause?: unknown): ConflictError {
  return new ConflictError(`There is a user with this ${field}.`, { code: 'USER_EXISTS', details: { conflictWith: field }, cause });
}
