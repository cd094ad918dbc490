import { type Mongo, op } from '@caas/data-access-mongo';
import { NotFoundError, type TenantContext } from '@caas/runtime';
import { isId } from '@caas/schema';
import { type User, users } from './users.collection.js';

/** Looks up the chat participants of a tenant. */
export class UserReader {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
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
