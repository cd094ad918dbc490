import { TenantsService } from '@caas/tenancy';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';
import { summary } from './summary.js';

/** `caas-admin tenant list`. */
export function list(): Command {
  return new Command('list')
    .description('list tenants, newest first')
    .option('--limit <n>', 'rows, 1–100', parseLimit, 50)
    .option('--cursor <cursor>', 'where the previous page ended')
    .option('--deleted', 'those that were cancelled or removed as well')
    .addOption(jsonOption())
    .action((options: OutputOptions & { limit: number; cursor?: string; deleted?: boolean }) =>
      withServices(async ({ mongo }) => {
        const page = await new TenantsService({ mongo }).list({ ...options, includeDeleted: options.deleted === true });
        const rows = page.items.map(summary);
        print({ data: rows, next_cursor: page.nextCursor }, options, () =>
          [
            table(
              ['TENANT', 'SLUG', 'PLAN', 'STATUS', 'STATE', 'CREATED'],
              rows.map((row) => [row.tenant_id, row.slug, row.plan, row.status, row.provisioning, row.created_at]),
            ),
            ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`]),
          ].join('\n'),
        );
      }),
    );
}

function parseLimit(text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1 to 100.');
  return Number(text);
}
