import { type Mongo, op } from '@caas/data-access-mongo';
import { AuthenticationError, type Clock, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { isSameHash, newRefreshToken, parseRefreshToken } from './refresh-token.js';
import { type UserSession, userSessions } from './user-sessions.collection.js';

const DAY_MS = 86_400_000;
const REFRESH_TTL_MS = 7 * DAY_MS;
/** However often it slides, a session ends then. */
const SESSION_AGE_MAX_MS = 30 * DAY_MS;

/** The access token that was issued together with a refresh token. */
export interface AccessToken {
  readonly jti: string;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly userId: string;
  readonly deviceId: string | null;
  readonly access: AccessToken;
  readonly ip: string | null;
}

/** A session and the text of its refresh token, which is nowhere else. */
export interface IssuedSession {
  readonly session: UserSession;
  readonly refreshToken: string;
}

export interface Termination {
  readonly by: NonNullable<UserSession['terminated']>['by'];
  readonly reason: NonNullable<UserSession['terminated']>['reason'];
  readonly fromIp?: string | null;
}

/** Sessions of users. A refresh token is good once; using one again ends the session, because two parties have it. */
export class UserSessionsService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  async open(tenant: TenantContext, { userId, deviceId, access, ip }: NewSession): Promise<IssuedSession> {
    const now = new Date(this.#clock.now());
    const sessionId = newId('sess');
    const token = newRefreshToken(sessionId);
    const session = await this.#repository(tenant).insert({
      session_id: sessionId,
      user_id: userId,
      device_id: deviceId,
      tokens: {
        refresh_hash: token.hash,
        prev_refresh_hash: null,
        access_jti: access.jti,
        access_expires_at: access.expiresAt,
        refresh_count: 0,
        last_refresh_at: null,
      },
      status: 'active',
      activity: {
        last_active_at: now,
        created_ip: ip,
        last_ip: ip,
        ip_history: ip === null ? [] : [{ ip, seen_at: now }],
        location: null,
      },
      security: {
        is_suspicious: false,
        suspicious_indicators: [],
        requires_reauthentication: false,
        mfa_verified: false,
        mfa_verified_at: null,
      },
      terminated: null,
      expires_at: new Date(now.getTime() + REFRESH_TTL_MS),
    });
    return { session, refreshToken: token.text };
  }

  /**
   * Takes a refresh token and gives the next one. `slide` moves the end of the session to 7 days from now, never beyond 30 days after its start.
   * Throws `AuthenticationError` for a token that is unknown, expired or revoked; one that was used before revokes the session first.
   */
  async rotate(
    tenant: TenantContext,
    refreshToken: string,
    { access, slide }: { access: AccessToken; slide: boolean },
  ): Promise<IssuedSession> {
    const presented = parseRefreshToken(refreshToken);
    if (presented === undefined) throw refused();
    const repository = this.#repository(tenant);
    const session = await repository.find(presented.sessionId, { readFrom: 'primary' });
    const now = new Date(this.#clock.now());
    if (session === undefined || session.status !== 'active' || session.expires_at <= now) throw refused();
    const { refresh_hash, prev_refresh_hash } = session.tokens;
    if (isSameHash(presented.hash, refresh_hash)) {
      const token = newRefreshToken(session.session_id);
      const rotated = await repository.findOneAndUpdate(
        { session_id: session.session_id, status: 'active', 'tokens.refresh_hash': refresh_hash },
        {
          set: {
            'tokens.refresh_hash': token.hash,
            'tokens.prev_refresh_hash': refresh_hash,
            'tokens.access_jti': access.jti,
            'tokens.access_expires_at': access.expiresAt,
            'tokens.last_refresh_at': now,
            'activity.last_active_at': now,
            ...(slide ? { expires_at: slidTo(session, now) } : {}),
          },
          inc: { 'tokens.refresh_count': 1 },
        },
      );
      if (rotated !== undefined) return { session: rotated, refreshToken: token.text };
    }
    // Used before: in an earlier rotation, or by another caller between our look and our change.
    const isReuse =
      isSameHash(presented.hash, refresh_hash) || (prev_refresh_hash !== null && isSameHash(presented.hash, prev_refresh_hash));
    if (isReuse) await this.revoke(tenant, session.session_id, { by: 'security', reason: 'refresh_token_reuse' });
    throw refused();
  }

  /** Ends a session; false when it had ended already. */
  async revoke(tenant: TenantContext, sessionId: string, { by, reason, fromIp = null }: Termination): Promise<boolean> {
    const terminated = { at: new Date(this.#clock.now()), by, reason, from_ip: fromIp };
    const ended = await this.#repository(tenant).findOneAndUpdate(
      { session_id: sessionId, status: 'active' },
      { set: { status: 'revoked', terminated } },
    );
    return ended !== undefined;
  }

  /** Ends all sessions of a user, or all but one; resolves with their number. */
  async revokeAll(tenant: TenantContext, userId: string, { except, ...termination }: Termination & { except?: string }): Promise<number> {
    const terminated = {
      at: new Date(this.#clock.now()),
      by: termination.by,
      reason: termination.reason,
      from_ip: termination.fromIp ?? null,
    };
    const { matched } = await this.#repository(tenant).updateMany(
      { user_id: userId, status: 'active', ...(except === undefined ? {} : { session_id: op.ne(except) }) },
      { set: { status: 'revoked', terminated } },
    );
    return matched;
  }

  /** The sessions of a user that are active now: not ended, not expired. */
  listActive(tenant: TenantContext, userId: string): Promise<UserSession[]> {
    return this.#repository(tenant).findMany({
      user_id: userId,
      status: 'active',
      expires_at: op.gt(new Date(this.#clock.now())),
    });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(userSessions);
  }
}

function slidTo(session: UserSession, now: Date): Date {
  return new Date(Math.min(now.getTime() + REFRESH_TTL_MS, session.created_at.getTime() + SESSION_AGE_MAX_MS));
}

/** One answer for all: which it was is nobody's business. */
function refused(): AuthenticationError {
  return new AuthenticationError('AUTH_REQUIRED', 'The refresh token is not valid. Sign in again.');
}
