import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { SettingsService } from '@caas/tenancy';
import { apiKeysRoutes } from './api-keys/api-keys.routes.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { keyFactsCache } from './api-keys/key-facts-cache.js';
import { UserAnnouncer } from './users/user-announcer.js';
import { usersRoutes } from './users/users.routes.js';
import { UsersService } from './users/users.service.js';

/** What the gateway takes from the identity module. */
export default function identityRoutes({ mongo, redis, outbox, quotas, secrets, clock, logger }: Services): RouteDefinition[] {
  const settings = new SettingsService({ mongo, redis, outbox, clock, logger, box: secrets.box });
  const keyFacts = keyFactsCache(redis);
  const keys = new ApiKeysService({
    mongo,
    outbox,
    clock,
    peppers: secrets.apiKeyPeppers,
    onChanged: ({ key_lookup: lookup }) => keyFacts.delete(lookup),
  });
  return [
    ...apiKeysRoutes({ keys }),
    ...usersRoutes({ users: new UsersService({ mongo, quotas, announcer: new UserAnnouncer({ outbox, settings, clock }) }) }),
  ];
}
