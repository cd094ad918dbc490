import { permissionsOf, type Scope, SCOPES } from '@caas/gateway-middleware';
import { type Principal } from '@caas/runtime';
import { originOf } from '../change-origin.js';
import { type KeyBounds, UNBOUNDED } from './api-key-grants.js';
import { type KeyCaller } from './api-keys.service.js';

/** A scope of the tenant's account; the others are about its users and their chats. */
const ACCOUNT_SCOPE = 'admin:';

/** Whoever calls, as the rules about keys see them. */
export function keyCallerOf(principal: Principal): KeyCaller {
  const { authType, subjectId, appId } = principal;
  const origin = { ...originOf(principal), appId };
  return authType === 'api_key' ? { ...origin, keyId: subjectId } : { ...origin, bounds: boundsOfRole(principal) };
}

/**
 * People at the console have no scopes. Those of the account they can hand out when their role grants all that is in them; those of users and chats, which no
 * role of the console has, belong to the tenant, whose keys these people are there to manage.
 */
function boundsOfRole({ permissions, appId }: Principal): KeyBounds {
  const holds = (scope: Scope): boolean =>
    !scope.startsWith(ACCOUNT_SCOPE) || [...permissionsOf([scope])].every((permission) => permissions.has(permission));
  return { ...UNBOUNDED, scopes: SCOPES.filter(holds), appId };
}
