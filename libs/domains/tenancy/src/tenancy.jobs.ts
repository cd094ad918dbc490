import { type BackgroundJob, type Services } from '@caas/composition';
import { InternalError } from '@caas/runtime';
import { JobRunner } from './jobs/job-runner.js';
import { QuotaReconciliation } from './quotas/quota-reconciliation.js';
import { QuotaRepair } from './quotas/quota-repair.js';
import { QuotaSync } from './quotas/quota-sync.js';
import { QuotasService } from './quotas/quotas.service.js';
import { TenantRecords } from './tenants/tenant-records.js';

/** What the worker does for quotas by itself: writing usage down, and counting it anew at night. */
export default function tenancyJobs(services: Services): BackgroundJob[] {
  const { quotas, redis, tenants, logger, metrics, clock, mongo, quotaSyncIntervalMs: intervalMs } = services;
  if (!(quotas instanceof QuotasService)) throw new InternalError('The jobs of tenancy need its own quotas.');
  const repair = new QuotaRepair({ quotas, redis, counts: services.usageCounts, logger });
  const records = new TenantRecords({ mongo });
  return [
    new QuotaSync({ quotas, redis, tenants, repair, logger, metrics, intervalMs }),
    new JobRunner({ mongo, tenants, clock, logger, owner: services.instanceId, kinds: services.jobKinds }),
    new QuotaReconciliation({ repair, redis, tenants: () => records.contexts(), clock, logger }),
  ];
}
