import { CREDENTIAL_KINDS, defineRoute, type RouteContext, type RouteDefinition } from '@caas/gateway-middleware';
import { AppError, auditActorOf, type Principal, type TenantContext, ValidationError } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { type PresenceService } from '../presence/presence.service.js';
import { type AccessTokenVerifier } from '../tokens/access-token-verifier.js';
import { type RefreshTokens } from '../user-sessions/refresh-token.js';
import { type UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { exactlyOne } from './exactly-one.js';
import { type EndedBy, type SessionsEnd } from './sessions-end.js';

export interface AuthRoutesParts {
  readonly end: SessionsEnd;
  readonly sessions: UserSessionsService;
  readonly refreshTokens: RefreshTokens;
  readonly verifier: Pick<AccessTokenVerifier, 'verify'>;
  readonly presence: Pick<PresenceService, 'signedOut'>;
}

const names = z.array(text({ min: 1, max: 100 }));
/** Why callers revoke; the other reasons are our own. */
const reason = z.enum(['logout', 'password_change', 'security_breach', 'admin_action', 'device_removed']);

const revokeBody = z.strictObject({
  token: text({ min: 1, max: 8_192 }).optional(),
  jti: text({ min: 1, max: 64 }).optional(),
  session_id: idOf('sess').optional(),
  reason: reason.optional(),
});

/** What callers do with the credential that they have. */
export function authRoutes({ end, sessions, refreshTokens, verifier, presence }: AuthRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/auth/logout',
      operationId: 'logout',
      summary: 'Sign out',
      description: 'Ends the session of the token with its refresh token, or with `all_devices` every session of the user.',
      tags: ['Auth'],
      access: { permission: 'self', credentials: ['user'], actingUser: 'required' },
      body: z.strictObject({ refresh_token: text({ min: 1, max: 300 }).optional(), all_devices: z.boolean().default(false) }),
      responses: { 204: null },
      handler: async ({ tenant, principal, actingUser, body, request: { ip } }) => {
        const by: EndedBy = { actor: auditActorOf(principal), reason: 'logout', ip: ip ?? null };
        if (body.all_devices) await end.user(tenant, actingUser.userId, by);
        else await endOwn(end, tenant, principal, by);
        const other = body.refresh_token === undefined ? undefined : refreshTokens.read(body.refresh_token);
        if (other !== undefined && other.tenantId === tenant.tenantId && other.sessionId !== principal.sessionId) {
          const session = await sessions.find(tenant, other.sessionId);
          if (session?.user_id === actingUser.userId) await end.session(tenant, other.sessionId, by);
        }
        await presence.signedOut(tenant, actingUser.userId);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/auth/revoke',
      operationId: 'revokeToken',
      summary: 'Revoke a token or a session',
      description:
        'An access token, by itself or by its `jti`; a session, by its id or its refresh token. Users revoke their own, keys those of their tenant.',
      tags: ['Auth'],
      access: { permission: 'session.manage', credentials: ['key', 'user'], actingUser: 'optional' },
      body: revokeBody,
      responses: { 204: null },
      handler: async ({ tenant, principal, actingUser, body, request: { ip } }) => {
        const by: EndedBy = { actor: auditActorOf(principal, actingUser?.userId), reason: body.reason ?? 'admin_action', ip: ip ?? null };
        const revoker = { tenant, ownerId: actingUser?.userId, by };
        const { name, value } = exactlyOne(body, ['token', 'jti', 'session_id']);
        if (name === 'session_id') await revokeSession(value, revoker);
        else if (name === 'jti') await end.token(tenant, value, { by });
        else await revokeText(value, revoker);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/auth/revoke-all',
      operationId: 'revokeAllSessions',
      summary: 'End every session of a user',
      description: 'Users end their own, keys and admins those of `user_id`. Tokens that the tenant signed before are refused as well.',
      tags: ['Auth'],
      access: { permission: 'session.manage', credentials: ['key', 'user', 'admin'], actingUser: 'optional' },
      body: z.strictObject({ user_id: idOf('usr').optional(), reason: reason.optional() }),
      responses: { 200: z.strictObject({ revoked_sessions: int32({ min: 0 }) }) },
      handler: async ({ tenant, principal, actingUser, body, request: { ip } }) => {
        const userId = ownerOf(principal, actingUser?.userId, body.user_id);
        const by: EndedBy = { actor: auditActorOf(principal, actingUser?.userId), reason: body.reason ?? 'admin_action', ip: ip ?? null };
        return { status: 200, body: { revoked_sessions: await end.user(tenant, userId, by) } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/auth/introspect',
      operationId: 'introspect',
      summary: 'Who the credential stands for',
      tags: ['Auth'],
      access: { permission: 'self', credentials: CREDENTIAL_KINDS, actingUser: 'optional' },
      responses: {
        200: z.strictObject({
          actor: text({ min: 1, max: 20 }),
          tenant_id: text({ min: 1, max: 40 }),
          app_id: idOf('app').nullable(),
          user_id: idOf('usr').nullable(),
          roles: names,
          permissions: names,
          expires_at: dateTime().nullable(),
        }),
      },
      handler: ({ tenant, principal, actingUser }) => ({
        status: 200,
        body: {
          actor: principal.actor,
          tenant_id: tenant.tenantId,
          app_id: principal.appId,
          user_id: actingUser?.userId ?? null,
          ...rightsOf({ principal, actingUser }),
          expires_at: principal.expiresAt === undefined ? null : new Date(principal.expiresAt).toISOString(),
        },
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/permissions',
      operationId: 'listPermissions',
      summary: 'What the caller may do',
      description:
        'With an acting user: what both the key and the user may. Some permissions hold under conditions only, such as membership.',
      tags: ['Auth'],
      access: { permission: 'self', credentials: CREDENTIAL_KINDS, actingUser: 'optional' },
      responses: { 200: z.strictObject({ roles: names, permissions: names }) },
      handler: (context) => ({ status: 200, body: rightsOf(context) }),
    }),
  ];

  async function revokeSession(sessionId: string, { tenant, ownerId, by }: Revoker): Promise<void> {
    const session = await sessions.find(tenant, sessionId);
    if (session === undefined || (ownerId !== undefined && session.user_id !== ownerId)) return;
    await end.session(tenant, sessionId, by);
  }

  /** What is no token of this tenant, or has ended by itself, is revoked already. */
  async function revokeText(token: string, revoker: Revoker): Promise<void> {
    const refresh = refreshTokens.read(token);
    if (refresh !== undefined) return refresh.tenantId === revoker.tenant.tenantId ? revokeSession(refresh.sessionId, revoker) : undefined;
    try {
      const { claims, jti, expiresAt } = await verifier.verify(token);
      const isOwn = revoker.ownerId === undefined || revoker.ownerId === claims.user_id;
      if (claims.tenant_id === revoker.tenant.tenantId && isOwn) await end.token(revoker.tenant, jti, { by: revoker.by, expiresAt });
    } catch (error) {
      if (!(error instanceof AppError && error.status === 401)) throw error;
    }
  }
}

interface Revoker {
  readonly tenant: TenantContext;
  /** Only what belongs to this user; anything of the tenant otherwise. */
  readonly ownerId: string | undefined;
  readonly by: EndedBy;
}

async function endOwn(end: SessionsEnd, tenant: TenantContext, principal: Principal, by: EndedBy): Promise<void> {
  if (principal.sessionId !== undefined) await end.session(tenant, principal.sessionId, by);
  if (principal.tokenId !== undefined) await end.token(tenant, principal.tokenId, { by, expiresAt: principal.expiresAt });
}

/** Whose sessions are meant: a user's own, or those of the user whom a key or an admin names. */
export function ownerOf(principal: Principal, actingUserId: string | undefined, named: string | undefined): string {
  if (actingUserId !== undefined && (named === undefined || named === actingUserId)) return actingUserId;
  if (principal.actor !== 'user' && actingUserId === undefined && named !== undefined) return named;
  throw new ValidationError([{ field: '/user_id', code: 'required', message: 'names the user; a user has only their own' }]);
}

function rightsOf({
  principal,
  actingUser,
}: Pick<RouteContext<{ permission: 'self'; actingUser: 'optional' }>, 'principal' | 'actingUser'>) {
  const granted = [...principal.permissions].filter((name) => actingUser?.permissions.has(name) ?? true);
  return { roles: [...(actingUser?.roles ?? principal.roles)], permissions: granted.sort() };
}
