import { defineModule } from '@caas/composition';
import { platformAudit } from './audit/audit.events.js';
import { jobResults } from './jobs/job-results.collection.js';
import { jobs } from './jobs/jobs.collection.js';
import { platformEvents } from './platform-events/platform-events.topic.js';
import { platformNotifications } from './platform-events/platform-notifications.topic.js';
import { tenantOperations } from './provisioning/tenant-operations.collection.js';
import { quotaAlerts } from './quotas/quota-alerts.collection.js';
import { tenantQuotas } from './quotas/tenant-quotas.collection.js';
import { tenantSettings } from './settings/tenant-settings.collection.js';
import { saasClients } from './tenants/tenants.collection.js';

/** Tenants and their life. */
export const tenancyModule = defineModule({
  name: 'tenancy',
  collections: [saasClients, tenantOperations, tenantQuotas, quotaAlerts, tenantSettings, jobs, jobResults],
  topics: [platformEvents, platformNotifications, platformAudit],
  routes: () => import('./tenancy.routes.js'),
  provisioning: () => import('./tenancy.provisioning.js'),
  jobs: () => import('./tenancy.jobs.js'),
  migrations: () => import('./tenancy.migrations.js'),
  seeds: () => import('./seeds/index.js'),
});
