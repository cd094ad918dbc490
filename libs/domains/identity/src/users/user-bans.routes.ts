import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { type ActingUser, AuthorizationError, type Principal, type TenantContext } from '@caas/runtime';
import { dateTime, text, z } from '@caas/schema';
import { originOf } from '../change-origin.js';
import { type UserAccountsService } from './user-accounts.service.js';
import { type UserLockout } from './user-lockout.js';
import { userIdOfPath } from './user-path.js';
import { toUserResource, userResource } from './users.resource.js';
import { userPath } from './users.routes.js';
import { type UsersService } from './users.service.js';

export interface UserBansRoutesParts {
  readonly users: UsersService;
  readonly accounts: UserAccountsService;
  readonly lockout: UserLockout;
  readonly now: () => number;
}

const tags = ['Users'];
const STAFF = { credentials: ['key', 'user', 'admin'], actingUser: 'optional' } as const;

/** Bans of users from the whole tenant. */
export function userBansRoutes({ users, accounts, lockout, now }: UserBansRoutesParts): RouteDefinition[] {
  const about = async (
    reference: string,
    { tenant, actingUser, principal }: { tenant: TenantContext; actingUser: ActingUser | undefined; principal: Principal },
  ) => {
    const userId = await userIdOfPath(reference, { users, tenant, actingUser });
    if (actingUser?.userId === userId) throw new AuthorizationError('AUTHZ_DENIED', 'Nobody bans themselves.');
    return { userId, by: originOf(principal, actingUser?.userId).by };
  };
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users/:user_id/ban',
      operationId: 'banUser',
      summary: 'Ban a user from the tenant',
      description: 'Until a time or for good. Their tokens and sessions end at once.',
      tags,
      access: { permission: 'user.ban', ...STAFF },
      params: userPath,
      body: z.strictObject({ reason: text({ max: 500 }).optional(), until: dateTime().optional() }),
      responses: { 200: userResource },
      errors: ['AUTHZ_DENIED'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const { userId, by } = await about(params.user_id, request);
        const until = body.until === undefined ? null : new Date(body.until);
        const user = await accounts.ban(tenant, userId, { by, reason: body.reason ?? null, until });
        await lockout.lockOut(tenant, user, { by, reason: 'user_banned' });
        return { status: 200, body: toUserResource(user, { sight: request.actingUser === undefined ? 'all' : 'profile', now: now() }) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/users/:user_id/ban',
      operationId: 'unbanUser',
      summary: 'End the ban of a user',
      tags,
      access: { permission: 'user.unban', ...STAFF },
      params: userPath,
      responses: { 204: null },
      errors: ['RES_STATE', 'AUTHZ_DENIED'],
      handler: async (request) => {
        const { tenant, params } = request;
        const { userId, by } = await about(params.user_id, request);
        await lockout.forget(tenant, await accounts.unban(tenant, userId, by));
        return { status: 204 };
      },
    }),
  ];
}
