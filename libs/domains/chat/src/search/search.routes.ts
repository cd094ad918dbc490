import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { userResource } from '@caas/identity';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { conversationResource } from '../conversations/conversations.resource.js';
import { CALLERS, isPermitted, MEMBERS } from '../conversations/route-parts.js';
import { MESSAGE_TYPES } from '../messages/message-content.js';
import { messageResource } from '../messages/messages.resource.js';
import { HIGHLIGHTS_MAX } from './highlights.js';
import { type MessageSearch } from './message-search.js';
import { type SearchEverywhere } from './search-everywhere.js';

/** A message that was found. */
const foundMessage = z.strictObject({
  message: messageResource,
  /** Where the words are, as HTML: the text is escaped, the words stand in `<mark>`. */
  highlights: z.array(text({ max: 2_000 })).max(HIGHLIGHTS_MAX),
});

/** Of each kind. */
const PER_TYPE_MAX = 10;
const q = text({ min: 2, max: 256 });
const tags = ['Search'];

/** Finding messages, conversations and users by words. */
export function searchRoutes({ search, everywhere }: { search: MessageSearch; everywhere: SearchEverywhere }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/search/messages',
      operationId: 'searchMessages',
      summary: 'Search messages',
      description:
        'Messages that hold all words of `q`, in any case, with diacritics or without: of one conversation, or of all that the acting user is in. Server keys without ' +
        'one search the whole tenant. Encrypted, deleted and cleared messages are not found. Where the database has no text search, the newest messages are looked ' +
        'at part by part, newest first whatever `sort` says: a page may be short, or empty, and have one after it.',
      tags,
      access: { permission: 'message.read', ...CALLERS },
      rateClass: 'search',
      query: listQuery().extend({
        q,
        conversation_id: idOf('conv').optional(),
        sender_id: idOf('usr').optional(),
        types: z.array(z.enum(MESSAGE_TYPES)).min(1).max(MESSAGE_TYPES.length).optional(),
        from: dateTime().optional(),
        to: dateTime().optional(),
        has: z.enum(['file', 'link', 'mention']).optional(),
        sort: z.enum(['relevance', 'recent']).default('relevance'),
      }),
      responses: { 200: pageOf(foundMessage) },
      errors: ['RES_NOT_FOUND', 'AUTHZ_NOT_MEMBER', 'CONV_BANNED', 'VAL_CURSOR_INVALID'],
      handler: async ({ tenant, actingUser, query }) => {
        const page = await search.find({ tenant, actor: actingUser, query });
        return { status: 200, body: toPage(page, query.limit, ({ message, highlights }) => ({ message, highlights: [...highlights] })) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/search',
      operationId: 'searchEverywhere',
      summary: 'Search messages, conversations and users at once',
      description:
        'Messages by their words, conversations by the beginning of their name or of a member’s, users by the beginning of a name. Users are found by callers that may read users.',
      tags,
      access: { permission: 'message.read', ...MEMBERS },
      rateClass: 'search',
      query: z.strictObject({ q, limit_per_type: int32({ min: 1, max: PER_TYPE_MAX }).default(5) }),
      responses: {
        200: z.strictObject({
          messages: z.array(foundMessage).max(PER_TYPE_MAX),
          conversations: z.array(conversationResource).max(PER_TYPE_MAX),
          users: z.array(userResource).max(PER_TYPE_MAX),
        }),
      },
      handler: async (request) => {
        const { tenant, actingUser, query } = request;
        const seesUsers = isPermitted(request, 'user.read');
        const found = await everywhere.find({ tenant, user: actingUser, seesUsers, q: query.q, limit: query.limit_per_type });
        return { status: 200, body: found };
      },
    }),
  ];
}
