import { type ConnectServicesOptions } from '@caas/composition';
import { processFence } from './migration/process-fence.js';
import { QuotasService } from './quotas/quotas.service.js';
import { MongoTenantDirectory } from './tenants/mongo-tenant-directory.js';

/** What tenancy puts behind the ports of a process, for `connectServices`: who the tenants are, what they may use, and what holds their writes back. One per process. */
export function tenancyPorts(): Pick<ConnectServicesOptions, 'tenantsFrom' | 'quotasFrom' | 'fence'> {
  return {
    tenantsFrom: (clients) => new MongoTenantDirectory(clients),
    quotasFrom: (parts) => new QuotasService(parts),
    fence: processFence(),
  };
}
