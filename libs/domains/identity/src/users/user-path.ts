import { type ActingUser, AppError, NotFoundError, type TenantContext } from '@caas/runtime';
import { type UserReader } from './user-reader.js';

/** How a path names a user: by id, by `ext:` and the id in the tenant's own system, or `me`. */
export const USER_PATH_FORM = /^(me|usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}|ext:.{1,255})$/u;

/** The id of the user that a path names. Throws `RES_NOT_FOUND` for an unknown `ext:`, and `VAL_ACTING_USER_REQUIRED` for `me` of nobody. */
export async function userIdOfPath(
  reference: string,
  { users, tenant, actingUser }: { users: Pick<UserReader, 'findByExternalId'>; tenant: TenantContext; actingUser: ActingUser | undefined },
): Promise<string> {
  if (reference === 'me') {
    if (actingUser !== undefined) return actingUser.userId;
    throw new AppError('VAL_ACTING_USER_REQUIRED', '`me` is the acting user, and there is none.');
  }
  if (!reference.startsWith('ext:')) return reference;
  const user = await users.findByExternalId(tenant, reference.slice(4));
  if (user === undefined) throw new NotFoundError();
  return user.user_id;
}
