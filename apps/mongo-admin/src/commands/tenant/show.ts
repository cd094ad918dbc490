import { TenantsService } from '@caas/tenancy';
import { Command } from 'commander';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';
import { summary } from './summary.js';

/** `caas-admin tenant show`. */
export function show(): Command {
  return new Command('show')
    .description('show one tenant, cancelled and removed ones as well')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      withServices(async ({ mongo }) => {
        const client = await new TenantsService({ mongo }).get(reference, { includeDeleted: true });
        const result = {
          ...summary(client),
          status_reason: client.status_reason,
          email: client.contact.primary_email,
          isolation: client.isolation,
          operation_id: client.provisioning.operation_id,
          quota_overrides: client.quota_overrides,
          purge_after: client.purge_after?.toISOString() ?? null,
        };
        print(result, options, () =>
          table(
            ['FIELD', 'VALUE'],
            Object.entries(result).map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value)]),
          ),
        );
      }),
    );
}
