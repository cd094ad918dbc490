import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { AuthorizationError } from '@caas/runtime';
import { idOf, z } from '@caas/schema';
import { conversationResource, toConversationResource } from './conversations.resource.js';
import { type ConversationsService, newConversation } from './conversations.service.js';

export function conversationsRoutes({ conversations }: { conversations: ConversationsService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/conversations',
      operationId: 'createConversation',
      summary: 'Create a conversation',
      description: 'A direct pair has one conversation: creating it again answers 200 with the existing one.',
      tags: ['Conversations'],
      access: { permission: 'conversation.create', credentials: ['key', 'user'], actingUser: 'optional' },
      body: newConversation,
      responses: { 200: conversationResource, 201: conversationResource },
      errors: ['VAL_REFERENCE', 'CONV_MEMBER_LIMIT', 'RES_STATE'],
      handler: async ({ tenant, body, actingUser, principal }) => {
        const { conversation, created } = await conversations.create(tenant, body, {
          actingUser,
          keyId: principal.subjectId,
          applicationId: principal.appId ?? undefined,
        });
        return {
          status: created ? 201 : 200,
          body: toConversationResource(conversation, actingUser?.userId),
          headers: { location: `/v1/conversations/${conversation.conversation_id}` },
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/conversations',
      operationId: 'listConversations',
      summary: 'List conversations, latest activity first',
      description: 'With an acting user: the ones they are a member of. Without: all of the tenant.',
      tags: ['Conversations'],
      access: { permission: 'conversation.list', credentials: ['key', 'user'], actingUser: 'optional' },
      query: listQuery({ defaultLimit: 20 }),
      responses: { 200: pageOf(conversationResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, query, actingUser }) => {
        const page = await conversations.list(tenant, { userId: actingUser?.userId, limit: query.limit, cursor: query.cursor });
        return { status: 200, body: toPage(page, query.limit, (item) => toConversationResource(item, actingUser?.userId)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/conversations/:conversation_id',
      operationId: 'getConversation',
      summary: 'Get a conversation',
      tags: ['Conversations'],
      access: { permission: 'conversation.read', credentials: ['key', 'user'], actingUser: 'optional' },
      params: z.strictObject({ conversation_id: idOf('conv') }),
      responses: { 200: conversationResource },
      errors: ['AUTHZ_NOT_MEMBER'],
      handler: async ({ tenant, params, actingUser }) => {
        const conversation = await conversations.get(tenant, params.conversation_id);
        const body = toConversationResource(conversation, actingUser?.userId);
        if (actingUser !== undefined && body.me === null) {
          throw new AuthorizationError('AUTHZ_NOT_MEMBER', 'The acting user is not a member of this conversation.');
        }
        return { status: 200, body };
      },
    }),
  ];
}
