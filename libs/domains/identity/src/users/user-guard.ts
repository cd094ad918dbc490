import { grantOf, type Permission, type ResourceGuard, type ResourceQuestion } from '@caas/gateway-middleware';
import { AuthorizationError, NotFoundError } from '@caas/runtime';
import { type UserReader } from './user-reader.js';

/** What a caller may do with one user: what roles grant for oneself alone is refused for others. */
export class UserGuard implements ResourceGuard {
  readonly type = 'user';
  readonly permissions: ReadonlySet<Permission> = new Set<Permission>([
    'user.read',
    'user.update',
    'user.delete',
    'user.ban',
    'user.unban',
    'user.manage_roles',
    'user.view_activity',
    'presence.read',
    'presence.write',
    'device.manage',
    'session.manage',
    'notification.read',
    'notification.manage',
  ]);
  readonly #users: Pick<UserReader, 'find'>;

  constructor({ users }: { users: Pick<UserReader, 'find'> }) {
    this.#users = users;
  }

  async require({ tenant, permission, resourceId, actingUser }: ResourceQuestion): Promise<void> {
    const user = await this.#users.find(tenant, resourceId);
    if (user === undefined) throw new NotFoundError();
    if (actingUser === undefined || actingUser.userId === user.user_id) return;
    const grant = grantOf('user', actingUser.roles, permission);
    if (grant === true || grant?.includes('privacy') === true) return;
    throw new AuthorizationError('AUTHZ_NOT_OWNER', 'The acting user may do this for themselves only.');
  }
}
