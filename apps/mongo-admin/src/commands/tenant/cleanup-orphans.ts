import { modules } from '@caas/modules';
import { cleanUpOrphans } from '@caas/tenancy';
import { Command } from 'commander';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';

/** `caas-admin tenant cleanup-orphans`. */
export function cleanupOrphansCommand(): Command {
  return new Command('cleanup-orphans')
    .description('find data whose tenant does not exist or was removed; exit code 3 when some is left')
    .option('--apply', 'remove it; without, nothing is changed')
    .addOption(jsonOption())
    .action((options: OutputOptions & { apply?: boolean }) =>
      withServices(async ({ mongo }) => {
        const orphans = await cleanUpOrphans({ mongo, collections: modules.collections }, { apply: options.apply === true });
        print({ data: orphans, applied: options.apply === true }, options, () =>
          orphans.length === 0
            ? 'no orphans'
            : table(
                ['COLLECTION', 'KIND', 'TENANT', 'ROWS', ''],
                orphans.map(({ collection, kind, tenant, rows, removed }) => [
                  collection,
                  kind,
                  tenant,
                  rows < 0 ? 'unreadable tenant' : String(rows),
                  removed ? 'removed' : '',
                ]),
              ),
        );
        if (orphans.some(({ removed }) => !removed)) process.exitCode = 3;
      }),
    );
}
