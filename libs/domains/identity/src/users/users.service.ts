import { type Mongo, type NewDocumentOf, op } from '@caas/data-access-mongo';
import { ConflictError, NotFoundError, type Quotas, type TenantContext } from '@caas/runtime';
import { freeForm, isId, text, z } from '@caas/schema';
import { userDefaults } from './user-defaults.js';
import { type User, userProfile, users } from './users.collection.js';

/** What a tenant says about a new user. */
export const newUser = z.strictObject({
  external_id: text({ min: 1, max: 255 }),
  display_name: userProfile.display_name,
  username: userProfile.username.optional(),
  bio: userProfile.bio.optional(),
  avatar_url: userProfile.avatar_url.optional(),
  first_name: userProfile.first_name.optional(),
  last_name: userProfile.last_name.optional(),
  email: userProfile.email.optional(),
  phone: userProfile.phone.optional(),
  custom_data: freeForm().optional(),
  roles: z
    .array(text({ min: 1, max: 50 }))
    .max(20)
    .optional(),
});
export type NewUser = z.output<typeof newUser>;

/** How a path or header names a user: by id, or `ext:` and the id in the tenant's own system. */
export const USER_REFERENCE_FORM = /^(usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}|ext:.{1,255})$/u;

/** Chat participants of a tenant. */
export class UsersService {
  readonly #mongo: Mongo;
  readonly #quotas: Pick<Quotas, 'require' | 'release'>;

  constructor(options: { mongo: Mongo; quotas: Pick<Quotas, 'require' | 'release'> }) {
    this.#mongo = options.mongo;
    this.#quotas = options.quotas;
  }

  /**
   * Creates a user. Throws `ConflictError` `USER_EXISTS` naming `external_id` or `username` when a live user has it.
   * The unique indexes decide between two creations at once; the look beforehand tells which field it is. Throws `QuotaExceededError` when the
   * plan allows no more users.
   */
  async create(tenant: TenantContext, input: NewUser): Promise<User> {
    const repository = this.#repository(tenant);
    const usernameLc = input.username?.toLowerCase() ?? null;
    if (await repository.exists({ external_id: input.external_id })) throw userExists('external_id');
    if (usernameLc !== null && (await repository.exists({ 'profile.username_lc': usernameLc }))) throw userExists('username');
    await this.#quotas.require(tenant, 'users_count');
    try {
      return await repository.insert(rowOf(input));
    } catch (error) {
      this.#quotas.release(tenant, 'users_count');
      throw taken(error);
    }
  }

  /**
   * Creates the user with this `external_id`, or brings the live one up to date; what the input does not name stays. One atomic step, so that
   * several at once make one user. Throws `ConflictError` `USER_EXISTS` when somebody else has the username, and `QuotaExceededError` for a new
   * user when the plan allows no more.
   */
  async upsertByExternalId(tenant: TenantContext, input: NewUser): Promise<{ user: User; created: boolean }> {
    const { external_id, roles, ...profile } = input;
    const named = Object.entries(profile).map(([field, value]): [string, unknown] => [`profile.${field}`, value]);
    const username_lc = input.username === undefined ? {} : { 'profile.username_lc': input.username.toLowerCase() };
    const set = { ...Object.fromEntries(named), ...username_lc, ...(roles === undefined ? {} : { roles }) };
    const isKnown = await this.#repository(tenant).exists({ external_id });
    if (!isKnown) await this.#quotas.require(tenant, 'users_count');
    let isCreated = false;
    try {
      const { document, created } = await this.#repository(tenant).upsert({ external_id }, { create: rowOf(input), change: { set } });
      isCreated = created;
      return { user: document, created };
    } catch (error) {
      throw taken(error);
    } finally {
      if (!isKnown && !isCreated) this.#quotas.release(tenant, 'users_count');
    }
  }

  /** The live user that the tenant's own system knows by this id. */
  findByExternalId(tenant: TenantContext, externalId: string): Promise<User | undefined> {
    return this.#repository(tenant).findOne({ external_id: externalId });
  }

  /** Throws `NotFoundError` when the tenant has no such live user. */
  async get(tenant: TenantContext, reference: string): Promise<User> {
    const user = await this.find(tenant, reference);
    if (user === undefined) throw new NotFoundError();
    return user;
  }

  /** By `usr_…` or `ext:<external_id>`; `undefined` for anything else. */
  find(tenant: TenantContext, reference: string): Promise<User | undefined> {
    if (reference.startsWith('ext:')) return this.findByExternalId(tenant, reference.slice(4));
    return isId('usr', reference) ? this.#repository(tenant).find(reference) : Promise.resolve(undefined);
  }

  /** The live users among `userIds`, in no particular order. */
  findMany(tenant: TenantContext, userIds: readonly string[]): Promise<User[]> {
    return this.#repository(tenant).findMany({ user_id: op.in(userIds) }, { limit: userIds.length });
  }

  /** Ids of the live users with these names, by the name in lower case. */
  async findByUsernames(tenant: TenantContext, usernames: readonly string[]): Promise<Map<string, string>> {
    const names = [...new Set(usernames.map((name) => name.toLowerCase()))];
    if (names.length === 0) return new Map();
    const found = await this.#repository(tenant).findMany(
      { 'profile.username_lc': op.in(names) },
      { limit: names.length, select: ['user_id', 'profile'] },
    );
    return new Map(
      found.flatMap(({ user_id, profile }) => (profile.username_lc === null ? [] : [[profile.username_lc, user_id] as const])),
    );
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(users);
  }
}

/** The row of a new user. */
function rowOf(input: NewUser): NewDocumentOf<typeof users> {
  return {
    external_id: input.external_id,
    profile: {
      display_name: input.display_name,
      username: input.username ?? null,
      username_lc: input.username?.toLowerCase() ?? null,
      bio: input.bio ?? null,
      avatar_url: input.avatar_url ?? null,
      first_name: input.first_name ?? null,
      last_name: input.last_name ?? null,
      email: input.email ?? null,
      phone: input.phone ?? null,
      custom_data: input.custom_data ?? null,
    },
    status: 'active',
    roles: input.roles ?? ['user'],
    ...userDefaults(),
  };
}

/** A taken unique key in the words of users; everything else as it is. */
function taken(error: unknown): unknown {
  if (!(error instanceof ConflictError)) return error;
  return userExists(error.details.conflictWith === 'external_id' ? 'external_id' : 'username', error);
}

function userExists(field: 'external_id' | 'username', cause?: unknown): ConflictError {
  return new ConflictError(`There is a user with this ${field}.`, { code: 'USER_EXISTS', details: { conflictWith: field }, cause });
}
