import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { usersRoutes } from './users/users.routes.js';
import { UsersService } from './users/users.service.js';

/** What the gateway takes from the identity module. */
export default function identityRoutes({ mongo, quotas }: Services): RouteDefinition[] {
  return usersRoutes({ users: new UsersService({ mongo, quotas }) });
}
