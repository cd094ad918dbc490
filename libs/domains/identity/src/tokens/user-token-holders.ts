import { narrowedTo } from '@caas/gateway-middleware';
import {
  type ActingUser,
  type ActingUserResolver,
  AuthorizationError,
  type AuthType,
  type Principal,
  type TenantContext,
  type TenantDirectory,
  type TokenSettings,
  UnavailableError,
} from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { type ApplicationDirectory, environmentOf, type KnownApplication } from '../applications/application-directory.js';
import { type RevocationList, type RevocableThing } from '../revocations/revocation-list.js';
import { type SessionStates } from '../user-sessions/session-states.js';
import { type UserReader } from '../users/user-reader.js';
import { refused, type VerifiedToken } from './access-token-verifier.js';
import { type TokenHolders } from './token-holders.js';

export interface UserTokenHoldersParts {
  readonly settings: TokenSettings;
  readonly tenants: TenantDirectory;
  readonly applications: ApplicationDirectory;
  readonly revocations: RevocationList;
  readonly sessions: SessionStates;
  readonly actingUsers: ActingUserResolver;
  readonly users: Pick<UserReader, 'find'>;
}

/** A user whom a token names, in the place where the token is good. */
export interface NamedUser {
  readonly tenant: TenantContext;
  readonly application: KnownApplication;
  readonly user: ActingUser;
}

/** Users, and applications as such, behind tokens that we issued. */
export class UserTokenHolders implements TokenHolders {
  readonly #parts: UserTokenHoldersParts;

  constructor(parts: UserTokenHoldersParts) {
    this.#parts = parts;
  }

  async principalOf(token: VerifiedToken): Promise<Principal> {
    const { claims } = token;
    const { tenant, application } = await this.#place(token);
    const things: RevocableThing[] = [
      { kind: 'token', id: `${tenant.tenantId}:${token.jti}` },
      { kind: 'app', id: application.app_id },
      { kind: 'tenant', id: tenant.tenantId },
      ...(claims.user_id === undefined ? [] : [{ kind: 'user', id: claims.user_id } as const]),
    ];
    const [bornAt, user] = await Promise.all([this.#bornAt(tenant, token), this.#user(tenant, claims.user_id)]);
    if (await this.#parts.revocations.isRevoked(bornAt, things)) throw refused('AUTH_TOKEN_REVOKED');
    return principal(token, { tenant, application, user });
  }

  /** The tenant and the application of a token; issuer and audience are the application's, or the platform's where it has none. */
  async #place({ claims, issuer, audience }: VerifiedToken): Promise<{ tenant: TenantContext; application: KnownApplication }> {
    const tenantId = asTenantId(claims.tenant_id);
    const [tenant, application] = await Promise.all([
      tenantId && this.#parts.tenants.get(tenantId),
      claims.app_id === undefined ? undefined : this.#parts.applications.get(claims.app_id),
    ]);
    if (tenant === undefined || application?.tenant_id !== tenant.tenantId) throw refused('AUTH_TOKEN_CLAIMS');
    if (application.status === 'deleted') throw refused('AUTH_TOKEN_CLAIMS');
    const { settings } = this.#parts;
    const { jwt_config } = application.security;
    const isForUs = issuer === (jwt_config.issuer ?? settings.issuer) && audience.includes(jwt_config.audience ?? settings.audience);
    if (!isForUs || claims.env !== environmentOf(application)) throw refused('AUTH_TOKEN_CLAIMS');
    requireEnabled(application);
    return { tenant, application };
  }

  /** When that came to be which revocations are compared with: the session, so that those opened afterwards live; else the token. */
  async #bornAt(tenant: TenantContext, { claims, issuedAt }: VerifiedToken): Promise<number> {
    if (claims.session_id === undefined) return issuedAt;
    const session = await this.#parts.sessions.of(tenant, claims.session_id);
    if (session === undefined || !session.isActive) throw refused('AUTH_SESSION_TERMINATED');
    return session.createdAt;
  }

  async #user(tenant: TenantContext, userId: string | undefined): Promise<ActingUser | undefined> {
    if (userId === undefined) return undefined;
    return (await this.#parts.actingUsers.resolve(tenant, userId)) ?? refuseUser(this.#parts.users, tenant, userId);
  }
}

/** Throws why a user cannot act. */
export async function refuseUser(users: Pick<UserReader, 'find'>, tenant: TenantContext, reference: string): Promise<never> {
  const user = await users.find(tenant, reference);
  if (user?.status === 'banned') throw new AuthorizationError('AUTH_USER_BANNED', 'The user is banned.');
  throw refused('AUTH_USER_DELETED');
}

/** Throws for an application that is switched off. */
export function requireEnabled({ status }: Pick<KnownApplication, 'status'>): void {
  if (status === 'disabled')
    throw new UnavailableError('The application is switched off.', { code: 'TENANT_APP_DISABLED', retryable: false });
}

function principal(
  { claims, jti, issuedAt, expiresAt }: VerifiedToken,
  { tenant, application, user }: { tenant: TenantContext; application: KnownApplication; user: ActingUser | undefined },
  authType: AuthType = 'jwt',
): Principal {
  const permissions = user?.permissions ?? NO_PERMISSIONS;
  return {
    actor: 'user',
    authType,
    tenantId: tenant.tenantId,
    appId: application.app_id,
    subjectId: claims.sub,
    ...(user !== undefined && { user }),
    ...(claims.session_id !== undefined && { sessionId: claims.session_id }),
    ...(claims.device_id !== undefined && { deviceId: claims.device_id }),
    roles: user?.roles ?? claims.roles,
    environment: claims.env,
    permissions: claims.permissions === undefined ? permissions : narrowedTo(permissions, claims.permissions),
    issuedAt,
    expiresAt,
    tokenId: jti,
  };
}

/** What an application as such may do. Routes act for users, and it is none. */
const NO_PERMISSIONS: ReadonlySet<string> = new Set();

function asTenantId(text: string | undefined): TenantId | undefined {
  try {
    return text === undefined ? undefined : parseTenantId(text);
  } catch {
    return undefined;
  }
}
