import { defineRoute, listQuery, pageOf, type RouteDefinition, type RouteReply, toPage } from '@caas/gateway-middleware';
import { idOf, z } from '@caas/schema';
import { messageResource, toMessageResource } from './messages.resource.js';
import { type MessagesService, newMessage, type SendResult } from './messages.service.js';

type SendResponses = { readonly 201: typeof messageResource; readonly 202: typeof messageResource };

function toSendReply({ status, message }: SendResult): RouteReply<SendResponses> {
  const location = `/v1/messages/${message.message_id}`;
  if (status === 'accepted') return { status: 202, body: message, headers: { location } };
  return { status: 201, body: message, headers: { location, 'preference-applied': 'wait' } };
}

export function messagesRoutes({ messages }: { messages: MessagesService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/messages',
      operationId: 'sendMessage',
      summary: 'Send a message',
      description:
        'Answers 202 once the message can no longer be lost. With `Prefer: wait=5` it answers 201 with the stored message and its sequence, ' +
        'or 202 when the time is up. A resend with the same `client_message_id` is the same message.',
      tags: ['Messages'],
      access: { permission: 'message.send', credentials: ['key', 'user'], actingUser: 'required' },
      rateClass: 'message_send',
      idempotent: true,
      params: z.strictObject({ conversation_id: idOf('conv') }),
      body: newMessage,
      responses: { 201: messageResource, 202: messageResource },
      errors: [
        'VAL_REFERENCE',
        'AUTHZ_NOT_MEMBER',
        'CONV_CLOSED',
        'RATE_SLOW_MODE',
        'MSG_TYPE_DISABLED',
        'MSG_READ_ONLY',
        'MSG_SENDER_MUTED',
        'MSG_TOO_LONG',
        'MSG_EXPIRED',
        'MSG_DUPLICATE_CLIENT_ID',
      ],
      handler: (context) => {
        const { waitSeconds } = context.request.prefer;
        const sent = messages.send({
          tenant: context.tenant,
          sender: context.actingUser,
          conversationId: context.params.conversation_id,
          message: context.body,
          request: context.request,
          applicationId: context.principal.appId ?? undefined,
          wait: waitSeconds === undefined ? undefined : { seconds: waitSeconds, signal: context.signal },
        });
        return sent.then(toSendReply);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/conversations/:conversation_id/messages',
      operationId: 'listMessages',
      summary: 'List the messages of a conversation by sequence',
      tags: ['Messages'],
      access: { permission: 'message.read', credentials: ['key', 'user'], actingUser: 'optional' },
      params: z.strictObject({ conversation_id: idOf('conv') }),
      query: listQuery({ defaultLimit: 50 }).extend({ order: z.enum(['asc', 'desc']).default('desc') }),
      responses: { 200: pageOf(messageResource) },
      errors: ['AUTHZ_NOT_MEMBER', 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, actingUser, params, query }) => {
        const page = await messages.list({
          tenant,
          actor: actingUser,
          conversationId: params.conversation_id,
          order: query.order,
          limit: query.limit,
          cursor: query.cursor,
        });
        return { status: 200, body: toPage(page, query.limit, toMessageResource) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/messages/:message_id',
      operationId: 'getMessage',
      summary: 'Get a stored message',
      description: 'A deleted message is a placeholder: its place in the conversation, without content.',
      tags: ['Messages'],
      access: { permission: 'message.read', credentials: ['key', 'user'], actingUser: 'optional' },
      params: z.strictObject({ message_id: idOf('msg') }),
      responses: { 200: messageResource },
      errors: ['AUTHZ_NOT_MEMBER'],
      handler: async ({ tenant, actingUser, params }) => ({
        status: 200,
        body: toMessageResource(await messages.get(tenant, params.message_id, actingUser)),
      }),
    }),
  ];
}
