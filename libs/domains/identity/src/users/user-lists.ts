import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { type User, users } from './users.collection.js';

export interface UserFilter {
  /** Beginning of the shown name or of the username. */
  readonly q?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly externalIds?: readonly string[] | undefined;
  readonly role?: string | undefined;
  readonly banned?: boolean | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
}

/** Lists users, the newest first. */
export class UserLists {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  list(tenant: TenantContext, filter: UserFilter, paging: { limit: number; cursor?: string | undefined }): Promise<Page<User>> {
    return this.#mongo
      .forTenant(tenant)
      .repository(users)
      .page(filterOf(filter), { sort: { created_at: -1 }, ...paging });
  }
}

function filterOf({ q, ids, externalIds, role, banned, createdFrom, createdTo }: UserFilter): Filter<User> {
  const conditions: Filter<User>[] = [
    {
      ...(ids !== undefined && { user_id: op.in(ids) }),
      ...(externalIds !== undefined && { external_id: op.in(externalIds) }),
      ...(role !== undefined && { roles: role }),
      ...(banned !== undefined && { status: banned ? 'banned' : op.ne('banned' as const) }),
    },
    ...(createdFrom === undefined ? [] : [{ created_at: op.gte(createdFrom) }]),
    ...(createdTo === undefined ? [] : [{ created_at: op.lt(createdTo) }]),
  ];
  if (q !== undefined) {
    const byName = op.startsWith(q, { ignoreCase: true });
    conditions.push(op.or<User>({ 'profile.display_name': byName }, { 'profile.username_lc': op.startsWith(q.toLowerCase()) }));
  }
  return op.and<User>(...conditions);
}
