import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { originOf, USER_PATH_FORM, userIdOfPath, type UserReader } from '@caas/identity';
import { ConflictError } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { CALLERS, callerOf, conversationPath, MEMBERS } from '../conversations/route-parts.js';
import { type GroupInvitesService, type Invite } from './group-invites.service.js';
import { inviteCode } from './groups.collection.js';
import { groupPath } from './groups.routes.js';
import { type GroupsService } from './groups.service.js';
import { type JoiningService } from './joining.service.js';

export interface JoiningRoutesParts {
  readonly invites: GroupInvitesService;
  readonly joining: JoiningService;
  readonly groups: GroupsService;
  readonly access: ConversationAccess;
  readonly users: Pick<UserReader, 'findByExternalId'>;
}

const tags = ['Joining'];
const errors = ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW'] as const;
const inviteResource = z
  .strictObject({
    code: inviteCode(),
    enabled: z.boolean(),
    expires_at: dateTime().nullable(),
    uses: int32({ min: 0 }),
    max_uses: int32({ min: 1 }).nullable(),
  })
  .meta({ id: 'Invite' });
const joined = z.strictObject({ conversation_id: idOf('conv'), status: z.enum(['joined', 'pending']) });
const requestPath = groupPath.extend({ user_id: z.string().regex(USER_PATH_FORM) });
const requestResource = z
  .strictObject({ user_id: idOf('usr'), message: text({ max: 500 }).nullable(), requested_at: dateTime() })
  .meta({ id: 'JoinRequest' });

const toInvite = ({ expires_at, ...invite }: Invite) => ({ ...invite, expires_at: expires_at?.toISOString() ?? null });

/** Ways into groups and channels. */
export function joiningRoutes({ invites, joining, groups, access, users }: JoiningRoutesParts): RouteDefinition[] {
  const decision = (status: 'approved' | 'rejected', verb: 'approve' | 'reject') =>
    defineRoute({
      method: 'POST',
      path: `/v1/groups/:group_id/join-requests/:user_id/${verb}`,
      operationId: `${verb}JoinRequest`,
      summary: verb === 'approve' ? 'Let somebody in who asked' : 'Do not let somebody in who asked',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: requestPath,
      responses: { 204: null },
      errors: [...errors, 'CONV_MEMBER_LIMIT', 'CONV_BANNED'],
      handler: async (request) => {
        const { tenant, params, actingUser } = request;
        const { conversation_id: conversationId } = (await groups.get(tenant, params.group_id)).group;
        const { actor, origin } = callerOf(request);
        await access.require(tenant, conversationId, { actor, action: 'decide_join_requests' });
        const userId = await userIdOfPath(params.user_id, { users, tenant, actingUser });
        await joining.decide(tenant, { conversationId, userId }, { status, origin });
        return { status: 204 };
      },
    });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/conversations/:conversation_id/invite',
      operationId: 'getInvite',
      summary: 'Get the invitation of a group or channel',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: conversationPath,
      responses: { 200: inviteResource },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params } = request;
        await access.require(tenant, params.conversation_id, { actor: callerOf(request).actor, action: 'invite' });
        return { status: 200, body: toInvite(await invites.get(tenant, params.conversation_id)) };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/conversations/:conversation_id/invite',
      operationId: 'setInvite',
      summary: 'Make or change the invitation of a group or channel',
      description: 'There is one code at a time. `rotate` makes a new one; the one before does not work any more.',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: conversationPath,
      body: z.strictObject({
        enabled: z.boolean().optional(),
        expires_at: dateTime().nullable().optional(),
        max_uses: int32({ min: 1 }).nullable().optional(),
        rotate: z.boolean().optional(),
      }),
      responses: { 200: inviteResource },
      errors: [...errors, 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const { conversation } = await access.require(tenant, params.conversation_id, { actor: callerOf(request).actor, action: 'invite' });
        if (conversation.type === 'direct')
          throw new ConflictError('Nobody joins a direct conversation.', { code: 'CONV_DIRECT_IMMUTABLE' });
        const { expires_at: at, max_uses: maxUses, enabled, rotate } = body;
        const expiresAt = typeof at === 'string' ? new Date(at) : at;
        return { status: 200, body: toInvite(await invites.set(tenant, params.conversation_id, { enabled, rotate, maxUses, expiresAt })) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/conversations/:conversation_id/invite',
      operationId: 'deleteInvite',
      summary: 'End the invitation of a group or channel',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: conversationPath,
      responses: { 204: null },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params } = request;
        await access.require(tenant, params.conversation_id, { actor: callerOf(request).actor, action: 'invite' });
        await invites.remove(tenant, params.conversation_id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/join/:code',
      operationId: 'joinByCode',
      summary: 'Join by an invitation',
      description: 'Answers 202 where an approval is wanted.',
      tags,
      access: { permission: 'group.join', ...MEMBERS },
      params: z.strictObject({ code: inviteCode() }),
      responses: { 200: joined, 202: joined },
      errors: ['CONV_INVITE_INVALID', 'CONV_BANNED', 'CONV_MEMBER_LIMIT'],
      handler: async ({ tenant, params, actingUser, principal }) => {
        const caller = { user: actingUser, origin: originOf(principal, actingUser.userId) };
        const { conversationId, outcome } = await joining.byCode(tenant, params.code, caller);
        return { status: outcome === 'joined' ? 200 : 202, body: { conversation_id: conversationId, status: outcome } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/join',
      operationId: 'joinConversation',
      summary: 'Join a public channel or a discoverable group',
      description: 'Answers 202 where an approval is wanted.',
      tags,
      access: { permission: 'group.join', ...MEMBERS },
      params: conversationPath,
      responses: { 200: joined, 202: joined },
      errors: ['AUTHZ_NOT_MEMBER', 'CONV_BANNED', 'CONV_MEMBER_LIMIT'],
      handler: async ({ tenant, params, actingUser, principal }) => {
        const caller = { user: actingUser, origin: originOf(principal, actingUser.userId) };
        const outcome = await joining.openly(tenant, params.conversation_id, caller);
        return { status: outcome === 'joined' ? 200 : 202, body: { conversation_id: params.conversation_id, status: outcome } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/groups/:group_id/join-requests',
      operationId: 'listJoinRequests',
      summary: 'List who asks to be let in',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: groupPath,
      query: listQuery(),
      responses: { 200: pageOf(requestResource) },
      errors: [...errors, 'VAL_CURSOR_INVALID'],
      handler: async (request) => {
        const { tenant, params, query } = request;
        const { conversation_id: conversationId } = (await groups.get(tenant, params.group_id)).group;
        await access.require(tenant, conversationId, { actor: callerOf(request).actor, action: 'decide_join_requests' });
        const page = await joining.requests(tenant, conversationId, query);
        const body = toPage(page, query.limit, ({ user_id, message, requested_at }) => ({
          user_id,
          message,
          requested_at: requested_at.toISOString(),
        }));
        return { status: 200, body };
      },
    }),
    decision('approved', 'approve'),
    decision('rejected', 'reject'),
  ];
}
