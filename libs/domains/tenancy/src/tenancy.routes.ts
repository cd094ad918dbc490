import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { jobsRoutes } from './jobs/jobs.routes.js';
import { JobsService } from './jobs/jobs.service.js';
import { SettingsService } from './settings/settings.service.js';
import { TenantAccountService } from './tenants/tenant-account.service.js';
import { tenantRoutes } from './tenants/tenant.routes.js';
import { TenantUsageService } from './usage/tenant-usage.service.js';

/** What the gateway takes from the tenancy module. */
export default function tenancyRoutes(services: Services): RouteDefinition[] {
  return [
    ...tenantRoutes({
      account: new TenantAccountService(services),
      settings: new SettingsService({ ...services, box: services.secrets.box }),
      usage: new TenantUsageService(services),
    }),
    ...jobsRoutes({ service: new JobsService(services) }),
  ];
}
