import { type ApiKeyType } from '@caas/runtime';
import { type Permission } from './permissions.js';

/** Kinds of credentials that a route can accept. `key` is a server API key, `client_key` one that ships in apps. */
export const CREDENTIAL_KINDS = ['key', 'client_key'] as const;
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
   * Whether the call is made on behalf of a user (`X-Act-As-User`, needs `user.impersonate`). Without it the header is refused, because
   * a call that silently ignored the user would do more than that user may.
   */
  readonly actingUser?: 'required' | 'optional';
}

/** Who may call a route. There is no default: a route that does not say so does not start. */
export type RouteAccess = PublicAccess | GuardedAccess;

export function isPublic(access: RouteAccess): access is PublicAccess {
  return access.public === true;
}

/** The kind of credential that a type of API key is, or `undefined` for keys that never call routes (webhook keys only verify). */
export const CREDENTIAL_OF_KEY_TYPE: Readonly<Record<ApiKeyType, CredentialKind | undefined>> = {
  server: 'key',
  client: 'client_key',
  webhook: undefined,
};
