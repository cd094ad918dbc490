import { type Services } from '@caas/composition';
import { type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { QuotaRepair, QuotasService, TenantRecords, TenantsService } from '@caas/tenancy';
import { Command } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

/** `caas-admin quota …`: what tenants use of what they may. */
export function quotaCommand(): Command {
  return new Command('quota').description('look at usage and mend its counters').addCommand(show()).addCommand(repair());
}

function show(): Command {
  return new Command('show')
    .description('show usage of the present billing period: counted in Redis, written down in MongoDB')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      withServices(async (services) => {
        const tenant = await tenantOf(services, reference);
        const usage = await repairOf(services).show(tenant);
        print({ tenant_id: tenant.tenantId, plan: tenant.plan, usage }, options, () =>
          table(
            ['RESOURCE', 'LIMIT', 'COUNTED', 'LEASED', 'RECORDED', 'PEAK'],
            usage.map(({ resource, limit, counted, held, recorded, peak }) => [
              resource,
              limit < 0 ? 'none' : String(limit),
              ...[counted, held, recorded, peak].map((value) => (value === undefined ? '-' : String(value))),
            ]),
          ),
        );
      }),
    );
}

function repair(): Command {
  return new Command('repair')
    .description('count users, applications, messages and storage anew and mend the counters; exit code 3 with --dry-run when any is off')
    .argument('<tenant>', 'id or slug')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions & { dryRun?: boolean }) =>
      withServices(async (services) => {
        const tenant = await tenantOf(services, reference);
        const dryRun = options.dryRun === true;
        const counters = dryRun ? await repairOf(services).drift(tenant) : await repairOf(services).repair(tenant);
        print({ tenant_id: tenant.tenantId, dry_run: dryRun, counters }, options, () =>
          table(
            ['RESOURCE', 'COUNTED', 'ROWS', dryRun ? 'WOULD ADD' : 'ADDED'],
            counters.map(({ resource, counted, rows, drift }) => [resource, String(counted), String(rows ?? '-'), String(drift)]),
          ),
        );
        if (dryRun && counters.some(({ drift }) => drift !== 0)) process.exitCode = 3;
      }),
    );
}

async function tenantOf(services: Services, reference: string): Promise<TenantContext> {
  const client = await new TenantsService(services).get(reference);
  return new TenantRecords(services).context(parseTenantId(client.client_id));
}

function repairOf({ quotas, redis, usageCounts, logger }: Services): QuotaRepair {
  if (!(quotas instanceof QuotasService)) throw new TypeError('The process was connected without quotas.');
  return new QuotaRepair({ quotas, redis, counts: usageCounts, logger });
}
