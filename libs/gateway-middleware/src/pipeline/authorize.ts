import { type Actor, type ActingUser, AuthorizationError, type ErrorCode, InternalError, type Principal } from '@caas/runtime';
import { type Permission, scopeGranting, SELF } from '../access/permissions.js';
import { grantOf, type RoledActor } from '../access/role-grants.js';
import { type CredentialKind, type GuardedAccess } from '../access/route-access.js';
import { type AccessAudit } from '../observability/access-audit.js';
import { type AuthzMetrics } from '../observability/http-metrics.js';
import { type Step } from './run-steps.js';

const SERVER_KEYS_ONLY: readonly CredentialKind[] = ['key'];
const KEYS: ReadonlySet<Actor> = new Set<Actor>(['key', 'client_key', 'webhook_key']);

/** Why a caller is refused. */
export interface Denial {
  readonly allowed: false;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly permission: Permission;
}

/** Allowed, or the first rule that says no. */
export type Decision = { readonly allowed: true } | Denial;

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
  const { actor } = principal;
  if (!(access.credentials ?? SERVER_KEYS_ONLY).includes(actor as CredentialKind)) {
    if (KEYS.has(actor)) return { allowed: false, code: 'AUTHZ_KEY_TYPE', reason: 'key_type_not_accepted', permission };
    return { allowed: false, code: 'AUTHZ_CREDENTIAL_TYPE', reason: 'credential_type_not_accepted', permission };
  }
  if (permission === SELF || principal.permissions.has(permission)) return ALLOWED;
  if (KEYS.has(actor)) return { allowed: false, code: 'AUTHZ_SCOPE_MISSING', reason: 'scope_missing', permission };
  return { allowed: false, code: 'AUTHZ_DENIED', reason: reasonOf(actor as RoledActor, principal, permission), permission };
}

/** The same for the user for whom a key acts: the call may do what both may. */
export function decideFor(user: ActingUser, permission: Permission): Decision {
  if (permission === SELF || user.permissions.has(permission)) return ALLOWED;
  return { allowed: false, code: 'AUTHZ_DENIED', reason: reasonOf('user', user, permission), permission };
}

/** Lets only those through that {@link decide} allows. */
export function authorize(access: GuardedAccess, metrics: AuthzMetrics, audit?: AccessAudit): Step {
  const count = metrics.of(access.permission);
  const noteUse = audit?.useOf(access.permission);
  return (exchange) => {
    const { principal } = exchange;
    if (principal === undefined) throw new InternalError('A request is authorized before its caller is known.');
    const decision = decide(access, principal);
    count(decision.allowed ? 'granted' : decision.reason, decision.allowed);
    if (!decision.allowed) throw refusal(decision);
    noteUse?.(exchange);
  };
}

/** What the caller of a refused request is told. */
export function refusal({ code, reason, permission }: Denial): AuthorizationError {
  const scope = scopeGranting(permission);
  const text: Partial<Record<ErrorCode, string>> = {
    AUTHZ_KEY_TYPE: 'This type of API key cannot call this route.',
    AUTHZ_CREDENTIAL_TYPE: 'This kind of credential cannot call this route.',
    AUTHZ_SCOPE_MISSING: `The API key lacks ${permission}${scope === undefined ? '' : `, which the scope ${scope} grants`}.`,
    AUTHZ_DENIED: `The caller lacks ${permission}.`,
  };
  return new AuthorizationError(code, text[code] ?? 'The call is not allowed.', { details: { reason, requiredPermission: permission } });
}

/** The roles do not grant it; or they do, and a flag of the user or the token itself takes it away. */
function reasonOf(actor: RoledActor, { roles }: { readonly roles: readonly string[] }, permission: Permission): string {
  return grantOf(actor, roles, permission) === undefined ? 'role_missing' : 'explicitly_denied';
}
