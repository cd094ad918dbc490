import { type Mongo, op, type Page, type Filter } from '@caas/data-access-mongo';
import { AuthenticationError, type Clock, type ErrorCode, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { isSameHash, type PresentedToken, type RefreshTokens } from './refresh-token.js';
import { type SessionStates } from './session-states.js';
import { IP_HISTORY_MAX, type UserSession, userSessions } from './user-sessions.collection.js';

/** Sessions that one user can have; the oldest make room. */
export const SESSIONS_PER_USER_MAX = 20;

/** The access token that was issued together with a refresh token. */
export interface AccessToken {
  readonly jti: string;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly userId: string;
  readonly appId: string;
  readonly deviceId: string | null;
  readonly access: AccessToken;
  readonly ip: string | null;
  /** Of session and refresh token alike. */
  readonly expiresAt: Date;
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

export interface Rotation {
  readonly access: AccessToken;
  readonly ip: string | null;
  /** Who presents it; has to be the session's own where that has one. */
  readonly deviceId: string | undefined;
  /** The new end of the session; absent where it stays. */
  readonly expiresAt?: Date;
  /** Milliseconds in which the previous token is taken once more, as long as nobody used its successor. */
  readonly leewayMs: number;
}

/** Which sessions of a user are meant. */
export interface SessionSelection {
  readonly except?: string | undefined;
  readonly deviceId?: string;
}

/**
 * Sessions of users. A refresh token is good once; using one again ends the session, because two parties have it. Whoever verifies tokens is told of each
 * session that ends.
 */
export class UserSessionsService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #states: Pick<SessionStates, 'changed'>;
  readonly #tokens: RefreshTokens;

  constructor(options: { mongo: Mongo; clock: Clock; states: Pick<SessionStates, 'changed'>; tokens: RefreshTokens }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
    this.#states = options.states;
    this.#tokens = options.tokens;
  }

  /** Opens a session. Of more than {@link SESSIONS_PER_USER_MAX} the oldest end. */
  async open(tenant: TenantContext, { userId, appId, deviceId, access, ip, expiresAt }: NewSession): Promise<IssuedSession> {
    const now = new Date(this.#clock.now());
    const sessionId = newId('sess');
    const token = this.#tokens.issue(tenant.tenantId, sessionId);
    const session = await this.#repository(tenant).insert({
      session_id: sessionId,
      user_id: userId,
      app_id: appId,
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
      expires_at: expiresAt,
    });
    await this.#makeRoom(tenant, userId);
    return { session, refreshToken: token.text };
  }

  /** The session that an authentic refresh token names, as it is now. */
  find(tenant: TenantContext, sessionId: string): Promise<UserSession | undefined> {
    return this.#repository(tenant).find(sessionId, { readFrom: 'primary' });
  }

  /**
   * Takes a refresh token and gives the next one, by one conditional update: of several at once one wins. Throws `AuthenticationError`: `AUTH_REFRESH_INVALID`
   * for a session that has ended or a device that is not its own, `AUTH_REFRESH_EXPIRED`, and `AUTH_REFRESH_REUSED` for a token that was used before, after
   * ending the session.
   */
  async rotate(tenant: TenantContext, session: UserSession, presented: PresentedToken, rotation: Rotation): Promise<IssuedSession> {
    const now = new Date(this.#clock.now());
    const taken = hashToReplace(session, { presented, rotation, now });
    if (taken === undefined) throw await this.#reused(tenant, session);
    if (session.status !== 'active') throw refusedRefresh('AUTH_REFRESH_INVALID');
    if (session.expires_at <= now) throw refusedRefresh('AUTH_REFRESH_EXPIRED');
    if (session.device_id !== null && session.device_id !== rotation.deviceId) throw refusedRefresh('AUTH_REFRESH_INVALID');
    const token = this.#tokens.issue(tenant.tenantId, session.session_id);
    const rotated = await this.#repository(tenant).findOneAndUpdate(
      { session_id: session.session_id, status: 'active', 'tokens.refresh_hash': taken },
      {
        set: {
          'tokens.refresh_hash': token.hash,
          'tokens.prev_refresh_hash': presented.hash,
          'tokens.access_jti': rotation.access.jti,
          'tokens.access_expires_at': rotation.access.expiresAt,
          'tokens.last_refresh_at': now,
          'activity.last_active_at': now,
          ...(rotation.ip !== null && { 'activity.last_ip': rotation.ip }),
          ...(rotation.expiresAt !== undefined && { expires_at: rotation.expiresAt }),
        },
        inc: { 'tokens.refresh_count': 1 },
        ...(rotation.ip !== null &&
          rotation.ip !== session.activity.last_ip && {
            push: { 'activity.ip_history': { each: [{ ip: rotation.ip, seen_at: now }], keep: -IP_HISTORY_MAX } },
          }),
      },
    );
    // Somebody else used the token between our look and our change.
    if (rotated === undefined) throw await this.#reused(tenant, session);
    return { session: rotated, refreshToken: token.text };
  }

  /** Ends a session; false when it had ended already. */
  async revoke(tenant: TenantContext, sessionId: string, termination: Termination): Promise<boolean> {
    const ended = await this.#repository(tenant).findOneAndUpdate({ session_id: sessionId, status: 'active' }, this.#ending(termination));
    await this.#states.changed(tenant, [sessionId]);
    return ended !== undefined;
  }

  /** Ends the sessions of a user, all or those that are selected; resolves with the ids of those that were active. */
  async revokeAll(
    tenant: TenantContext,
    userId: string,
    { except, deviceId, ...termination }: Termination & SessionSelection,
  ): Promise<string[]> {
    const selected = {
      user_id: userId,
      status: 'active' as const,
      ...(except !== undefined && { session_id: op.ne(except) }),
      ...(deviceId !== undefined && { device_id: deviceId }),
    };
    const repository = this.#repository(tenant);
    const found = await repository.findMany(selected, { select: ['session_id'], readFrom: 'primary' });
    await repository.updateMany(selected, this.#ending(termination));
    const ended = found.map(({ session_id }) => session_id);
    await this.#states.changed(tenant, ended);
    return ended;
  }

  /** The sessions of a user that are active now: not ended, not expired. */
  listActive(tenant: TenantContext, userId: string): Promise<UserSession[]> {
    return this.#repository(tenant).findMany({
      user_id: userId,
      status: 'active',
      expires_at: op.gt(new Date(this.#clock.now())),
    });
  }

  /** The sessions of a user, latest first. */
  list(
    tenant: TenantContext,
    {
      userId,
      status,
      limit,
      cursor,
    }: { userId: string; status?: UserSession['status'] | undefined; limit: number; cursor?: string | undefined },
  ): Promise<Page<UserSession>> {
    const filter: Filter<UserSession> = { user_id: userId, ...(status !== undefined && { status }) };
    return this.#repository(tenant).page(filter, { sort: { session_id: -1 }, limit, cursor });
  }

  async #makeRoom(tenant: TenantContext, userId: string): Promise<void> {
    const active = await this.#repository(tenant).findMany(
      { user_id: userId, status: 'active' },
      { sort: { session_id: -1 }, limit: 2 * SESSIONS_PER_USER_MAX, select: ['session_id'], readFrom: 'primary' },
    );
    const surplus = active.slice(SESSIONS_PER_USER_MAX);
    await Promise.all(surplus.map(({ session_id }) => this.revoke(tenant, session_id, { by: 'system', reason: 'replaced' })));
  }

  async #reused(tenant: TenantContext, { session_id }: UserSession): Promise<AuthenticationError> {
    await this.revoke(tenant, session_id, { by: 'security', reason: 'refresh_token_reuse' });
    return refusedRefresh('AUTH_REFRESH_REUSED');
  }

  #ending({ by, reason, fromIp = null }: Termination) {
    const terminated = { at: new Date(this.#clock.now()), by, reason, from_ip: fromIp };
    return { set: { status: 'revoked' as const, terminated } };
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(userSessions);
  }
}

