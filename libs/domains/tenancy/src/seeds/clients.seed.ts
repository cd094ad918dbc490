import { definePlatformSeed } from '@caas/composition/seeding';
import { saasClients } from '../tenants/tenants.collection.js';
import { seededClients } from './seeded-clients.js';

/** The companies. */
export const clientsSeed = definePlatformSeed({
  name: 'clients',
  collection: saasClients,
  plan: (context) => {
    const clients = seededClients(context);
    return { total: clients.length, rows: clients.map(({ row }) => row) };
  },
});
