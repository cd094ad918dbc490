import { permissionsOfRoles } from '@caas/gateway-middleware';
import { type ActingUser } from '@caas/runtime';
import { type User } from './users.collection.js';

/** A user as they act: what others see of them, and what they may do. */
export function toActingUser({ user_id, external_id, profile, roles, permissions }: User): ActingUser {
  return {
    userId: user_id,
    externalId: external_id,
    displayName: profile.display_name,
    avatarUrl: profile.avatar_url,
    roles,
    permissions: permissionsOfRoles('user', roles, permissions),
  };
}
