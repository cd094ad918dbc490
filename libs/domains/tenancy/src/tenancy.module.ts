import { defineModule } from '@caas/composition';
import { tenantOperations } from './provisioning/tenant-operations.collection.js';
import { saasClients } from './tenants/tenants.collection.js';

/** Tenants and their life. */
export const tenancyModule = defineModule({
  name: 'tenancy',
  collections: [saasClients, tenantOperations],
  topics: [],
});
