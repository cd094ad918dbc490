import { defineModule } from '@caas/composition';
import { adminMemberships } from './admins/admin-memberships.collection.js';
import { adminSessions } from './admins/admin-sessions.collection.js';
import { platformAdmins } from './admins/platform-admins.collection.js';
import { apiKeys } from './api-keys/api-keys.collection.js';
import { applications } from './applications/applications.collection.js';
import { prekeyBundles } from './encryption-keys/prekey-bundles.collection.js';
import { userKeys } from './encryption-keys/user-keys.collection.js';
import { idempotencyKeys } from './idempotency/idempotency-keys.collection.js';
import { presence } from './presence/presence.events.js';
import { userRelationships } from './relationships/user-relationships.collection.js';
import { revocations } from './revocations/revocations.collection.js';
import { userDevices } from './user-devices/user-devices.collection.js';
import { userSessions } from './user-sessions/user-sessions.collection.js';
import { users } from './users/users.collection.js';

/** Applications, API keys and users, with the devices, sessions, relationships and public keys of users. */
export const identityModule = defineModule({
  name: 'identity',
  collections: [
    applications,
    apiKeys,
    platformAdmins,
    adminMemberships,
    adminSessions,
    revocations,
    idempotencyKeys,
    users,
    userDevices,
    userSessions,
    userRelationships,
    userKeys,
    prekeyBundles,
  ],
  topics: [presence],
  routes: () => import('./identity.routes.js'),
  guards: () => import('./identity.guards.js'),
  work: () => import('./identity.work.js'),
  userData: () => import('./identity.user-data.js'),
  jobs: () => import('./identity.jobs.js'),
  usage: () => import('./identity.usage.js'),
  provisioning: () => import('./identity.provisioning.js'),
  seeds: () => import('./seeds/index.js'),
});
