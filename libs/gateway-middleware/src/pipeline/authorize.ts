import { AuthorizationError, type ErrorCode, InternalError, type Principal } from '@caas/runtime';
import { type Permission, scopeGranting } from '../access/permissions.js';
import { CREDENTIAL_OF_KEY_TYPE, type CredentialKind, type GuardedAccess } from '../access/route-access.js';
import { type AuthzMetrics } from '../observability/http-metrics.js';
import { type Step } from './run-steps.js';

const SERVER_KEYS_ONLY: readonly CredentialKind[] = ['key'];

/** Allowed, or the first rule that says no. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: ErrorCode; readonly reason: string; readonly permission: Permission };

const ALLOWED: Decision = { allowed: true };

/**
 * Decides by what is known before the body is read. The first rule that matches ends it: no declared access, a kind of credential that the
 * route does not accept, a missing permission; else allowed. Conditions on the resource (membership, role) are the handler's.
 */
export function decide(access: GuardedAccess | undefined, principal: Principal): Decision {
  if (access?.permission === undefined) {
    return { allowed: false, code: 'AUTHZ_DENIED', reason: 'no_access_declared', permission: '' as Permission };
  }
  const { permission } = access;
  const kind = CREDENTIAL_OF_KEY_TYPE[principal.keyType];
  if (kind === undefined || !(access.credentials ?? SERVER_KEYS_ONLY).includes(kind)) {
    return { allowed: false, code: 'AUTHZ_KEY_TYPE', reason: 'key_type_not_accepted', permission };
  }
  if (!principal.permissions.has(permission)) return { allowed: false, code: 'AUTHZ_SCOPE_MISSING', reason: 'scope_missing', permission };
  return ALLOWED;
}

/** Lets only those through that {@link decide} allows. */
export function authorize(access: GuardedAccess, metrics: AuthzMetrics): Step {
  const count = metrics.of(access.permission);
  return ({ principal }) => {
    if (principal === undefined) throw new InternalError('A request is authorized before its caller is known.');
    const decision = decide(access, principal);
    count(decision.allowed ? 'granted' : decision.reason, decision.allowed);
    if (!decision.allowed) throw refusal(decision);
  };
}

/** What the caller of a refused request is told. */
export function refusal({ code, reason, permission }: Exclude<Decision, { allowed: true }>): AuthorizationError {
  const scope = scopeGranting(permission);
  const text: Partial<Record<ErrorCode, string>> = {
    AUTHZ_KEY_TYPE: 'This type of API key cannot call this route.',
    AUTHZ_SCOPE_MISSING: `The API key lacks ${permission}${scope === undefined ? '' : `, which the scope ${scope} grants`}.`,
  };
  return new AuthorizationError(code, text[code] ?? 'The call is not allowed.', { details: { reason, requiredPermission: permission } });
}
