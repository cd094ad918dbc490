import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { idOf, text, z } from '@caas/schema';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationInfoService } from '../conversations/conversation-info.service.js';
import { type ConversationViews } from '../conversations/conversation-views.js';
import { CALLERS, callerOf } from '../conversations/route-parts.js';
import { groupPatch, type GroupsService, newGroup } from './groups.service.js';
import { groupResource, groupWithConversation, toGroupResource, toGroupWithConversation } from './groups.resource.js';

export interface GroupsRoutesParts {
  readonly groups: GroupsService;
  readonly views: ConversationViews;
  readonly info: ConversationInfoService;
  readonly access: ConversationAccess;
  readonly now: () => number;
}

const tags = ['Groups'];
export const groupPath = z.strictObject({ group_id: idOf('grp') });

/** Groups: conversations with an extended record. */
export function groupsRoutes({ groups, views, info, access, now }: GroupsRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/groups',
      operationId: 'createGroup',
      summary: 'Create a group with its conversation',
      tags,
      access: { permission: 'group.create', ...CALLERS },
      body: newGroup,
      responses: { 201: groupWithConversation },
      errors: ['VAL_REFERENCE', 'CONV_MEMBER_LIMIT', 'RES_LIMIT_REACHED'],
      handler: async ({ tenant, body, actingUser, principal }) => {
        const creator = { actingUser, keyId: principal.subjectId, applicationId: principal.appId ?? undefined };
        const { group, conversation } = await groups.create(tenant, body, creator);
        const view = await views.of(tenant, conversation, actingUser?.userId);
        return { status: 201, body: toGroupWithConversation(group, view, now()), headers: { location: `/v1/groups/${group.group_id}` } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/groups',
      operationId: 'listGroups',
      summary: 'List groups, the newest first',
      description: 'Of the acting user; with `discoverable=true` those that everybody can find. Server keys alone list all of the tenant.',
      tags,
      access: { permission: 'group.read', ...CALLERS },
      query: listQuery().extend({
        discoverable: z.enum(['true', 'false']).optional(),
        category: z.enum(['social', 'work', 'family', 'custom']).optional(),
        tag: text({ min: 1, max: 50 }).optional(),
        q: text({ min: 1, max: 100 }).optional(),
      }),
      responses: { 200: pageOf(groupResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, query, actingUser }) => {
        const { limit, cursor, discoverable, ...filter } = query;
        const page = await groups.list(
          tenant,
          { ...filter, userId: actingUser?.userId, discoverable: discoverable === 'true' },
          { limit, cursor },
        );
        return { status: 200, body: toPage(page, limit, toGroupResource) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/groups/:group_id',
      operationId: 'getGroup',
      summary: 'Get a group',
      tags,
      access: { permission: 'group.read', ...CALLERS },
      versioned: true,
      params: groupPath,
      responses: { 200: groupResource },
      errors: ['AUTHZ_NOT_MEMBER', 'CONV_BANNED'],
      handler: async ({ tenant, params, actingUser }) => {
        const found = await groups.get(tenant, params.group_id);
        if (found.group.metadata?.is_discoverable !== true) {
          await access.require(tenant, found.group.conversation_id, { actor: actingUser, action: 'read' });
        }
        return { status: 200, body: toGroupResource(found), version: found.group.__v };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/groups/:group_id',
      operationId: 'updateGroup',
      summary: 'Change what a group has beside its conversation',
      description: 'Name, look and settings are those of the conversation.',
      tags,
      access: { permission: 'group.update', ...CALLERS },
      versioned: true,
      params: groupPath,
      body: groupPatch,
      responses: { 200: groupResource },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW'],
      handler: async (request) => {
        const { tenant, params, body, expectedVersion } = request;
        const { group } = await groups.get(tenant, params.group_id);
        const { actor, origin } = callerOf(request);
        await access.require(tenant, group.conversation_id, { actor, action: 'change_info' });
        const changed = await groups.update(tenant, group.group_id, { patch: body, origin, expectedVersion });
        return { status: 200, body: toGroupResource(changed), version: changed.group.__v };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/groups/:group_id',
      operationId: 'deleteGroup',
      summary: 'Delete a group with its conversation, for everyone',
      tags,
      access: { permission: 'group.delete', ...CALLERS },
      params: groupPath,
      query: z.strictObject({ reason: text({ max: 500 }).optional() }),
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW'],
      handler: async (request) => {
        const { tenant, params, query } = request;
        const { group } = await groups.get(tenant, params.group_id);
        await info.delete(tenant, group.conversation_id, { ...callerOf(request), reason: query.reason });
        return { status: 204 };
      },
    }),
  ];
}
