import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { originOf } from '@caas/identity';
import { idOf, z } from '@caas/schema';
import { CALLERS } from '../conversations/route-parts.js';
import { type MessagePinsService } from './message-pins.service.js';

const PINNING = {
  path: '/v1/messages/:message_id/pin',
  tags: ['Messages'],
  access: { permission: 'message.pin', ...CALLERS },
  params: z.strictObject({ message_id: idOf('msg') }),
  responses: { 204: null },
} as const;

/** Pinning messages. */
export function messagePinsRoutes({ pins }: { pins: MessagePinsService }): RouteDefinition[] {
  return [
    defineRoute({
      ...PINNING,
      method: 'POST',
      operationId: 'pinMessage',
      summary: 'Pin a message',
      description:
        'For admins of the conversation, and members who may pin; in a direct conversation for both. At most 50 in a conversation; pinning again changes nothing.',
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'CONV_PIN_LIMIT', 'MSG_DELETED', 'RES_STATE'],
      handler: async ({ tenant, params, actingUser, principal }) => {
        await pins.pin({ tenant, messageId: params.message_id, actor: actingUser, origin: originOf(principal, actingUser?.userId) });
        return { status: 204 };
      },
    }),
    defineRoute({
      ...PINNING,
      method: 'DELETE',
      operationId: 'unpinMessage',
      summary: 'Take a pin off',
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW'],
      handler: async ({ tenant, params, actingUser, principal }) => {
        await pins.unpin({ tenant, messageId: params.message_id, actor: actingUser, origin: originOf(principal, actingUser?.userId) });
        return { status: 204 };
      },
    }),
  ];
}
