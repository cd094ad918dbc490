import { defineRoute, pageOf, type RouteDefinition } from '@caas/gateway-middleware';
import { dateTime, idOf, z } from '@caas/schema';
import { CALLERS } from '../conversations/route-parts.js';
import { contentResource, toContentResource } from './content.resource.js';
import { type MessageHistory, type MessageVersion } from './message-history.js';
import { EDIT_HISTORY_MAX } from './messages.collection.js';

/** One version of what a message said. */
export const versionResource = z
  .strictObject({
    /** Null where the acting user may know that it changed and not what it said. */
    content: contentResource.nullable(),
    /** Since when it said so. */
    created_at: dateTime(),
    is_current: z.boolean(),
  })
  .meta({ id: 'MessageVersion' });

/** Earlier versions of messages. */
export function messageHistoryRoutes({ history }: { history: MessageHistory }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/messages/:message_id/history',
      operationId: 'listMessageVersions',
      summary: 'List the versions of a message, the latest first',
      description: `The present version and the ${EDIT_HISTORY_MAX} before it. What earlier versions said is shown to the sender and to moderators; a deleted message has none.`,
      tags: ['Messages'],
      access: { permission: 'message.read', ...CALLERS },
      params: z.strictObject({ message_id: idOf('msg') }),
      responses: { 200: pageOf(versionResource) },
      errors: ['AUTHZ_NOT_MEMBER', 'RES_STATE'],
      handler: async ({ tenant, params, actingUser }) => {
        const versions = await history.list(tenant, params.message_id, actingUser);
        const page = { limit: EDIT_HISTORY_MAX + 1, has_more: false, next_cursor: null, prev_cursor: null };
        return { status: 200, body: { data: versions.map(toVersionResource), page } };
      },
    }),
  ];
}

function toVersionResource({ content, since, isCurrent }: MessageVersion): z.output<typeof versionResource> {
  return { content: content === null ? null : toContentResource(content), created_at: since.toISOString(), is_current: isCurrent };
}
