import { type Permission } from '@caas/gateway-middleware';
import { originOf } from '@caas/identity';
import { type ActingUser, AuthorizationError, type Principal } from '@caas/runtime';
import { idOf, z } from '@caas/schema';
import { type Caller } from '../members/members.service.js';

/** The path of one conversation. */
export const conversationPath = z.strictObject({ conversation_id: idOf('conv') });

/** Server keys, for the tenant or for a user, and users themselves. */
export const CALLERS = { credentials: ['key', 'user'], actingUser: 'optional' } as const;
/** The same, on behalf of a user always. */
export const MEMBERS = { credentials: ['key', 'user'], actingUser: 'required' } as const;

/** Who calls, as services take it. */
export function callerOf({ principal, actingUser }: { principal: Principal; actingUser: ActingUser | undefined }): Caller {
  return { actor: actingUser, origin: originOf(principal, actingUser?.userId) };
}

/** The same for routes that are always called on behalf of a user. */
export function ownOf({ principal, actingUser }: { principal: Principal; actingUser: ActingUser }) {
  return { actor: actingUser, origin: originOf(principal, actingUser.userId) };
}

/** Whether a caller, and whoever they act for, has a permission besides the one of the route. */
export function isPermitted(
  { principal, actingUser }: { principal: Principal; actingUser: ActingUser | undefined },
  permission: Permission,
): boolean {
  return principal.permissions.has(permission) && actingUser?.permissions.has(permission) !== false;
}

/** For what a route offers beside what its own permission says. Throws `AUTHZ_DENIED`. */
export function requirePermission(caller: { principal: Principal; actingUser: ActingUser | undefined }, permission: Permission): void {
  if (isPermitted(caller, permission)) return;
  throw new AuthorizationError('AUTHZ_DENIED', `This needs the permission ${permission}.`, {
    details: { required_permission: permission },
  });
}
