import { type AdviceReport } from '@caas/data-access-mongo';
import { type TenantId } from '@caas/schema';
import { TenantRecords } from '@caas/tenancy';
import { Command } from 'commander';
import { parseTenantOption } from '../options.js';
import { jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

/** `caas-admin advise`: what could be better about indexes and slow queries. Changes nothing. */
export function adviseCommand(): Command {
  return new Command('advise')
    .description('say which indexes are missing, superfluous or unused, and which queries are slow; changes nothing')
    .option('--tenant <id>', 'only the place of this tenant’s data', parseTenantOption)
    .addOption(jsonOption())
    .action((options: OutputOptions & { tenant?: TenantId }) =>
      withServices(async ({ mongo }) => {
        const { tenant } = options;
        const report = await mongo.analysis.advise(
          tenant === undefined ? {} : { tenant: await new TenantRecords({ mongo }).context(tenant) },
        );
        print(report, options, () => renderAdvice(report));
      }),
    );
}

/** The report as a person reads it. */
export function renderAdvice({ advice, indexes, skipped }: AdviceReport): string {
  const rows = advice.map(({ kind, namespace, subject, reason, advice: what }) => [
    kind,
    `${namespace.database}.${namespace.collection}`,
    subject,
    reason,
    what,
  ]);
  return [
    rows.length === 0 ? `nothing to improve in ${indexes} indexes` : table(['KIND', 'NAMESPACE', 'SUBJECT', 'REASON', 'ADVICE'], rows),
    ...(skipped.length === 0 ? [] : ['', 'not looked at:', ...skipped.map((text) => `  ${text}`)]),
  ].join('\n');
}
