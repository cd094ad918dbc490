import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { auditActorOf, AuthorizationError, type Clock, NotFoundError, type Principal } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { ownerOf } from '../auth/auth.routes.js';
import { type SessionsEnd } from '../auth/sessions-end.js';
import { maskedAddress } from './masked-address.js';
import { type UserSession } from './user-sessions.collection.js';
import { type UserSessionsService } from './user-sessions.service.js';

/** Somebody who has a token of theirs could end every other session: only who signed in a moment ago may. */
const FRESH_TOKEN_MS = 15 * 60_000;

const sessionResource = z
  .strictObject({
    session_id: idOf('sess'),
    user_id: idOf('usr'),
    device_id: idOf('dev').nullable(),
    status: z.enum(['active', 'revoked', 'expired']),
    /** The network it was used from last: the address without its end. */
    ip: text({ max: 45 }).nullable(),
    location: z.strictObject({ city: text({ max: 100 }).nullable(), country: text({ max: 2 }).nullable() }).nullable(),
    created_at: dateTime(),
    last_active_at: dateTime(),
    expires_at: dateTime(),
    is_current: z.boolean(),
  })
  .meta({ id: 'Session' });

function toSessionResource(session: UserSession, { sessionId }: Principal, now: number): z.output<typeof sessionResource> {
  const { activity, status } = session;
  return {
    session_id: session.session_id,
    user_id: session.user_id,
    device_id: session.device_id,
    status: status === 'active' && session.expires_at.getTime() <= now ? 'expired' : status,
    ip: activity.last_ip === null ? null : maskedAddress(activity.last_ip),
    location: activity.location && { city: activity.location.city, country: activity.location.country },
    created_at: session.created_at.toISOString(),
    last_active_at: activity.last_active_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    is_current: session.session_id === sessionId,
  };
}

/** Sessions as their users, servers and admins see them. */
export function userSessionsRoutes({
  sessions,
  end,
  clock,
}: {
  sessions: UserSessionsService;
  end: SessionsEnd;
  clock: Clock;
}): RouteDefinition[] {
  const access = { permission: 'session.manage', credentials: ['key', 'user', 'admin'], actingUser: 'optional' } as const;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/sessions',
      operationId: 'listSessions',
      summary: 'List the sessions of a user, latest first',
      description: 'Users see their own; keys and admins name the user in `user_id`.',
      tags: ['Sessions'],
      access,
      query: listQuery({ defaultLimit: 20 }).extend({ user_id: idOf('usr').optional(), status: z.enum(['active', 'revoked']).optional() }),
      responses: { 200: pageOf(sessionResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, principal, actingUser, query: { user_id, status, limit, cursor } }) => {
        const userId = ownerOf(principal, actingUser?.userId, user_id);
        const page = await sessions.list(tenant, { userId, status, limit, cursor });
        return { status: 200, body: toPage(page, limit, (session) => toSessionResource(session, principal, clock.now())) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/sessions/:session_id',
      operationId: 'terminateSession',
      summary: 'End a session',
      tags: ['Sessions'],
      access,
      params: z.strictObject({ session_id: idOf('sess') }),
      responses: { 204: null },
      handler: async ({ tenant, principal, actingUser, params: { session_id }, request: { ip } }) => {
        const session = await sessions.find(tenant, session_id);
        if (session === undefined || (actingUser !== undefined && session.user_id !== actingUser.userId)) throw new NotFoundError();
        const reason = principal.actor === 'user' ? 'logout' : 'admin_action';
        await end.session(tenant, session_id, { actor: auditActorOf(principal, actingUser?.userId), reason, ip: ip ?? null });
        return { status: 204 };
      },
    }),
    ...(['all', 'others'] as const).map((which) =>
      defineRoute({
        method: 'POST',
        path: `/v1/sessions/terminate-${which}`,
        operationId: which === 'all' ? 'terminateAllSessions' : 'terminateOtherSessions',
        summary: which === 'all' ? 'End all own sessions' : 'End all own sessions but this one',
        description: 'Needs a token that was issued less than 15 minutes ago.',
        tags: ['Sessions'],
        access: { permission: 'self', credentials: ['user'], actingUser: 'required' },
        responses: { 200: z.strictObject({ terminated: int32({ min: 0 }) }) },
        errors: ['AUTHZ_DENIED'],
        handler: async ({ tenant, principal, actingUser, request: { ip } }) => {
          requireFresh(principal, clock.now());
          const by = { actor: auditActorOf(principal), reason: 'logout', ip: ip ?? null } as const;
          if (which === 'all') return { status: 200, body: { terminated: await end.user(tenant, actingUser.userId, by) } };
          const except = principal.sessionId;
          return { status: 200, body: { terminated: await end.sessionsOf(tenant, actingUser.userId, { by, except }) } };
        },
      }),
    ),
  ];
}

function requireFresh({ issuedAt = 0 }: Principal, now: number): void {
  if (now - issuedAt < FRESH_TOKEN_MS) return;
  throw new AuthorizationError('AUTHZ_DENIED', 'Get a new token first: this one was issued too long ago.', {
    details: { reason: 'token_too_old' },
  });
}
