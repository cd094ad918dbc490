import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { AdminMemberships } from './admins/admin-memberships.js';
import { tenantAdminsRoutes } from './admins/tenant-admins.routes.js';
import { TenantAdminsService } from './admins/tenant-admins.service.js';
import { apiKeysRoutes } from './api-keys/api-keys.routes.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { keyFactsCache } from './api-keys/key-facts-cache.js';
import { authRoutes } from './auth/auth.routes.js';
import { authServices } from './auth/auth-services.js';
import { signInRoutes } from './auth/sign-in.routes.js';
import { userDevicesRoutes } from './user-devices/user-devices.routes.js';
import { userSessionsRoutes } from './user-sessions/user-sessions.routes.js';
import { applicationsOf } from './applications/applications-of.js';
import { applicationsRoutes, signingKeysRoutes } from './applications/applications.routes.js';
import { SigningKeysService } from './applications/signing-keys.js';
import { presence } from './presence/presence.events.js';
import { PresenceService } from './presence/presence.service.js';
import { UserSight } from './users/user-sight.js';
import { PermissionChecks } from './permissions/permission-checks.js';
import { permissionsCheckRoutes } from './permissions/permissions-check.routes.js';
import { peopleRoutes } from './users/people.routes.js';

/** What the gateway takes from the identity module. */
export default function identityRoutes(services: Services): RouteDefinition[] {
  const { mongo, redis, outbox, secrets, clock } = services;
  const auth = authServices(services);
  const whereabouts = new PresenceService({ ...services, sight: new UserSight({ mongo }), events: services.kafka.producer(presence) });
  const keyFacts = keyFactsCache(redis);
  const onChanged = async ({ key_lookup: lookup }: { key_lookup: string }): Promise<void> => keyFacts.delete(lookup);
  const keys = new ApiKeysService({ mongo, outbox, clock, peppers: secrets.apiKeyPeppers, onChanged });
  const applications = applicationsOf(services, { keys, onKeyChanged: onChanged });
  return [
    ...apiKeysRoutes({ keys }),
    ...peopleRoutes(services, auth),
    ...signInRoutes(auth),
    ...authRoutes({ ...auth, presence: whereabouts }),
    ...userSessionsRoutes({ ...auth, clock: services.clock }),
    ...userDevicesRoutes({ ...auth, box: services.secrets.box }),
    ...applicationsRoutes({ applications }),
    ...signingKeysRoutes({ signingKeys: new SigningKeysService({ applications }) }),
    ...tenantAdminsRoutes({
      admins: new TenantAdminsService({ mongo, outbox, clock, memberships: new AdminMemberships({ mongo, redis }) }),
    }),
    ...permissionsCheckRoutes({ checks: new PermissionChecks({ guards: services.resourceGuards }) }),
  ];
}
