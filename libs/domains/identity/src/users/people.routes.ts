import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { JobsService } from '@caas/tenancy';
import { type authServices } from '../auth/auth-services.js';
import { presence } from '../presence/presence.events.js';
import { PresenceService } from '../presence/presence.service.js';
import { RelationshipsService } from '../relationships/relationships.service.js';
import { ActingUserDirectory } from './acting-user-directory.js';
import { meRoutes } from './me.routes.js';
import { UserAccountsService } from './user-accounts.service.js';
import { UserAnnouncer } from './user-announcer.js';
import { userBansRoutes } from './user-bans.routes.js';
import { userExportRoutes } from './user-export.routes.js';
import { UserLists } from './user-lists.js';
import { UserLockout } from './user-lockout.js';
import { UserSight } from './user-sight.js';
import { usersRoutes } from './users.routes.js';

type Auth = Pick<ReturnType<typeof authServices>, 'users' | 'settings' | 'sessions' | 'revocations'>;

/** Users, their bans and presence, and the acting user. */
export function peopleRoutes(services: Services, { users, settings, sessions, revocations }: Auth): RouteDefinition[] {
  const { mongo, redis, kafka, outbox, quotas, clock, logger } = services;
  const accounts = new UserAccountsService({ mongo, quotas, announcer: new UserAnnouncer({ outbox, settings, clock }) });
  const sight = new UserSight({ mongo });
  const actingUsers = new ActingUserDirectory({ users, redis, clock });
  const lockout = new UserLockout({ sessions, revocations, actingUsers, clock });
  const jobs = new JobsService({ mongo, clock });
  const common = { users, accounts, sight, lockout, jobs, now: () => clock.now() };
  return [
    ...usersRoutes({ ...common, lists: new UserLists({ mongo }) }),
    ...userBansRoutes(common),
    ...userExportRoutes({ users, jobs, auditTrail: services.auditTrail }),
    ...meRoutes({
      ...common,
      relationships: new RelationshipsService({ mongo, clock }),
      presence: new PresenceService({ mongo, sight, events: kafka.producer(presence), clock, logger }),
    }),
  ];
}
