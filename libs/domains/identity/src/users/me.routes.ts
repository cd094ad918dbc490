import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { dateTime, idOf, recordOf, text, z } from '@caas/schema';
import { originOf } from '../change-origin.js';
import { type PresenceService } from '../presence/presence.service.js';
import { type RelationshipsService } from '../relationships/relationships.service.js';
import { userPatch } from './user-patch.js';
import { type UserLockout } from './user-lockout.js';
import { PRESENCE_STATES } from './user-shape.js';
import { presenceResource, toUserResource, userResource } from './users.resource.js';
import { type UsersService } from './users.service.js';

export interface MeRoutesParts {
  readonly users: UsersService;
  readonly relationships: RelationshipsService;
  readonly presence: PresenceService;
  readonly lockout: UserLockout;
  readonly now: () => number;
}

const SELVES = { credentials: ['key', 'user'], actingUser: 'required' } as const;
const blockedUser = z
  .strictObject({
    user_id: idOf('usr'),
    blocked_at: dateTime(),
    reason: text({ max: 500 }).nullable(),
  })
  .meta({ id: 'BlockedUser' });

/** The acting user, and who is there. */
export function meRoutes({ users, relationships, presence, lockout, now }: MeRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/me',
      operationId: 'getMe',
      summary: 'Get the acting user',
      tags: ['Me'],
      access: { permission: 'self', ...SELVES },
      versioned: true,
      responses: { 200: userResource },
      handler: async ({ tenant, actingUser }) => {
        const user = await users.get(tenant, actingUser.userId);
        return { status: 200, body: toUserResource(user, { now: now() }), version: user.__v };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/me',
      operationId: 'updateMe',
      summary: 'Change profile or settings of the acting user',
      tags: ['Me'],
      access: { permission: 'self', ...SELVES },
      versioned: true,
      body: userPatch.omit({ roles: true }),
      responses: { 200: userResource },
      errors: ['USER_EXISTS'],
      handler: async ({ tenant, actingUser, principal, body, expectedVersion }) => {
        const by = originOf(principal, actingUser.userId);
        const user = await users.update(tenant, actingUser.userId, { patch: body, by, expectedVersion });
        await lockout.forget(tenant, user);
        return { status: 200, body: toUserResource(user, { now: now() }), version: user.__v };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/me/blocked',
      operationId: 'listBlocked',
      summary: 'List whom the acting user has blocked',
      tags: ['Me'],
      access: { permission: 'self', ...SELVES },
      query: listQuery(),
      responses: { 200: pageOf(blockedUser) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, actingUser, query }) => {
        const page = await relationships.blockedBy(tenant, actingUser.userId, query);
        const body = toPage(page, query.limit, ({ target_user_id: user_id, blocking, created_at }) => ({
          user_id,
          blocked_at: (blocking?.blocked_at ?? created_at).toISOString(),
          reason: blocking?.reason ?? null,
        }));
        return { status: 200, body };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/me/presence',
      operationId: 'setPresence',
      summary: 'Say how available one is',
      description: '`invisible` is shown to others as offline. Message and emoji clear themselves when `expires_at` has passed.',
      tags: ['Presence'],
      access: { permission: 'presence.write', ...SELVES },
      body: z.strictObject({
        state: z.enum(PRESENCE_STATES),
        message: text({ max: 140 }).optional(),
        emoji: text({ max: 32 }).optional(),
        expires_at: dateTime().optional(),
      }),
      responses: { 200: presenceResource },
      handler: async ({ tenant, actingUser, body }) => {
        const expiresAt = body.expires_at === undefined ? null : new Date(body.expires_at);
        const said = { state: body.state, message: body.message ?? null, emoji: body.emoji ?? null, expiresAt };
        return { status: 200, body: await presence.set(tenant, actingUser, said) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/presence',
      operationId: 'getPresence',
      summary: 'Who of these users is there',
      description:
        'Up to a hundred ids with commas between them. Of users who do not let it be seen, and of those with whom there is a block: offline.',
      tags: ['Presence'],
      access: { permission: 'presence.read', credentials: ['key', 'user'], actingUser: 'optional' },
      query: z.strictObject({
        user_ids: z.string().regex(/^usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}(,usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}){0,99}$/),
      }),
      responses: { 200: recordOf(presenceResource, { key: idOf('usr'), maxKeys: 100 }) },
      handler: async ({ tenant, actingUser, query }) => ({
        status: 200,
        body: await presence.of(tenant, actingUser, query.user_ids.split(',')),
      }),
    }),
  ];
}
