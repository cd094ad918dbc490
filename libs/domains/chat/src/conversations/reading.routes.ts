import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { originOf } from '@caas/identity';
import { idOf, int64, z } from '@caas/schema';
import { type ConversationViews } from './conversation-views.js';
import { type ReadingService } from './reading.service.js';
import { conversationPath, MEMBERS } from './route-parts.js';

const tags = ['Conversations'];

/** How far members have read, and that they are writing. */
export function readingRoutes({ reading, views }: { reading: ReadingService; views: ConversationViews }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/me/unread',
      operationId: 'getUnread',
      summary: 'What the acting user has not read',
      tags: ['Me'],
      access: { permission: 'self', ...MEMBERS },
      responses: { 200: z.strictObject({ total: int64({ min: 0 }), conversations: int64({ min: 0 }), mentions: int64({ min: 0 }) }) },
      handler: async ({ tenant, actingUser }) => ({ status: 200, body: await views.unread(tenant, actingUser.userId) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/read',
      operationId: 'markConversationRead',
      summary: 'Mark a conversation as read',
      description: 'Up to a message, or up to the latest one. What is read stays read.',
      tags,
      access: { permission: 'message.read', ...MEMBERS },
      params: conversationPath,
      body: z.strictObject({ message_id: idOf('msg').optional() }),
      responses: { 200: z.strictObject({ unread_count: int64({ min: 0 }) }) },
      errors: ['AUTHZ_NOT_MEMBER', 'VAL_REFERENCE'],
      handler: async ({ tenant, params, body, actingUser, principal }) => {
        const { unread } = await reading.read(tenant, params.conversation_id, {
          actor: actingUser,
          messageId: body.message_id,
          origin: originOf(principal, actingUser.userId),
        });
        return { status: 200, body: { unread_count: unread } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/typing',
      operationId: 'setTyping',
      summary: 'Tell that one is writing, or stopped',
      description: 'Best effort: nothing is stored, and it is worth nothing after three seconds.',
      tags,
      access: { permission: 'message.send', ...MEMBERS },
      params: conversationPath,
      body: z.strictObject({ state: z.enum(['start', 'stop']) }),
      responses: { 202: null },
      errors: ['AUTHZ_NOT_MEMBER', 'USER_BLOCKED', 'MSG_READ_ONLY', 'MSG_SENDER_MUTED', 'CONV_CLOSED'],
      handler: async ({ tenant, params, body, actingUser }) => {
        await reading.type(tenant, params.conversation_id, { actor: actingUser, state: body.state });
        return { status: 202 };
      },
    }),
  ];
}
