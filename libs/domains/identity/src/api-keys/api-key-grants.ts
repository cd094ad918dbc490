import { expandScopes, type Scope, SCOPES } from '@caas/gateway-middleware';
import { type ApiKeyType, AuthorizationError, ValidationError } from '@caas/runtime';
import { parseCidr } from '@caas/schema';
import { type ApiKey } from './api-keys.collection.js';
import { coversEndpoint } from './endpoint-glob.js';

/** What a key opens, and to whom: what nobody may hand out beyond their own. */
export interface KeyGrants {
  readonly scopes: readonly Scope[];
  /** Null: every application. */
  readonly appId: string | null;
  readonly environment: 'live' | 'test';
  readonly endpoints: readonly string[];
  /** Empty: from everywhere. */
  readonly networks: readonly string[];
  readonly expiresAt: Date | null;
}

/** The most that a caller may hand out. */
export type KeyBounds = Omit<KeyGrants, 'environment'> & { readonly environment: KeyGrants['environment'] | null };

/** Operators of the platform hand out what they want. */
export const UNBOUNDED: KeyBounds = { scopes: SCOPES, appId: null, environment: null, endpoints: ['*'], networks: [], expiresAt: null };

export function grantsOf({ app_id, environment, permissions, restrictions }: Omit<GrantFields, 'type'>): KeyGrants {
  return {
    scopes: permissions.scopes,
    appId: app_id,
    environment,
    endpoints: permissions.allowed_endpoints,
    networks: restrictions.ip_whitelist,
    expiresAt: restrictions.expires_at,
  };
}
type GrantFields = Pick<ApiKey, 'app_id' | 'environment' | 'permissions' | 'restrictions' | 'type'>;

/** Throws `AuthorizationError` AUTHZ_ESCALATION, with the reason, when a key would open more than its maker may. */
export function requireWithin(bounds: KeyBounds, grants: KeyGrants): void {
  const missing = grants.scopes.filter((scope) => !bounds.scopes.includes(scope));
  if (missing.length > 0) throw escalation('scope_not_held', `The caller does not hold ${missing.join(', ')} and cannot hand it out.`);
  if (bounds.appId !== null && grants.appId !== bounds.appId)
    throw escalation('other_application', 'The caller belongs to one application and cannot make keys for others.');
  if (bounds.environment !== null && grants.environment !== bounds.environment)
    throw escalation('other_environment', `A ${bounds.environment} key cannot make ${grants.environment} keys.`);
  if (!grants.endpoints.every((glob) => coversEndpoint(bounds.endpoints, glob)))
    throw escalation('wider_endpoints', 'The key would open endpoints that are closed to the caller.');
  if (!networksWithin(bounds.networks, grants.networks))
    throw escalation('wider_networks', 'The key would work from networks from which the caller does not.');
  if (bounds.expiresAt !== null && (grants.expiresAt === null || grants.expiresAt > bounds.expiresAt))
    throw escalation('outlives_caller', 'The key would be good for longer than the caller is.');
}

function networksWithin(bounds: readonly string[], wanted: readonly string[]): boolean {
  if (bounds.length === 0) return true;
  const outer = bounds.flatMap((text) => parseCidr(text) ?? []);
  return (
    wanted.length > 0 &&
    wanted.every((text) => {
      const inner = parseCidr(text);
      return inner !== undefined && outer.some(({ start, end }) => start.compare(inner.start) <= 0 && end.compare(inner.end) >= 0);
    })
  );
}

function escalation(reason: string, message: string): AuthorizationError {
  return new AuthorizationError('AUTHZ_ESCALATION', message, { details: { reason } });
}

const CLIENT_SCOPE = /^(?:chat|presence):/u;

/** The scopes as they are stored. Throws `ValidationError` naming `/body/scopes` for one that does not exist or that keys of the type never have. */
export function scopesFor(type: ApiKeyType, written: readonly string[]): Scope[] {
  const scopes = expanded(written);
  if (type === 'webhook' && scopes.length > 0) throw scopeIssue('type', 'webhook keys only verify and have no scopes');
  if (type !== 'webhook' && scopes.length === 0) throw scopeIssue('required', 'needs at least one scope');
  const foreign = type === 'client' ? scopes.find((scope) => !CLIENT_SCOPE.test(scope)) : undefined;
  if (foreign !== undefined) throw scopeIssue('type', `client keys have scopes of chat and presence only, not ${foreign}`);
  return scopes;
}

function expanded(written: readonly string[]): Scope[] {
  try {
    return expandScopes(written);
  } catch (error) {
    throw scopeIssue('unknown_scope', (error as Error).message, error);
  }
}

function scopeIssue(code: string, message: string, cause?: unknown): ValidationError {
  return new ValidationError([{ field: '/body/scopes', code, message }], { cause });
}
