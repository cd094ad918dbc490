import { defineRoute, listQuery, pageOf, patchOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { USER_PATH_FORM, userIdOfPath, type UserReader } from '@caas/identity';
import { type ActingUser, type TenantContext } from '@caas/runtime';
import { idOf, text, z } from '@caas/schema';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationsService } from '../conversations/conversations.service.js';
import { CONVERSATION_ROLES, MEMBER_STATUSES, memberPermissions } from '../conversations/member-shape.js';
import { CALLERS, callerOf, conversationPath, MEMBERS, ownOf } from '../conversations/route-parts.js';
import { type Member } from './member.js';
import { type MemberViews } from './member-views.js';
import { memberResource, toMemberResource } from './members.resource.js';
import { type AddedMembers, type MembersService } from './members.service.js';

export interface MembersRoutesParts {
  readonly members: MembersService;
  readonly views: MemberViews;
  readonly access: ConversationAccess;
  readonly conversations: Pick<ConversationsService, 'get'>;
  readonly users: Pick<UserReader, 'findByExternalId'>;
  readonly now: () => number;
}

const memberPath = conversationPath.extend({ user_id: z.string().regex(USER_PATH_FORM) });
export const addedMembers = z.strictObject({
  added: z.array(idOf('usr')),
  skipped: z.array(z.strictObject({ user_id: idOf('usr'), reason: z.enum(['already_member', 'banned']) })),
});
const tags = ['Members'];

export function toAddedMembers({ added, skipped }: AddedMembers): z.output<typeof addedMembers> {
  return { added: [...added], skipped: skipped.map(({ userId, reason }) => ({ user_id: userId, reason })) };
}

/** Members of conversations. */
export function membersRoutes(parts: MembersRoutesParts): RouteDefinition[] {
  const { members, views, access, conversations, users, now } = parts;
  const placeOf = async (
    { conversation_id: conversationId, user_id }: z.output<typeof memberPath>,
    caller: { tenant: TenantContext; actingUser: ActingUser | undefined },
  ) => ({ conversationId, userId: await userIdOfPath(user_id, { users, ...caller }) });
  const shown = async (tenant: TenantContext, conversationId: string, member: Member) => {
    const [[view], conversation] = await Promise.all([
      views.of(tenant, conversationId, [member]),
      conversations.get(tenant, conversationId),
    ]);
    return toMemberResource(view ?? { member, lastReadMessageId: null }, conversation, now());
  };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/conversations/:conversation_id/members',
      operationId: 'listMembers',
      summary: 'List the members of a conversation',
      tags,
      access: { permission: 'conversation.read', ...CALLERS },
      params: conversationPath,
      query: listQuery().extend({
        role: z.enum(CONVERSATION_ROLES).optional(),
        status: z.enum(MEMBER_STATUSES).default('active'),
        q: text({ min: 1, max: 100 }).optional(),
      }),
      responses: { 200: pageOf(memberResource) },
      errors: ['AUTHZ_NOT_MEMBER', 'CONV_BANNED', 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, params, query, actingUser }) => {
        await access.require(tenant, params.conversation_id, { actor: actingUser, action: 'read' });
        const conversation = await conversations.get(tenant, params.conversation_id);
        const page = await views.list(tenant, conversation, query);
        return { status: 200, body: toPage(page, query.limit, (view) => toMemberResource(view, conversation, now())) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/members',
      operationId: 'addMembers',
      summary: 'Add members to a group or channel',
      description: 'Who is a member already or banned is skipped, and named in the answer.',
      tags,
      access: { permission: 'conversation.add_member', ...CALLERS },
      params: conversationPath,
      body: z.strictObject({
        user_ids: z.array(idOf('usr')).min(1).max(100),
        role: z.enum(CONVERSATION_ROLES).exclude(['owner']).default('member'),
      }),
      responses: { 200: addedMembers },
      errors: ['VAL_REFERENCE', 'AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_MEMBER_LIMIT', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const input = { conversationId: params.conversation_id, userIds: body.user_ids, role: body.role };
        const added = await members.add(tenant, input, callerOf(request));
        return { status: 200, body: toAddedMembers(added) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/conversations/:conversation_id/members/:user_id',
      operationId: 'removeMember',
      summary: 'Remove a member',
      tags,
      access: { permission: 'conversation.remove_member', ...CALLERS },
      params: memberPath,
      query: z.strictObject({ reason: text({ max: 500 }).optional() }),
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_LAST_OWNER', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, query } = request;
        const place = await placeOf(params, { tenant, actingUser: request.actingUser });
        await members.remove(tenant, place, { ...callerOf(request), reason: query.reason });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/leave',
      operationId: 'leaveConversation',
      summary: 'Leave a group or channel',
      tags,
      access: { permission: 'conversation.leave', ...MEMBERS },
      params: conversationPath,
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'CONV_LAST_OWNER', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params } = request;
        await members.leave(tenant, params.conversation_id, ownOf(request));
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/conversations/:conversation_id/members/:user_id',
      operationId: 'updateMember',
      summary: 'Change role and rights of a member',
      description:
        'Making a member the owner gives the ownership away: the owner before becomes an admin. `null` in `permissions` is as the role says.',
      tags,
      access: { permission: 'conversation.set_role', ...CALLERS },
      params: memberPath,
      body: patchOf({ role: z.enum(CONVERSATION_ROLES), permissions: memberPermissions.partial() }),
      responses: { 200: memberResource },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_LAST_OWNER', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const place = await placeOf(params, { tenant, actingUser: request.actingUser });
        const member = await members.setRole(tenant, place, { ...callerOf(request), role: body.role, permissions: body.permissions });
        return { status: 200, body: await shown(tenant, place.conversationId, member) };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/conversations/:conversation_id/members/:user_id/role',
      operationId: 'setMemberRole',
      summary: 'Set the role of a member',
      tags,
      access: { permission: 'conversation.set_role', ...CALLERS },
      params: memberPath,
      body: z.strictObject({ role: z.enum(CONVERSATION_ROLES) }),
      responses: { 200: memberResource },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_LAST_OWNER', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const place = await placeOf(params, { tenant, actingUser: request.actingUser });
        const member = await members.setRole(tenant, place, { ...callerOf(request), role: body.role });
        return { status: 200, body: await shown(tenant, place.conversationId, member) };
      },
    }),
  ];
}
