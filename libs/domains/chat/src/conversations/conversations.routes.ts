import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { AppError } from '@caas/runtime';
import { dateTime, idOf, text, z } from '@caas/schema';
import { type MembersService } from '../members/members.service.js';
import { type OwnViewService } from '../members/own-view.service.js';
import { type ConversationAccess } from './conversation-access.js';
import { type ConversationExpansions, EXPAND_FORM, expandedConversation } from './conversation-expansions.js';
import { type ConversationInfoService, conversationPatch } from './conversation-info.service.js';
import { type ConversationViews } from './conversation-views.js';
import { CONVERSATION_TYPES } from './conversations.collection.js';
import { conversationResource, toConversationResource } from './conversations.resource.js';
import { type ConversationsService, newConversation } from './conversations.service.js';
import { CALLERS, callerOf, conversationPath, requirePermission } from './route-parts.js';

export interface ConversationsRoutesParts {
  readonly conversations: ConversationsService;
  readonly views: ConversationViews;
  readonly expansions: ConversationExpansions;
  readonly info: ConversationInfoService;
  readonly members: MembersService;
  readonly own: OwnViewService;
  readonly access: ConversationAccess;
  readonly now: () => number;
}

const tags = ['Conversations'];
const flag = z.enum(['true', 'false']);

/** Conversations as such. */
export function conversationsRoutes(parts: ConversationsRoutesParts): RouteDefinition[] {
  const { conversations, views, expansions, info, members, own, access, now } = parts;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/conversations',
      operationId: 'createConversation',
      summary: 'Create a conversation',
      description: 'A direct pair has one conversation: creating it again answers 200 with the existing one.',
      tags,
      access: { permission: 'conversation.create', ...CALLERS },
      body: newConversation,
      responses: { 200: conversationResource, 201: conversationResource },
      errors: ['VAL_REFERENCE', 'CONV_MEMBER_LIMIT', 'USER_BLOCKED', 'RES_STATE'],
      handler: async ({ tenant, body, actingUser, principal }) => {
        const { conversation, created } = await conversations.create(tenant, body, {
          actingUser,
          keyId: principal.subjectId,
          applicationId: principal.appId ?? undefined,
        });
        return {
          status: created ? 201 : 200,
          body: toConversationResource(await views.of(tenant, conversation, actingUser?.userId), now()),
          headers: { location: `/v1/conversations/${conversation.conversation_id}` },
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/conversations',
      operationId: 'listConversations',
      summary: 'List conversations, latest activity first',
      description:
        'With an acting user: the ones they are a member of, pinned ones first, without what they archived or deleted for themselves. Without: all of the tenant. ' +
        '`q` is the beginning of the name or of a member’s name.',
      tags,
      access: { permission: 'conversation.list', ...CALLERS },
      query: listQuery().extend({
        type: z.enum(CONVERSATION_TYPES).optional(),
        archived: z.enum(['true', 'false', 'all']).default('false'),
        unread: flag.optional(),
        pinned: flag.optional(),
        q: text({ min: 1, max: 100 }).optional(),
        updated_since: dateTime().optional(),
        member_id: idOf('usr').optional(),
      }),
      responses: { 200: pageOf(conversationResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, query, actingUser }) => {
        const { limit, cursor, archived, unread, pinned, updated_since: since, member_id: memberId, ...rest } = query;
        const filter = {
          ...rest,
          memberId,
          userId: actingUser?.userId,
          archived: archived === 'all' ? undefined : archived === 'true',
          unread: unread === undefined ? undefined : unread === 'true',
          pinned: pinned === undefined ? undefined : pinned === 'true',
          updatedSince: since === undefined ? undefined : new Date(since),
        };
        const page = await views.list(tenant, filter, { limit, cursor });
        return { status: 200, body: toPage(page, limit, (view) => toConversationResource(view, now())) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/conversations/:conversation_id',
      operationId: 'getConversation',
      summary: 'Get a conversation',
      description: '`expand=members,pinned` shows the first hundred members and the pinned messages with it.',
      tags,
      access: { permission: 'conversation.read', ...CALLERS },
      versioned: true,
      params: conversationPath,
      query: z.strictObject({ expand: z.string().regex(EXPAND_FORM).optional() }),
      responses: { 200: expandedConversation },
      errors: ['AUTHZ_NOT_MEMBER', 'CONV_BANNED'],
      handler: async ({ tenant, params, query, actingUser }) => {
        await access.require(tenant, params.conversation_id, { actor: actingUser, action: 'read' });
        const view = await views.get(tenant, params.conversation_id, actingUser?.userId);
        const more = await expansions.of(tenant, view.conversation, { actor: actingUser, asked: query.expand });
        return { status: 200, body: { ...toConversationResource(view, now()), ...more }, version: view.conversation.__v };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/conversations/:conversation_id',
      operationId: 'updateConversation',
      summary: 'Change name, look or settings of a conversation',
      tags,
      access: { permission: 'conversation.update', ...CALLERS },
      versioned: true,
      params: conversationPath,
      body: conversationPatch,
      responses: { 200: conversationResource },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_DIRECT_IMMUTABLE'],
      handler: async (request) => {
        const { tenant, params, body, expectedVersion } = request;
        const conversation = await info.update(tenant, params.conversation_id, { ...callerOf(request), patch: body, expectedVersion });
        const view = await views.of(tenant, conversation, request.actingUser?.userId);
        return { status: 200, body: toConversationResource(view, now()), version: conversation.__v };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/conversations/:conversation_id',
      operationId: 'deleteConversation',
      summary: 'Delete a conversation for oneself or for everyone',
      description:
        'For oneself, which is the default for users: a direct conversation is hidden until a new message comes, a group or channel is left. ' +
        'For everyone, which is what server keys do: nobody finds it any more.',
      tags,
      access: { permission: 'conversation.read', ...CALLERS },
      params: conversationPath,
      query: z.strictObject({ scope: z.enum(['self', 'all']).default('self'), reason: text({ max: 500 }).optional() }),
      responses: { 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'AUTHZ_DENIED', 'CONV_LAST_OWNER', 'VAL_ACTING_USER_REQUIRED'],
      handler: async (request) => {
        const {
          tenant,
          params: { conversation_id: id },
          query,
        } = request;
        const { actingUser } = request;
        if (query.scope === 'all') {
          requirePermission(request, 'conversation.delete');
          await info.delete(tenant, id, { ...callerOf(request), reason: query.reason });
          return { status: 204 };
        }
        requirePermission(request, 'conversation.leave');
        if (actingUser === undefined)
          throw new AppError('VAL_ACTING_USER_REQUIRED', 'Without a user there is nobody for whom to delete it.');
        const { type } = await conversations.get(tenant, id);
        const caller = { ...callerOf(request), actor: actingUser };
        if (type === 'direct') await own.hide(tenant, id, caller);
        else await members.leave(tenant, id, caller);
        return { status: 204 };
      },
    }),
  ];
}
