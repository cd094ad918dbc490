import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { type RelationshipsService, USER_PATH_FORM, userIdOfPath, type UserReader } from '@caas/identity';
import { type ActingUser, type TenantContext } from '@caas/runtime';
import { text, z } from '@caas/schema';
import { type ConversationDirectory } from './conversation-directory.js';
import { directConversationId } from './direct-pair.js';
import { MEMBERS } from './route-parts.js';

export interface BlockingRoutesParts {
  readonly relationships: Pick<RelationshipsService, 'block' | 'unblock'>;
  readonly users: Pick<UserReader, 'findByExternalId' | 'get'>;
  readonly directory: Pick<ConversationDirectory, 'invalidate'>;
}

const userPath = z.strictObject({ user_id: z.string().regex(USER_PATH_FORM) });
const tags = ['Users'];

/** Blocks between users, which stop direct messages both ways. */
export function blockingRoutes({ relationships, users, directory }: BlockingRoutesParts): RouteDefinition[] {
  const targetOf = async (reference: string, { tenant, actingUser }: { tenant: TenantContext; actingUser: ActingUser }) => {
    const targetId = await userIdOfPath(reference, { users, tenant, actingUser });
    await users.get(tenant, targetId);
    return { userId: actingUser.userId, targetId };
  };
  const forget = (tenant: TenantContext, { userId, targetId }: { userId: string; targetId: string }) =>
    directory.invalidate(tenant, directConversationId(tenant, [userId, targetId]));
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users/:user_id/block',
      operationId: 'blockUser',
      summary: 'Block a user',
      description: 'Neither sends direct messages to the other any more. Friendship and following end.',
      tags,
      access: { permission: 'self', ...MEMBERS },
      params: userPath,
      body: z.strictObject({ reason: text({ max: 500 }).optional() }),
      responses: { 204: null },
      handler: async (request) => {
        const edge = await targetOf(request.params.user_id, request);
        await relationships.block(request.tenant, edge, request.body.reason === undefined ? {} : { reason: request.body.reason });
        await forget(request.tenant, edge);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/users/:user_id/block',
      operationId: 'unblockUser',
      summary: 'End the block of a user',
      tags,
      access: { permission: 'self', ...MEMBERS },
      params: userPath,
      responses: { 204: null },
      handler: async (request) => {
        const edge = await targetOf(request.params.user_id, request);
        await relationships.unblock(request.tenant, edge);
        await forget(request.tenant, edge);
        return { status: 204 };
      },
    }),
  ];
}
