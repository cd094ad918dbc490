import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { CALLERS } from '../conversations/route-parts.js';
import { originOf, waitOf } from './message-origin.js';
import { type MessageThreadsService, type Thread, THREAD_PARTICIPANTS_MAX } from './message-threads.service.js';
import { messageResource } from './messages.resource.js';
import { SENDING, toSendReply } from './messages.routes.js';
import { type MessagesService } from './messages.service.js';
import { newMessage } from './new-message.js';

/** A thread as the API shows it. */
export const threadResource = z
  .strictObject({
    root: messageResource,
    reply_count: int32({ min: 0 }),
    last_reply_at: dateTime().nullable(),
    participants: z
      .array(z.strictObject({ user_id: idOf('usr'), display_name: text({ max: 100 }), avatar_url: text({ max: 2_048 }).nullable() }))
      .max(THREAD_PARTICIPANTS_MAX),
    /** Whether the acting user began it or replied in it. */
    is_following: z.boolean(),
  })
  .meta({ id: 'Thread' });

function toThreadResource({ root, replyCount, lastReplyAt, participants, isFollowing }: Thread): z.output<typeof threadResource> {
  return {
    root,
    reply_count: replyCount,
    last_reply_at: lastReplyAt?.toISOString() ?? null,
    participants: participants.map(({ userId, displayName, avatarUrl }) => ({
      user_id: userId,
      display_name: displayName,
      avatar_url: avatarUrl,
    })),
    is_following: isFollowing,
  };
}

const THREAD = {
  tags: ['Messages'],
  access: { permission: 'message.read', ...CALLERS },
  params: z.strictObject({ message_id: idOf('msg') }),
  errors: ['AUTHZ_NOT_MEMBER', 'RES_STATE'],
} as const;

/** Replies to messages. */
export function messageThreadsRoutes({
  threads,
  messages,
}: {
  threads: MessageThreadsService;
  messages: MessagesService;
}): RouteDefinition[] {
  return [
    defineRoute({
      ...THREAD,
      method: 'GET',
      path: '/v1/messages/:message_id/replies',
      operationId: 'listReplies',
      summary: 'List the replies in the thread of a message',
      query: listQuery({ defaultLimit: 50 }).extend({ order: z.enum(['asc', 'desc']).default('asc') }),
      responses: { 200: pageOf(messageResource) },
      errors: [...THREAD.errors, 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, params, actingUser, query }) => {
        const page = await threads.replies({ tenant, messageId: params.message_id, actor: actingUser }, query);
        return { status: 200, body: toPage(page, query.limit, (message) => message) };
      },
    }),
    defineRoute({
      ...THREAD,
      method: 'GET',
      path: '/v1/messages/:message_id/thread',
      operationId: 'getThread',
      summary: 'Get the thread of a message: its root and who takes part',
      responses: { 200: threadResource },
      handler: async ({ tenant, params, actingUser }) => ({
        status: 200,
        body: toThreadResource(await threads.thread({ tenant, messageId: params.message_id, actor: actingUser })),
      }),
    }),
    defineRoute({
      ...SENDING,
      method: 'POST',
      path: '/v1/messages/:message_id/replies',
      operationId: 'replyToMessage',
      summary: 'Reply in the thread of a message',
      description: `A reply to a reply belongs to the root of its thread, and quotes. ${SENDING.description}`,
      params: THREAD.params,
      body: newMessage,
      errors: [...SENDING.errors, 'MSG_DELETED', 'RES_STATE'],
      handler: async (context) => {
        const { tenant, params, actingUser, body } = context;
        const reply = await threads.replyTo({ tenant, messageId: params.message_id, actor: actingUser }, body);
        const { request, applicationId } = originOf(context);
        return toSendReply(await messages.send({ tenant, request, applicationId, sender: actingUser, wait: waitOf(context), ...reply }));
      },
    }),
  ];
}
