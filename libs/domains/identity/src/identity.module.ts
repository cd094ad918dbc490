import { defineModule } from '@caas/composition';
import { apiKeys } from './api-keys/api-keys.collection.js';
import { applications } from './applications/applications.collection.js';
import { users } from './users/users.collection.js';

/** Applications, API keys and users. */
export const identityModule = defineModule({
  name: 'identity',
  collections: [applications, apiKeys, users],
  topics: [],
  routes: () => import('./identity.routes.js'),
  provisioning: () => import('./identity.provisioning.js'),
});
