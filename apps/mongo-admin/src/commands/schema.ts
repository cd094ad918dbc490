import { hasDrift, type SchemaChange, type SchemaReport } from '@caas/data-access-mongo';
import { type Services } from '@caas/composition';
import { type TenantId } from '@caas/schema';
import { Command } from 'commander';
import { ensureSchema } from '../operations/schema-report.js';
import { parseTenantOption } from '../options.js';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { REFERENCE_PAGES, stalePages, writePages } from '../reference/reference-file.js';
import { withServices } from '../with-services.js';

interface SchemaOptions extends OutputOptions {
  readonly tenant?: TenantId;
}

interface ApplyOptions extends SchemaOptions {
  readonly dryRun?: boolean;
  readonly replaceIndexes?: boolean;
  readonly dropExtra?: boolean;
}

/** `caas-admin schema …`: collections, validators and indexes against their definitions. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('compare collections, validators and indexes with their definitions')
    .addCommand(diff())
    .addCommand(apply())
    .addCommand(docs());
}

function diff(): Command {
  return new Command('diff')
    .description(
      'show what differs, in the databases of CAAS, in the shared one and in those of all tenants; exit code 3 when anything does',
    )
    .option('--tenant <id>', 'only the place of this tenant’s data', parseTenantOption)
    .addOption(jsonOption())
    .action((options: SchemaOptions) =>
      withServices(async (services) => {
        const report = await run(services, { ...options, dryRun: true });
        print(report, options, () => render(report));
        if (hasDrift(report)) process.exitCode = 3;
      }),
    );
}

function apply(): Command {
  return new Command('apply')
    .description('make them what the definitions say; takes nothing away unless told to; exit code 3 when something remains to decide')
    .option('--tenant <id>', 'only the place of this tenant’s data', parseTenantOption)
    .option('--replace-indexes', 'rebuild indexes that have other keys or options')
    .option('--drop-extra', 'drop indexes that no definition names; unique and TTL indexes only with --replace-indexes as well')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: ApplyOptions) =>
      withServices(async (services) => {
        const report = await run(services, options);
        print(report, options, () => render(report));
        if (report.failed.length > 0) process.exitCode = 1;
        else if (report.conflicts.length > 0) process.exitCode = 3;
      }),
    );
}

function run(services: Services, { tenant, dryRun, replaceIndexes, dropExtra }: ApplyOptions): Promise<SchemaReport> {
  return ensureSchema(services, {
    tenant,
    dryRun: dryRun === true,
    replaceIndexes: replaceIndexes === true,
    dropExtra: dropExtra === true,
  });
}

function docs(): Command {
  return new Command('docs')
    .description(`the reference pages of collections and topics (${REFERENCE_PAGES.join(', ')}); exit code 3 when --check finds one stale`)
    .option('--check', 'compare the pages with the definitions, write nothing')
    .option('--write', 'write the pages (what happens without an option)')
    .addOption(jsonOption())
    .action(async (options: OutputOptions & { check?: boolean }) => {
      const stale = await stalePages();
      if (options.check !== true) await writePages(stale);
      const done = options.check === true ? 'is stale: run caas-admin schema docs --write' : 'is written';
      print({ pages: REFERENCE_PAGES, stale, written: options.check === true ? [] : stale }, options, () =>
        stale.length === 0 ? 'every reference page is up to date' : stale.map((page) => `${page} ${done}`).join('\n'),
      );
      if (options.check === true && stale.length > 0) process.exitCode = 3;
    });
}

function render(report: SchemaReport): string {
  const rows = [...report.changes, ...report.conflicts, ...report.unknown, ...report.skipped].map(rowOf);
  const failed = report.failed.map(({ namespace, message, next }) => ['failed', nameOf(namespace), '', message, next]);
  if (rows.length + failed.length === 0) return `everything is as defined in ${report.namespaces} namespaces`;
  return table([report.dryRun ? 'WOULD' : 'DONE', 'NAMESPACE', 'SUBJECT', 'WHY', 'NEXT'], [...failed, ...rows]);
}

function rowOf({ kind, namespace, subject, differences = [], reason, next }: SchemaChange): string[] {
  const paths = differences.map(({ path }) => path).join(', ');
  return [kind, nameOf(namespace), subject, [reason, paths].filter(Boolean).join(': '), next ?? ''];
}

function nameOf({ database, collection }: SchemaChange['namespace']): string {
  return `${database}.${collection}`;
}
