import { checkTenantState } from '@caas/gateway-middleware';
import { type ActingUserResolver, AppError, runWithTenant, type TenantContext, type TenantDirectory } from '@caas/runtime';
import { type ApplicationDirectory, type KnownApplication } from '../applications/application-directory.js';
import { type RevocationList } from '../revocations/revocation-list.js';
import { refuseUser, requireEnabled } from '../tokens/user-token-holders.js';
import { type RefreshTokens } from '../user-sessions/refresh-token.js';
import { type UserSession } from '../user-sessions/user-sessions.collection.js';
import { refusedRefresh, type UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { type UserReader } from '../users/user-reader.js';
import { type AuthAudit } from './auth-audit.js';
import { type RefreshedTokens, toRefreshedTokens } from './issued-tokens.js';
import { type SessionTokensService } from './session-tokens.js';

export interface RefreshParts {
  readonly refreshTokens: RefreshTokens;
  readonly tenants: TenantDirectory;
  readonly applications: ApplicationDirectory;
  readonly revocations: RevocationList;
  readonly sessions: UserSessionsService;
  readonly actingUsers: ActingUserResolver;
  readonly users: Pick<UserReader, 'find'>;
  readonly tokens: SessionTokensService;
  readonly audit: AuthAudit;
  readonly now: () => number;
}

/** Exchanges refresh tokens. Tenant, application and user are looked at again, so that nobody refreshes past a ban. */
export class RefreshService {
  readonly #parts: RefreshParts;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /** Throws `AuthenticationError` `AUTH_REFRESH_…`, and whatever is wrong with tenant, application or user. */
  async refresh(
    text: string,
    { deviceId = null, ip }: { deviceId?: string | null | undefined; ip: string | null },
  ): Promise<RefreshedTokens> {
    const presented = this.#parts.refreshTokens.read(text);
    const tenant = presented && (await this.#parts.tenants.get(presented.tenantId));
    if (presented === undefined || tenant === undefined) throw refusedRefresh('AUTH_REFRESH_INVALID', { isGuess: true });
    checkTenantState(tenant);
    return runWithTenant(tenant, async () => {
      const session = await this.#parts.sessions.find(tenant, presented.sessionId);
      if (session === undefined) throw refusedRefresh('AUTH_REFRESH_INVALID');
      const application = await this.#application(tenant, session);
      const user =
        (await this.#parts.actingUsers.resolve(tenant, session.user_id)) ?? (await refuseUser(this.#parts.users, tenant, session.user_id));
      const signingIn = { tenant, application, user, deviceId, ip };
      try {
        const { token, issued } = await this.#parts.tokens.refresh(session, presented, signingIn);
        this.#told(tenant, session, 'auth.refreshed');
        return toRefreshedTokens(token, issued, this.#parts.now());
      } catch (error) {
        if (error instanceof AppError && error.code === 'AUTH_REFRESH_REUSED') this.#told(tenant, session, 'security.token_reuse');
        throw error;
      }
    });
  }

  /** The application of a session, unless it, the tenant or the user was revoked as a whole since the session began. */
  async #application(tenant: TenantContext, session: UserSession): Promise<KnownApplication> {
    const application = await this.#parts.applications.ofTenant(tenant.tenantId, session.app_id);
    if (application === undefined || application.status === 'deleted') throw refusedRefresh('AUTH_REFRESH_INVALID');
    requireEnabled(application);
    const isRevoked = await this.#parts.revocations.isRevoked(session.created_at.getTime(), [
      { kind: 'user', id: session.user_id },
      { kind: 'app', id: session.app_id },
      { kind: 'tenant', id: tenant.tenantId },
    ]);
    if (isRevoked) throw refusedRefresh('AUTH_REFRESH_INVALID');
    return application;
  }

  #told(tenant: TenantContext, { user_id: id, session_id: sessionId }: UserSession, name: 'auth.refreshed' | 'security.token_reuse'): void {
    const isReuse = name === 'security.token_reuse';
    this.#parts.audit.note(tenant, {
      ...{ name, type: 'refresh', actor: { type: 'user', id }, target: { type: 'session', id: sessionId }, sessionId },
      ...(isReuse && { severity: 'high' as const, result: { status: 'denied' as const, errorCode: 'AUTH_REFRESH_REUSED' } }),
    });
  }
}
