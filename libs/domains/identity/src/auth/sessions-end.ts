import { type AuditEntry, type Clock, type TenantContext, type TokenSettings } from '@caas/runtime';
import { type Revocation } from '../revocations/revocations.collection.js';
import { type RevocationList } from '../revocations/revocation-list.js';
import { type SessionSelection, type Termination, type UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { type AuthAudit } from './auth-audit.js';

/** The longest that an access token of ours lives. */
const ACCESS_TTL_SECONDS_MAX = 3_600;

const TERMINATION_OF: Readonly<Record<Revocation['reason'], Termination['reason']>> = {
  logout: 'logout',
  password_change: 'password_change',
  security_breach: 'suspicious_activity',
  admin_action: 'revoked_by_admin',
  token_reuse: 'refresh_token_reuse',
  device_removed: 'device_revoked',
  used: 'replaced',
};

/** Who ends something, and why. */
export interface EndedBy {
  readonly actor: AuditEntry['actor'];
  readonly reason: Revocation['reason'];
  readonly ip?: string | null;
}

export interface SessionsEndParts {
  readonly settings: TokenSettings;
  readonly sessions: UserSessionsService;
  readonly revocations: RevocationList;
  readonly audit: AuthAudit;
  readonly clock: Clock;
}

/** Ends sessions and tokens before their time. What is ended is written before anything is answered, and refused everywhere within a second. */
export class SessionsEnd {
  readonly #parts: SessionsEndParts;

  constructor(parts: SessionsEndParts) {
    this.#parts = parts;
  }

  /** Ends one session with its refresh token and its access tokens. False when it had ended already. */
  async session(tenant: TenantContext, sessionId: string, by: EndedBy): Promise<boolean> {
    const isEnded = await this.#parts.sessions.revoke(tenant, sessionId, terminationOf(by));
    if (isEnded) this.#told(tenant, sessionId, by);
    return isEnded;
  }

  /** Ends the sessions of a user, all or those that are selected. Resolves with their number. */
  async sessionsOf(tenant: TenantContext, userId: string, { by, ...selection }: { by: EndedBy } & SessionSelection): Promise<number> {
    const ended = await this.#parts.sessions.revokeAll(tenant, userId, { ...terminationOf(by), ...selection });
    for (const sessionId of ended) this.#told(tenant, sessionId, by);
    return ended.length;
  }

  /** Ends everything that a user has: sessions, and tokens without one. Resolves with the number of sessions. */
  async user(tenant: TenantContext, userId: string, by: EndedBy): Promise<number> {
    await this.#parts.revocations.revoke({ ...this.#common(tenant, by), kind: 'user', id: userId, until: this.#sessionsOver() });
    return this.sessionsOf(tenant, userId, { by });
  }

  /** Ends one token, by its id; whatever else its session has lives on. */
  async token(tenant: TenantContext, tokenId: string, { by, expiresAt }: { by: EndedBy; expiresAt?: number | undefined }): Promise<void> {
    const { clockToleranceSeconds } = this.#parts.settings;
    const until = new Date((expiresAt ?? this.#parts.clock.now() + ACCESS_TTL_SECONDS_MAX * 1_000) + clockToleranceSeconds * 1_000);
    await this.#parts.revocations.revoke({ ...this.#common(tenant, by), kind: 'token', id: `${tenant.tenantId}:${tokenId}`, until });
    this.#parts.audit.note(tenant, {
      ...{ name: 'auth.token_revoked', type: 'revoke', actor: by.actor, reason: by.reason },
      target: { type: 'token', id: tokenId },
    });
  }

  #common({ tenantId }: TenantContext, { actor, reason }: EndedBy) {
    return { tenantId, reason, by: actor.id ?? actor.type };
  }

  /** No session that is alive now is alive then. */
  #sessionsOver(): Date {
    return new Date(this.#parts.clock.now() + this.#parts.settings.sessionAgeMaxSeconds * 1_000);
  }

  #told(tenant: TenantContext, sessionId: string, { actor, reason }: EndedBy): void {
    const target = { type: 'session', id: sessionId };
    this.#parts.audit.note(tenant, { name: 'session.terminated', type: 'logout', actor, target, sessionId, reason });
  }
}

function terminationOf({ actor, reason, ip = null }: EndedBy): Termination {
  const by = actor.type === 'user' ? 'user' : actor.type === 'system' ? 'system' : 'admin';
  return { by, reason: TERMINATION_OF[reason], fromIp: ip };
}
