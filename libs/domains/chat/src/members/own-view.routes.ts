import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { AppError, type TenantContext } from '@caas/runtime';
import { idOf, int32, z } from '@caas/schema';
import { type ConversationViews } from '../conversations/conversation-views.js';
import { conversationResource, toConversationResource } from '../conversations/conversations.resource.js';
import { conversationPath, MEMBERS, ownOf } from '../conversations/route-parts.js';
import { type OwnViewService, PINNED_CONVERSATIONS_MAX } from './own-view.service.js';

const tags = ['Conversations'];
const errors = ['AUTHZ_NOT_MEMBER'] as const;
const muting = { permission: 'conversation.mute', ...MEMBERS } as const;
const archiving = { permission: 'conversation.archive', ...MEMBERS } as const;
const YEAR_SECONDS = 31_536_000;

export interface OwnViewRoutesParts {
  readonly own: OwnViewService;
  readonly views: ConversationViews;
  readonly now: () => number;
}

/** How members arrange conversations for themselves. */
export function ownViewRoutes({ own, views, now }: OwnViewRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/mute',
      operationId: 'muteConversation',
      summary: 'Mute a conversation for oneself',
      description: 'Without a duration for good. Mentions are told all the same unless `mention_exceptions` is false.',
      tags,
      access: muting,
      params: conversationPath,
      body: z.strictObject({
        duration_seconds: int32({ min: 60, max: YEAR_SECONDS }).optional(),
        mention_exceptions: z.boolean().default(true),
      }),
      responses: { 200: conversationResource },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params, body } = request;
        const options = { durationSeconds: body.duration_seconds, sparesMentions: body.mention_exceptions };
        const conversation = await own.mute(tenant, params.conversation_id, { ...ownOf(request), ...options });
        const view = await views.of(tenant, conversation, request.actingUser.userId);
        return { status: 200, body: toConversationResource(view, now()) };
      },
    }),
    undoing({
      what: 'mute',
      operationId: 'unmuteConversation',
      summary: 'End the mute of a conversation',
      access: muting,
      undo: (tenant, id, by) => own.unmute(tenant, id, by),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/archive',
      operationId: 'archiveConversation',
      summary: 'Archive a conversation for oneself',
      description: 'A new message brings it back unless `keep_archived` is true.',
      tags,
      access: archiving,
      params: conversationPath,
      body: z.strictObject({ keep_archived: z.boolean().default(false) }),
      responses: { 204: null },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params, body } = request;
        await own.archive(tenant, params.conversation_id, { ...ownOf(request), keep: body.keep_archived });
        return { status: 204 };
      },
    }),
    undoing({
      what: 'archive',
      operationId: 'unarchiveConversation',
      summary: 'Take a conversation out of the archive',
      access: archiving,
      undo: (tenant, id, by) => own.unarchive(tenant, id, by),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/archive-batch',
      operationId: 'archiveConversations',
      summary: 'Archive or unarchive many conversations',
      tags,
      access: archiving,
      body: z.strictObject({ conversation_ids: z.array(idOf('conv')).min(1).max(100), archived: z.boolean() }),
      responses: {
        200: z.strictObject({
          data: z.array(
            z.strictObject({
              index: int32({ min: 0 }),
              status: int32({ min: 200, max: 599 }),
              id: idOf('conv'),
              error: z.string().optional(),
            }),
          ),
        }),
      },
      handler: async (request) => {
        const { tenant, body } = request;
        const data: { index: number; status: number; id: string; error?: string }[] = [];
        for (const [index, id] of body.conversation_ids.entries()) {
          try {
            if (body.archived) await own.archive(tenant, id, { ...ownOf(request), keep: false });
            else await own.unarchive(tenant, id, ownOf(request));
            data.push({ index, status: 204, id });
          } catch (error) {
            if (!(error instanceof AppError) || error.status >= 500) throw error;
            data.push({ index, status: error.status, id, error: error.code });
          }
        }
        return { status: 200, body: { data } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/pin',
      operationId: 'pinConversation',
      summary: 'Pin a conversation to the top of one’s list',
      tags,
      access: archiving,
      params: conversationPath,
      body: z.strictObject({ order: int32({ min: 0, max: 100 }).optional() }),
      responses: { 204: null },
      errors: [...errors, 'CONV_PIN_LIMIT'],
      handler: async (request) => {
        const { tenant, params, body } = request;
        await own.pin(tenant, params.conversation_id, { ...ownOf(request), order: body.order });
        return { status: 204 };
      },
    }),
    undoing({
      what: 'pin',
      operationId: 'unpinConversation',
      summary: 'Unpin a conversation',
      access: archiving,
      undo: (tenant, id, by) => own.unpin(tenant, id, by),
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/conversations/pinned',
      operationId: 'setPinnedConversations',
      summary: 'Pin these conversations, in this order, and no others',
      tags,
      access: archiving,
      body: z.strictObject({ conversation_ids: z.array(idOf('conv')).max(PINNED_CONVERSATIONS_MAX) }),
      responses: { 200: z.strictObject({ conversation_ids: z.array(idOf('conv')) }) },
      errors: [...errors, 'CONV_PIN_LIMIT', 'RES_NOT_FOUND'],
      handler: async (request) => {
        const { tenant, body } = request;
        await own.setPinned(tenant, body.conversation_ids, ownOf(request));
        return { status: 200, body };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/conversations/:conversation_id/restore',
      operationId: 'restoreConversation',
      summary: 'Show a conversation again that one has deleted for oneself',
      tags,
      access: archiving,
      params: conversationPath,
      responses: { 200: conversationResource },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params } = request;
        const conversation = await own.restore(tenant, params.conversation_id, ownOf(request));
        const view = await views.of(tenant, conversation, request.actingUser.userId);
        return { status: 200, body: toConversationResource(view, now()) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/conversations/:conversation_id/history',
      operationId: 'clearHistory',
      summary: 'Clear the history of a conversation for oneself',
      description: 'Everything so far, or up to and with the message `before`. Nobody else misses anything.',
      tags,
      access: archiving,
      params: conversationPath,
      query: z.strictObject({ before: idOf('msg').optional() }),
      responses: { 204: null },
      errors: [...errors],
      handler: async (request) => {
        const { tenant, params, query } = request;
        await own.clearHistory(tenant, params.conversation_id, { ...ownOf(request), before: query.before });
        return { status: 204 };
      },
    }),
  ];
}

/** The way back from what a member arranged for themselves. */
function undoing({
  what,
  undo,
  ...said
}: {
  readonly what: 'mute' | 'archive' | 'pin';
  readonly operationId: string;
  readonly summary: string;
  readonly access: typeof muting | typeof archiving;
  readonly undo: (tenant: TenantContext, conversationId: string, by: ReturnType<typeof ownOf>) => Promise<unknown>;
}): RouteDefinition {
  return defineRoute({
    ...said,
    method: 'DELETE',
    path: `/v1/conversations/:conversation_id/${what}`,
    tags,
    params: conversationPath,
    responses: { 204: null },
    errors: [...errors],
    handler: async (request) => {
      await undo(request.tenant, request.params.conversation_id, ownOf(request));
      return { status: 204 };
    },
  });
}
