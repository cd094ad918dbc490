import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { z } from '@caas/schema';
import { toUserResource, userResource } from './users.resource.js';
import { originOf } from '../change-origin.js';
import { newUser } from './new-user-row.js';
import { USER_REFERENCE_FORM, type UsersService } from './users.service.js';

export function usersRoutes({ users }: { users: UsersService }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users',
      operationId: 'createUser',
      summary: 'Create a user',
      tags: ['Users'],
      access: { permission: 'user.create' },
      body: newUser,
      responses: { 201: userResource },
      errors: ['USER_EXISTS'],
      handler: async ({ tenant, principal, body }) => {
        const user = await users.create(tenant, body, originOf(principal));
        return { status: 201, body: toUserResource(user), headers: { location: `/v1/users/${user.user_id}` } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/users/:user_id',
      operationId: 'getUser',
      summary: 'Get a user',
      description: 'By `usr_…`, or by `ext:` and the id in your own system.',
      tags: ['Users'],
      access: { permission: 'user.read', credentials: ['key', 'user'], actingUser: 'optional' },
      params: z.strictObject({ user_id: z.string().regex(USER_REFERENCE_FORM) }),
      responses: { 200: userResource },
      handler: async ({ tenant, params }) => ({ status: 200, body: toUserResource(await users.get(tenant, params.user_id)) }),
    }),
  ];
}
