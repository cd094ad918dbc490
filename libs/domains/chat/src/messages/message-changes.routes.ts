import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { idOf, z } from '@caas/schema';
import { MEMBERS } from '../conversations/route-parts.js';
import { messageEdit, type MessageChangesService } from './message-changes.service.js';
import { changeOf } from './message-origin.js';
import { messageResource } from './messages.resource.js';

const params = z.strictObject({ message_id: idOf('msg') });

/** Editing and deleting messages. */
export function messageChangesRoutes({ changes }: { changes: MessageChangesService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'PATCH',
      path: '/v1/messages/:message_id',
      operationId: 'updateMessage',
      summary: 'Edit a message',
      description:
        'For the sender, within the time that the tenant allows: the text, or the caption of media, whom it mentions, and its metadata. Answers 202 once the edit can no ' +
        'longer be lost; with `Prefer: wait=5` it answers 200 with the stored message, or 202 when the time is up. The last ten versions are kept.',
      tags: ['Messages'],
      access: { permission: 'message.update', ...MEMBERS },
      params,
      body: messageEdit,
      responses: { 200: messageResource, 202: messageResource },
      errors: [
        'AUTHZ_DENIED',
        'AUTHZ_NOT_MEMBER',
        'RES_STATE',
        'MSG_EDIT_WINDOW_CLOSED',
        'MSG_NOT_EDITABLE',
        'MSG_DELETED',
        'MSG_EMPTY',
        'MSG_TOO_LONG',
        'MSG_CONTENT_MISMATCH',
        'MSG_BLOCKED_CONTENT',
      ],
      handler: async (context) => {
        const { status, message } = await changes.edit(changeOf(context), context.body);
        const headers = { location: `/v1/messages/${message.message_id}` };
        if (status === 'stored') return { status: 200, body: message, headers: { ...headers, 'preference-applied': 'wait' } };
        return { status: 202, body: message, headers };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/messages/:message_id',
      operationId: 'deleteMessage',
      summary: 'Delete a message',
      description:
        'For everyone, by its sender or a moderator: what it said is erased and its place stays. Or for the acting user alone. Answers 202 once the deletion can no ' +
        'longer be lost, and 204 when it is done, which a caller that sends `Prefer: wait=5` waits for.',
      tags: ['Messages'],
      access: { permission: 'message.delete', ...MEMBERS },
      params,
      query: z.strictObject({ for: z.enum(['everyone', 'self']).default('everyone') }),
      responses: { 202: null, 204: null },
      errors: ['AUTHZ_NOT_MEMBER', 'AUTHZ_ROLE_TOO_LOW', 'RES_STATE', 'MSG_EDIT_WINDOW_CLOSED'],
      handler: async (context) => {
        const { status } = await changes.delete(changeOf(context), context.query.for);
        return status === 'done' ? { status: 204 } : { status: 202 };
      },
    }),
  ];
}
