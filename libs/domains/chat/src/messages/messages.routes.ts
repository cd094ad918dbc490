import {
  defineRoute,
  listQuery,
  messageQuotaHeaders,
  pageOf,
  type RouteDefinition,
  type RouteReply,
  toPage,
} from '@caas/gateway-middleware';
import { idOf, z } from '@caas/schema';
import { CALLERS, MEMBERS } from '../conversations/route-parts.js';
import { MESSAGE_TYPES } from './message-content.js';
import { type MessageLists } from './message-lists.js';
import { originOf, waitOf } from './message-origin.js';
import { type SendResult } from './message-sender.js';
import { messageResource } from './messages.resource.js';
import { type MessagesService, type SendInput } from './messages.service.js';
import { newMessage, newMessageInto } from './new-message.js';

type SendResponses = { readonly 201: typeof messageResource; readonly 202: typeof messageResource };

export function toSendReply({ status, message, quota }: SendResult): RouteReply<SendResponses> {
  const headers: Record<string, string> = { location: `/v1/messages/${message.message_id}`, ...messageQuotaHeaders(quota) };
  if (status === 'accepted') return { status: 202, body: message, headers };
  headers['preference-applied'] = 'wait';
  return { status: 201, body: message, headers };
}

/** What every way of sending has in common. */
export const SENDING = {
  description:
    'Answers 202 once the message can no longer be lost. With `Prefer: wait=5` it answers 201 with the stored message and its sequence, ' +
    'or 202 when the time is up. A resend with the same `client_message_id` is the same message.',
  tags: ['Messages'],
  access: { permission: 'message.send', ...MEMBERS },
  rateClass: 'message_send',
  idempotent: true,
  responses: { 201: messageResource, 202: messageResource },
  errors: [
    'RES_NOT_FOUND',
    'VAL_REFERENCE',
    'AUTHZ_NOT_MEMBER',
    'USER_BLOCKED',
    'CONV_CLOSED',
    'RATE_SLOW_MODE',
    'MSG_TYPE_DISABLED',
    'MSG_READ_ONLY',
    'MSG_SENDER_MUTED',
    'MSG_EMPTY',
    'MSG_TOO_LONG',
    'MSG_CONTENT_MISMATCH',
    'MSG_BLOCKED_CONTENT',
    'MSG_ENCRYPTION_REQUIRED',
    'MSG_EXPIRED',
    'MSG_DUPLICATE_CLIENT_ID',
    'FILE_BLOCKED',
  ],
} as const;

/** A message id or a sequence. */
const place = z.string().regex(/^(?:msg_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}|[0-9]{1,15})$/u, 'must be a message id or a sequence');

/** Which messages of a conversation, and where to begin. */
export const messagesQuery = listQuery({ defaultLimit: 50 }).extend({
  order: z.enum(['asc', 'desc']).default('desc'),
  before: place.optional(),
  after: place.optional(),
  around: place.optional(),
  types: z.array(z.enum(MESSAGE_TYPES)).max(MESSAGE_TYPES.length).optional(),
  sender_id: idOf('usr').optional(),
  pinned: z.boolean().optional(),
  include_deleted: z.boolean().optional(),
  include_replies: z.boolean().optional(),
});

const LISTING = {
  description:
    'By sequence. `before` and `after` a message begin right beside it, `around` one puts it into the middle. Replies in threads and deleted messages are left out ' +
    'unless they are asked for; what the acting user deleted for themselves is never shown.',
  tags: ['Messages'],
  access: { permission: 'message.read', ...CALLERS },
  responses: { 200: pageOf(messageResource) },
  errors: ['RES_NOT_FOUND', 'AUTHZ_NOT_MEMBER', 'VAL_CURSOR_INVALID', 'VAL_REFERENCE'],
} as const;

/** Sending and reading messages. */
export function messagesRoutes({ messages, lists }: { messages: MessagesService; lists: MessageLists }): RouteDefinition[] {
  const send = (
    context: Parameters<typeof originOf>[0] & Parameters<typeof waitOf>[0] & { actingUser: SendInput['sender'] },
    what: Pick<SendInput, 'conversationId' | 'message'>,
  ) => {
    const { tenant, request, applicationId } = originOf(context);
    return messages.send({ tenant, request, applicationId, sender: context.actingUser, wait: waitOf(context), ...what }).then(toSendReply);
  };
  return [
    defineRoute({
      ...SENDING,
      method: 'POST',
      path: '/v1/conversations/:conversation_id/messages',
      operationId: 'sendMessage',
      summary: 'Send a message',
      params: z.strictObject({ conversation_id: idOf('conv') }),
      body: newMessage,
      handler: (context) => send(context, { conversationId: context.params.conversation_id, message: context.body }),
    }),
    defineRoute({
      ...SENDING,
      method: 'POST',
      path: '/v1/messages',
      operationId: 'sendMessageInto',
      summary: 'Send a message into the conversation that its body names',
      body: newMessageInto,
      handler: (context) => send(context, { conversationId: context.body.conversation_id, message: context.body }),
    }),
    defineRoute({
      ...LISTING,
      method: 'GET',
      path: '/v1/conversations/:conversation_id/messages',
      operationId: 'listMessages',
      summary: 'List the messages of a conversation',
      params: z.strictObject({ conversation_id: idOf('conv') }),
      query: messagesQuery,
      handler: async ({ tenant, actingUser, params, query }) => {
        const page = await lists.list({ tenant, actor: actingUser, conversationId: params.conversation_id, query });
        return { status: 200, body: toPage(page, query.limit, (message) => message) };
      },
    }),
    defineRoute({
      ...LISTING,
      method: 'GET',
      path: '/v1/messages',
      operationId: 'listMessagesOf',
      summary: 'List the messages of the conversation that the query names',
      query: messagesQuery.extend({ conversation_id: idOf('conv') }),
      handler: async ({ tenant, actingUser, query: { conversation_id: conversationId, ...query } }) => {
        const page = await lists.list({ tenant, actor: actingUser, conversationId, query });
        return { status: 200, body: toPage(page, query.limit, (message) => message) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/messages/:message_id',
      operationId: 'getMessage',
      summary: 'Get a message',
      description:
        'Also one that is accepted and not stored yet, without its sequence; for its sender also one that was rejected within the last day, with the reason in `problem`. ' +
        'A deleted message is a placeholder: its place in the conversation, without content.',
      tags: ['Messages'],
      access: { permission: 'message.read', ...CALLERS },
      params: z.strictObject({ message_id: idOf('msg') }),
      responses: { 200: messageResource },
      errors: ['AUTHZ_NOT_MEMBER'],
      handler: async ({ tenant, actingUser, params }) => ({
        status: 200,
        body: await messages.get(tenant, params.message_id, actingUser),
      }),
    }),
  ];
}