/** The hash that has to be stored still when a presented token is exchanged; `undefined` for a token that was used before. */
function hashToReplace(
  { tokens, device_id }: UserSession,
  { presented, rotation, now }: { presented: PresentedToken; rotation: Rotation; now: Date },
): string | undefined {
  if (isSameHash(presented.hash, tokens.refresh_hash)) return tokens.refresh_hash;
  const isPrevious = tokens.prev_refresh_hash !== null && isSameHash(presented.hash, tokens.prev_refresh_hash);
  const age = now.getTime() - (tokens.last_refresh_at?.getTime() ?? 0);
  const isOwn = device_id !== null && device_id === rotation.deviceId;
  return isPrevious && isOwn && age < rotation.leewayMs ? tokens.refresh_hash : undefined;
}

const TEXTS = {
  AUTH_REFRESH_INVALID: 'The refresh token is not valid. Sign in again.',
  AUTH_REFRESH_EXPIRED: 'The session is past its end. Sign in again.',
  AUTH_REFRESH_REUSED: 'The refresh token was used before; the session has been ended. Sign in again.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** The refusal of a refresh token; `isGuess` for one that was made up. */
export function refusedRefresh(code: keyof typeof TEXTS, { isGuess = false }: { isGuess?: boolean } = {}): AuthenticationError {
  return new AuthenticationError(code, TEXTS[code], { details: { isGuess } });
}
