import { type ActingUser, type Clock, type TenantContext, type TokenSettings } from '@caas/runtime';
import { environmentOf, type KnownApplication } from '../applications/application-directory.js';
import { type AccessTokenClaims, type AccessTokenIssuer, type IssuedToken, type TokenTerms } from '../tokens/access-token.js';
import { type IssuedSession, type UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { type PresentedToken } from '../user-sessions/refresh-token.js';
import { type UserSession } from '../user-sessions/user-sessions.collection.js';

const DAY_MS = 86_400_000;
/** What an application says that nobody changed: then the settings of the platform hold. */
const DEFAULT_TOKEN_MINUTES = 15;
const DEFAULT_REFRESH_DAYS = 7;

export interface SessionTokensParts {
  readonly settings: TokenSettings;
  readonly issuer: AccessTokenIssuer;
  readonly sessions: UserSessionsService;
  readonly clock: Clock;
}

/** Who signs in, and where. */
export interface SigningIn {
  readonly tenant: TenantContext;
  readonly application: KnownApplication;
  readonly user: Pick<ActingUser, 'userId' | 'roles'>;
  readonly deviceId: string | null;
  readonly ip: string | null;
}

/** An access token and the session that it belongs to. */
export interface SessionTokens {
  readonly token: IssuedToken;
  readonly issued: IssuedSession;
}

/** Pairs of access and refresh tokens: the access token names the session, the session knows the access token. */
export class SessionTokensService {
  readonly #parts: SessionTokensParts;

  constructor(parts: SessionTokensParts) {
    this.#parts = parts;
  }

  async open({ tenant, application, user, deviceId, ip }: SigningIn): Promise<SessionTokens> {
    const { sessions, clock, settings } = this.#parts;
    const terms = termsOf(application, settings);
    const access = this.#parts.issuer.plan(terms);
    const expiresAt = new Date(clock.now() + lifetimeMs(application, settings));
    const opening = { userId: user.userId, appId: application.app_id, deviceId, access, ip, expiresAt };
    const issued = await sessions.open(tenant, opening);
    return { issued, token: await this.#parts.issuer.issue(claimsOf(issued.session, { tenant, application, user }), terms, access) };
  }

  /** Throws as `UserSessionsService.rotate` does. */
  async refresh(
    session: UserSession,
    presented: PresentedToken,
    { tenant, application, user, deviceId, ip }: SigningIn,
  ): Promise<SessionTokens> {
    const { sessions, settings, clock, issuer } = this.#parts;
    const terms = termsOf(application, settings);
    const access = issuer.plan(terms);
    const slidTo = Math.min(
      clock.now() + lifetimeMs(application, settings),
      session.created_at.getTime() + settings.sessionAgeMaxSeconds * 1_000,
    );
    const issued = await sessions.rotate(tenant, session, presented, {
      ...{ access, ip, deviceId: deviceId ?? undefined, leewayMs: settings.reuseLeewaySeconds * 1_000 },
      ...(settings.slides && { expiresAt: new Date(slidTo) }),
    });
    return { issued, token: await issuer.issue(claimsOf(issued.session, { tenant, application, user }), terms, access) };
  }

  /** A token of an application as such: it stands for no user and cannot be refreshed. */
  applicationToken(application: KnownApplication): Promise<IssuedToken> {
    const { tenant_id, app_id } = application;
    const claims = { actor: 'user', sub: app_id, tenant_id, app_id, roles: ['guest'], env: environmentOf(application) } as const;
    return this.#parts.issuer.issue(claims, termsOf(application, this.#parts.settings));
  }
}

function claimsOf(
  session: UserSession,
  { tenant, application, user }: Pick<SigningIn, 'tenant' | 'application' | 'user'>,
): AccessTokenClaims {
  return {
    ...{ actor: 'user', sub: user.userId, user_id: user.userId, tenant_id: tenant.tenantId, app_id: application.app_id },
    ...{ roles: user.roles, session_id: session.session_id, env: environmentOf(application) },
    ...(session.device_id !== null && { device_id: session.device_id }),
  };
}

function termsOf({ security: { jwt_config } }: KnownApplication, { accessTtlSeconds }: TokenSettings): TokenTerms {
  const { token_expiry_minutes: minutes } = jwt_config;
  return {
    issuer: jwt_config.issuer,
    audience: jwt_config.audience,
    ttlSeconds: minutes === DEFAULT_TOKEN_MINUTES ? accessTtlSeconds : minutes * 60,
  };
}

function lifetimeMs({ security: { jwt_config } }: KnownApplication, { refreshTtlSeconds }: TokenSettings): number {
  const { refresh_token_expiry_days: days } = jwt_config;
  return days === DEFAULT_REFRESH_DAYS ? refreshTtlSeconds * 1_000 : days * DAY_MS;
}
