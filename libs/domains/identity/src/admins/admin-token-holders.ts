import { narrowedTo, permissionsOfRoles } from '@caas/gateway-middleware';
import { type Principal, type TenantDirectory, type TokenSettings } from '@caas/runtime';
import { isId, parseTenantId, type TenantId } from '@caas/schema';
import { type RevocationList } from '../revocations/revocation-list.js';
import { refused, type VerifiedToken } from '../tokens/access-token-verifier.js';
import { type TokenHolders } from '../tokens/token-holders.js';
import { type AdminMemberships } from './admin-memberships.js';

export interface AdminTokenParts {
  readonly settings: TokenSettings;
  readonly tenants: TenantDirectory;
  readonly memberships: Pick<AdminMemberships, 'of'>;
  readonly revocations: Pick<RevocationList, 'isRevoked'>;
  /** Whether a second factor is required: in production. */
  readonly needsMfa: boolean;
}

/** What staff may be, the least first. The API takes the last one only. */
export const STAFF_ROLES = ['platform_viewer', 'platform_operator', 'platform_admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];
const SECOND_FACTOR = 'mfa';

/** People at the console of a tenant: what they may do follows from their membership as it is now, not from the token. */
export class AdminTokenHolders implements TokenHolders {
  readonly #parts: AdminTokenParts;

  constructor(parts: AdminTokenParts) {
    this.#parts = parts;
  }

  async principalOf(token: VerifiedToken): Promise<Principal> {
    const { claims } = token;
    const { memberships, tenants, revocations } = this.#parts;
    const tenantId = requireCommon(token, this.#parts);
    if (tenantId === undefined || !isId('adm', claims.sub)) throw refused('AUTH_TOKEN_CLAIMS');
    const [membership, tenant] = await Promise.all([memberships.of(tenantId, claims.sub), tenants.get(tenantId)]);
    if (tenant === undefined) throw refused('AUTH_TOKEN_CLAIMS');
    if (membership === undefined) throw refused('AUTH_TOKEN_REVOKED');
    const things = [{ kind: 'token', id: token.jti } as const, { kind: 'tenant', id: tenantId } as const];
    if (await revocations.isRevoked(token.issuedAt, things)) throw refused('AUTH_TOKEN_REVOKED');
    const roles = [membership.role];
    const granted = withoutDenied(permissionsOfRoles('admin', roles), membership.permissions);
    return principalOf(token, { actor: 'admin', tenantId, roles, permissions: granted });
  }
}

export interface StaffTokenParts extends Pick<AdminTokenParts, 'settings' | 'revocations' | 'needsMfa'> {
  /** Who is taken; `platform_admin` alone unless given. */
  readonly roles?: readonly StaffRole[];
}

/** Staff of the platform: they belong to no tenant and name one with each request. Whoever has several roles acts in the highest. */
export class StaffTokenHolders implements TokenHolders {
  readonly #parts: StaffTokenParts;

  constructor(parts: StaffTokenParts) {
    this.#parts = parts;
  }

  async principalOf(token: VerifiedToken): Promise<Principal> {
    requireCommon(token, this.#parts);
    const { roles: taken = ['platform_admin'] } = this.#parts;
    const role = STAFF_ROLES.findLast((name) => taken.includes(name) && token.claims.roles.includes(name));
    if (token.claims.tenant_id !== undefined || role === undefined) throw refused('AUTH_TOKEN_CLAIMS');
    if (await this.#parts.revocations.isRevoked(token.issuedAt, [{ kind: 'token', id: token.jti }])) throw refused('AUTH_TOKEN_REVOKED');
    const roles = [role];
    return principalOf(token, { actor: 'platform', tenantId: null, roles, permissions: permissionsOfRoles('platform', roles) });
  }
}

/** What holds for every token of people that work with the platform: it is ours, and of two factors where that is asked. The tenant that it names. */
function requireCommon(
  { claims, issuer, audience }: VerifiedToken,
  { settings, needsMfa }: Pick<AdminTokenParts, 'settings' | 'needsMfa'>,
): TenantId | undefined {
  if (issuer !== settings.issuer || !audience.includes(settings.audience)) throw refused('AUTH_TOKEN_CLAIMS');
  if (needsMfa && claims.amr?.includes(SECOND_FACTOR) !== true) throw refused('AUTH_TOKEN_CLAIMS');
  try {
    return claims.tenant_id === undefined ? undefined : parseTenantId(claims.tenant_id);
  } catch (cause) {
    throw refused('AUTH_TOKEN_CLAIMS', cause);
  }
}

function principalOf(
  { claims, jti, issuedAt, expiresAt }: VerifiedToken,
  who: Pick<Principal, 'actor' | 'tenantId' | 'roles' | 'permissions'>,
): Principal {
  return {
    ...who,
    authType: 'jwt',
    appId: null,
    subjectId: claims.sub,
    environment: claims.env,
    permissions: claims.permissions === undefined ? who.permissions : narrowedTo(who.permissions, claims.permissions),
    issuedAt,
    expiresAt,
    tokenId: jti,
  };
}

/** A membership takes away what it names with `!`; it never adds to what the role grants. */
function withoutDenied(granted: ReadonlySet<string>, rules: readonly string[]): ReadonlySet<string> {
  const denied = rules.flatMap((rule) => (rule.startsWith('!') ? [rule.slice(1)] : []));
  if (denied.length === 0) return granted;
  const isDenied = (permission: string): boolean =>
    denied.some((rule) => {
      const [area = '', action = '*'] = rule.split(':');
      return (area === '*' || permission.startsWith(`${area}.`)) && (action === '*' || permission.endsWith(`.${action}`));
    });
  return new Set([...granted].filter((permission) => !isDenied(permission)));
}
