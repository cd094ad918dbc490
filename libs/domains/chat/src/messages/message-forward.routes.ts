import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { idOf, int32, text, z } from '@caas/schema';
import { MEMBERS } from '../conversations/route-parts.js';
import { FORWARD_TARGETS_MAX, FORWARDED_MESSAGES_MAX, type ForwardOutcome, type MessageForwardService } from './message-forward.service.js';
import { originOf } from './message-origin.js';

/** What became of each message in each conversation. */
export const forwardResult = z.strictObject({
  results: z
    .array(
      z.strictObject({
        index: int32({ min: 0 }),
        message_id: idOf('msg'),
        conversation_id: idOf('conv'),
        status: int32(),
        /** The new message; null where it was refused. */
        id: idOf('msg').nullable(),
        error: z.strictObject({ code: text({ max: 50 }), message: text({ max: 500 }) }).nullable(),
      }),
    )
    .max(FORWARDED_MESSAGES_MAX * FORWARD_TARGETS_MAX),
});

/** Forwarding messages. */
export function messageForwardRoutes({ forwards }: { forwards: MessageForwardService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/messages/forward',
      operationId: 'forwardMessages',
      summary: 'Forward messages into other conversations',
      description:
        'Up to ten messages into up to five conversations, each judged by itself: `results` has one entry for each message in each conversation. The acting user reads the messages ' +
        'and may send where they go. System messages, encrypted and deleted ones cannot be forwarded. A message that was forwarded before keeps its origin.',
      tags: ['Messages'],
      access: { permission: 'message.forward', ...MEMBERS },
      rateClass: 'message_send',
      body: z.strictObject({
        message_ids: z.array(idOf('msg')).min(1).max(FORWARDED_MESSAGES_MAX),
        conversation_ids: z.array(idOf('conv')).min(1).max(FORWARD_TARGETS_MAX),
        hide_sender: z.boolean().default(false),
      }),
      responses: { 202: forwardResult },
      handler: async (context) => {
        const { message_ids, conversation_ids, hide_sender } = context.body;
        const outcomes = await forwards.forward({
          ...originOf(context),
          sender: context.actingUser,
          messageIds: [...new Set(message_ids)],
          conversationIds: [...new Set(conversation_ids)],
          hideSender: hide_sender,
        });
        return { status: 202, body: { results: outcomes.map(toResult) } };
      },
    }),
  ];
}

function toResult({ sourceId, conversationId, outcome }: ForwardOutcome, index: number): z.output<typeof forwardResult>['results'][number] {
  const about = { index, message_id: sourceId, conversation_id: conversationId };
  if ('messageId' in outcome) return { ...about, status: 202, id: outcome.messageId, error: null };
  const { code, status, message } = outcome.error;
  return { ...about, status, id: null, error: { code, message: status >= 500 ? 'Repeat this one.' : message.slice(0, 500) } };
}
