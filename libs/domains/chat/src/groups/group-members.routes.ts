import { defineRoute, listQuery, pageOf, patchOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { USER_PATH_FORM, userIdOfPath, type UserReader } from '@caas/identity';
import { type ActingUser, type TenantContext } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { CONVERSATION_ROLES, MEMBER_STATUSES, memberPermissions } from '../conversations/member-shape.js';
import { type Conversation } from '../conversations/conversations.collection.js';
import { CALLERS, callerOf } from '../conversations/route-parts.js';
import { type Member } from '../members/member.js';
import { type MemberViews } from '../members/member-views.js';
import { memberResource, toMemberResource } from '../members/members.resource.js';
import { addedMembers, toAddedMembers } from '../members/members.routes.js';
import { type MembersService } from '../members/members.service.js';
import { type GroupsService } from './groups.service.js';
import { groupPath } from './groups.routes.js';

export interface GroupMembersRoutesParts {
  readonly groups: GroupsService;
  readonly members: MembersService;
  readonly views: MemberViews;
  readonly access: ConversationAccess;
  readonly users: Pick<UserReader, 'findByExternalId'>;
  readonly now: () => number;
}

const tags = ['Groups'];
const GROUP_ROLES = CONVERSATION_ROLES.filter((role) => role !== 'subscriber');
const memberPath = groupPath.extend({ user_id: z.string().regex(USER_PATH_FORM) });
const errors = ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW'] as const;
const YEAR_SECONDS = 31_536_000;

/** Members of groups: those of the conversation, under the group's address; and what moderators do. */
export function groupMembersRoutes({ groups, members, views, access, users, now }: GroupMembersRoutesParts): RouteDefinition[] {
  const groupOf = async (tenant: TenantContext, groupId: string) => (await groups.get(tenant, groupId)).conversation;
  const placeOf = async (
    { group_id, user_id }: z.output<typeof memberPath>,
    { tenant, actingUser }: { tenant: TenantContext; actingUser: ActingUser | undefined },
  ) => {
    const conversation = await groupOf(tenant, group_id);
    const userId = await userIdOfPath(user_id, { users, tenant, actingUser });
    return { conversation, place: { conversationId: conversation.conversation_id, userId } };
  };
  const shown = async (tenant: TenantContext, conversation: Conversation, member: Member) => {
    const [view] = await views.of(tenant, conversation.conversation_id, [member]);
    return toMemberResource(view ?? { member, lastReadMessageId: null }, conversation, now());
  };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/groups/:group_id/members',
      operationId: 'listGroupMembers',
      summary: 'List the members of a group',
      tags,
      access: { permission: 'group.read', ...CALLERS },
      params: groupPath,
      query: listQuery().extend({
        role: z.enum(GROUP_ROLES).optional(),
        status: z.enum(MEMBER_STATUSES).default('active'),
        q: text({ min: 1, max: 100 }).optional(),
      }),
      responses: { 200: pageOf(memberResource) },
      errors: ['AUTHZ_NOT_MEMBER', 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, params, query, actingUser }) => {
        const conversation = await groupOf(tenant, params.group_id);
        await access.require(tenant, conversation.conversation_id, { actor: actingUser, action: 'read' });
        const page = await views.list(tenant, conversation, query);
        return { status: 200, body: toPage(page, query.limit, (view) => toMemberResource(view, conversation, now())) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/groups/:group_id/members',
      operationId: 'addGroupMembers',
      summary: 'Add members to a group',
      tags,
      access: { permission: 'group.invite', ...CALLERS },
      params: groupPath,
      body: z.strictObject({
        user_ids: z.array(idOf('usr')).min(1).max(100),
        role: z.enum(GROUP_ROLES.filter((role) => role !== 'owner')).default('member'),
      }),
      responses: { 200: addedMembers },
      errors: [...errors, 'VAL_REFERENCE', 'CONV_MEMBER_LIMIT'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const { conversation_id: conversationId } = await groupOf(tenant, params.group_id);
        const added = await members.add(tenant, { conversationId, userIds: body.user_ids, role: body.role }, callerOf(request));
        return { status: 200, body: toAddedMembers(added) };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/groups/:group_id/members/:user_id',
      operationId: 'updateGroupMember',
      summary: 'Change role and rights of a member',
      tags,
      access: { permission: 'group.manage_roles', ...CALLERS },
      params: memberPath,
      body: patchOf({ role: z.enum(GROUP_ROLES), permissions: memberPermissions.partial() }),
      responses: { 200: memberResource },
      errors: [...errors, 'CONV_LAST_OWNER'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const { conversation, place } = await placeOf(params, request);
        const member = await members.setRole(tenant, place, { ...callerOf(request), role: body.role, permissions: body.permissions });
        return { status: 200, body: await shown(tenant, conversation, member) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/groups/:group_id/members/:user_id',
      operationId: 'removeGroupMember',
      summary: 'Remove a member',
      tags,
      access: { permission: 'group.kick', ...CALLERS },
      params: memberPath,
      query: z.strictObject({ reason: text({ max: 500 }).optional() }),
      responses: { 204: null },
      errors: [...errors, 'CONV_LAST_OWNER'],
      handler: async (request) => {
        const { place } = await placeOf(request.params, request);
        await members.remove(request.tenant, place, { ...callerOf(request), reason: request.query.reason });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/groups/:group_id/transfer-ownership',
      operationId: 'transferOwnership',
      summary: 'Give the ownership of a group to another member',
      description: 'The owner before becomes an admin.',
      tags,
      access: { permission: 'group.manage_roles', ...CALLERS },
      params: groupPath,
      body: z.strictObject({ user_id: idOf('usr') }),
      responses: { 200: memberResource },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const conversation = await groupOf(tenant, params.group_id);
        const place = { conversationId: conversation.conversation_id, userId: body.user_id };
        const member = await members.setRole(tenant, place, { ...callerOf(request), role: 'owner' });
        return { status: 200, body: await shown(tenant, conversation, member) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/groups/:group_id/members/:user_id/mute',
      operationId: 'muteMember',
      summary: 'Take a member’s word, for a time or for good',
      description: 'They go on reading, and cannot write.',
      tags,
      access: { permission: 'group.ban', ...CALLERS },
      params: memberPath,
      body: z.strictObject({ duration_seconds: int32({ min: 1, max: YEAR_SECONDS }).optional(), reason: text({ max: 500 }).optional() }),
      responses: { 200: memberResource },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const { conversation, place } = await placeOf(params, request);
        const until = body.duration_seconds === undefined ? null : new Date(now() + body.duration_seconds * 1_000);
        const member = await members.silence(tenant, place, { ...callerOf(request), silence: { until, reason: body.reason ?? null } });
        return { status: 200, body: await shown(tenant, conversation, member) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/groups/:group_id/members/:user_id/mute',
      operationId: 'unmuteMember',
      summary: 'Give a member’s word back',
      tags,
      access: { permission: 'group.ban', ...CALLERS },
      params: memberPath,
      responses: { 204: null },
      errors: [...errors],
      handler: async (request) => {
        const { place } = await placeOf(request.params, request);
        await members.silence(request.tenant, place, { ...callerOf(request), silence: undefined });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/groups/:group_id/bans',
      operationId: 'listBans',
      summary: 'List who is banned from a group',
      tags,
      access: { permission: 'group.ban', ...CALLERS },
      params: groupPath,
      query: listQuery(),
      responses: { 200: pageOf(memberResource) },
      errors: [...errors, 'VAL_CURSOR_INVALID'],
      handler: async (request) => {
        const { tenant, params, query } = request;
        const conversation = await groupOf(tenant, params.group_id);
        await access.require(tenant, conversation.conversation_id, { actor: callerOf(request).actor, action: 'ban_members' });
        const page = await views.list(tenant, conversation, { ...query, status: 'banned' });
        return { status: 200, body: toPage(page, query.limit, (view) => toMemberResource(view, conversation, now())) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/groups/:group_id/bans',
      operationId: 'banMember',
      summary: 'Ban a user from a group, member or not',
      tags,
      access: { permission: 'group.ban', ...CALLERS },
      params: groupPath,
      body: z.strictObject({ user_id: idOf('usr'), reason: text({ max: 500 }).optional(), until: dateTime().optional() }),
      responses: { 201: memberResource },
      errors: [...errors, 'VAL_REFERENCE', 'CONV_LAST_OWNER'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const conversation = await groupOf(tenant, params.group_id);
        const place = { conversationId: conversation.conversation_id, userId: body.user_id };
        const until = body.until === undefined ? null : new Date(body.until);
        const member = await members.ban(tenant, place, { ...callerOf(request), until, reason: body.reason ?? null });
        return { status: 201, body: await shown(tenant, conversation, member) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/groups/:group_id/bans/:user_id',
      operationId: 'unbanMember',
      summary: 'End a ban',
      tags,
      access: { permission: 'group.unban', ...CALLERS },
      params: memberPath,
      responses: { 204: null },
      errors: [...errors],
      handler: async (request) => {
        const { place } = await placeOf(request.params, request);
        await members.unban(request.tenant, place, callerOf(request));
        return { status: 204 };
      },
    }),
  ];
}
