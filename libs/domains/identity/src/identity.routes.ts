import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { SettingsService } from '@caas/tenancy';
import { UserAnnouncer } from './users/user-announcer.js';
import { usersRoutes } from './users/users.routes.js';
import { UsersService } from './users/users.service.js';

/** What the gateway takes from the identity module. */
export default function identityRoutes({ mongo, redis, outbox, quotas, secrets, clock, logger }: Services): RouteDefinition[] {
  const settings = new SettingsService({ mongo, redis, outbox, clock, logger, box: secrets.box });
  return usersRoutes({ users: new UsersService({ mongo, quotas, announcer: new UserAnnouncer({ outbox, settings, clock }) }) });
}
