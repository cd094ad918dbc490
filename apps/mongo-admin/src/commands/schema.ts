import { type SchemaReport } from '@caas/data-access-mongo';
import { Command } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

/** `caas-admin schema …`: collections, validators and indexes against their definitions. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('compare collections, validators and indexes with their definitions')
    .addCommand(
      new Command('diff')
        .description('show what differs; exit code 3 when anything does')
        .addOption(jsonOption())
        .action((options: OutputOptions) =>
          withServices(async ({ mongo }) => {
            const report = await mongo.diff();
            print(report, options, () => render(report));
            if (report.changes.length > 0 || report.conflicts.length > 0) process.exitCode = 3;
          }),
        ),
    )
    .addCommand(
      new Command('apply')
        .description('make them what the definitions say; drops nothing')
        .addOption(dryRunOption())
        .addOption(jsonOption())
        .action((options: OutputOptions & { dryRun?: boolean }) =>
          withServices(async ({ mongo }) => {
            const report = await mongo.ensure(undefined, { dryRun: options.dryRun === true });
            print(report, options, () => render(report));
            if (report.conflicts.length > 0) process.exitCode = 3;
          }),
        ),
    );
}

function render(report: SchemaReport): string {
  const rows = [...report.changes, ...report.conflicts, ...report.skipped, ...report.unknown].map((change) => [
    change.kind,
    `${change.namespace.database}.${change.namespace.collection}`,
    change.subject,
    change.reason ?? '',
  ]);
  if (rows.length === 0) return 'everything is as defined';
  return table([report.dryRun ? 'WOULD' : 'DONE', 'NAMESPACE', 'SUBJECT', 'REASON'], rows);
}
