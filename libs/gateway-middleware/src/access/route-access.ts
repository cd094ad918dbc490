import { type TenantStatus } from '@caas/runtime';
import { type Permission } from './permissions.js';

/**
 * Kinds of credentials that a route can accept. `key` is a server API key, `client_key` one that ships in apps, `user` the token of an end user, `admin` that of
 * a person at the tenant's console, `platform` that of the platform's staff.
 */
export const CREDENTIAL_KINDS = ['key', 'client_key', 'user', 'admin', 'platform'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Anyone may call; there is neither principal nor tenant. */
export interface PublicAccess {
  readonly public: true;
}

/** Only callers that hold `permission` may call; the request runs inside their tenant. */
export interface GuardedAccess {
  readonly public?: false;
  readonly permission: Permission;
  /** Accepted credentials; `['key']` unless given. */
  readonly credentials?: readonly CredentialKind[];
  /**
   * Whether the call is made on behalf of a user. A user's token always is: they act for themselves. A key names the user in `X-Act-As-User` (needs
   * `user.impersonate`). Without it the header is refused, because a call that silently ignored the user would do more than that user may; and users are
   * not accepted.
   */
  readonly actingUser?: 'required' | 'optional';
  /** States of the tenant, besides `active`, in which people at its console may call: they see what became of their account. */
  readonly whileTenantIs?: readonly Exclude<TenantStatus, 'active'>[];
}

/** Who may call a route. There is no default: a route that does not say so does not start. */
export type RouteAccess = PublicAccess | GuardedAccess;

export function isPublic(access: RouteAccess): access is PublicAccess {
  return access.public === true;
}
