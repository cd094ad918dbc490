import { type Services } from '@caas/composition';
import {
  type MigrateUpOptions,
  type MigrationRunner,
  type MigrationRunReport,
  type MigrationState,
  type PlaceReport,
} from '@caas/data-access-mongo';
import { modules } from '@caas/modules';
import { type TenantId } from '@caas/schema';
import { TenantRecords } from '@caas/tenancy';
import { Command } from 'commander';
import { hostname } from 'node:os';
import { parsePositive, parseTenantOption } from '../options.js';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

interface RunOptions extends OutputOptions {
  readonly tenant?: TenantId;
  readonly dryRun?: boolean;
}

interface UpOptions extends RunOptions {
  readonly to?: string;
  readonly retryFailed?: boolean;
  readonly canary?: TenantId[];
  readonly waveSize?: number;
  readonly failedMax?: number;
}

/** `caas-admin migrate …`: changes of stored data. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('change stored data: run migrations, take them back, see how far they are')
    .addCommand(up())
    .addCommand(down())
    .addCommand(status());
}

function up(): Command {
  return new Command('up')
    .description('run what is pending, first in a canary, then in the shared database, then in the other tenants in waves')
    .option('--to <version>', 'the last version to run')
    .option('--tenant <id>', 'only this tenant, which has a collection set or database of its own', parseTenantOption)
    .option('--retry-failed', 'try again where a migration failed')
    .option('--canary <id...>', 'tenants that go first and must all succeed', (value: string, all: TenantId[] = []) => [
      ...all,
      parseTenantOption(value),
    ])
    .option('--wave-size <n>', 'tenants in each wave (10)', parsePositive)
    .option('--failed-max <n>', 'end the run when this many tenants failed (5)', parsePositive)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: UpOptions) => run(options, (runner) => runner.up({ ...options, onProgress: progressOf(options) })));
}

function down(): Command {
  return new Command('down')
    .description('take the newest migrations back; refuses where rows of users would go')
    .argument('[steps]', 'how many versions', parsePositive, 1)
    .option('--tenant <id>', 'only this tenant', parseTenantOption)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((steps: number, options: RunOptions) =>
      run(options, (runner) => runner.down({ ...options, steps, onProgress: progressOf(options) })),
    );
}

function status(): Command {
  return new Command('status')
    .description('how far every migration is, and who is at work; exit code 3 when anything is open')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async (services) => {
        const state = await (await runnerOf(services)).status();
        print(state, options, () => renderState(state));
        if (!state.upToDate) process.exitCode = 3;
      }),
    );
}

function run(options: RunOptions, work: (runner: MigrationRunner) => Promise<MigrationRunReport>): Promise<void> {
  return withServices(async (services) => {
    const report = await work(await runnerOf(services));
    print(report, options, () => renderRun(report));
    if (!report.ok) process.exitCode = 1;
  });
}

async function runnerOf({ mongo, instanceId, faults }: Services): Promise<MigrationRunner> {
  const owner = `${hostname()} ${instanceId}`.slice(0, 200);
  return mongo.migrations({ migrations: await modules.migrations(), tenants: new TenantRecords({ mongo }), owner, faults });
}

/** One line on standard error for every place that is done. */
function progressOf({ dryRun }: RunOptions): NonNullable<MigrateUpOptions['onProgress']> {
  return ({ version, name, place, outcome, durationMs }) => {
    if (dryRun !== true) process.stderr.write(`  ${version} ${name} ${place}: ${outcome} (${durationMs} ms)\n`);
  };
}

function renderRun({ places, stopped, takenOver, dryRun }: MigrationRunReport): string {
  const parts = [
    ...(takenOver === undefined ? [] : [`took over from ${takenOver.owner}, whose lease ended ${takenOver.expiredAt.toISOString()}`]),
    places.length === 0
      ? 'nothing to do'
      : table([dryRun ? 'WOULD RUN' : 'VERSION', 'NAME', 'PLACE', 'OUTCOME', ''], places.flatMap(rowsOf)),
    ...(stopped === undefined ? [] : [`stopped at ${stopped.version}: ${stopped.reason}`]),
  ];
  return parts.join('\n\n');
}

function rowsOf({ version, name, place, outcome, error, actions = [] }: PlaceReport): string[][] {
  return [[version, name, place, outcome, error ?? ''], ...actions.map((action) => ['', '', '', '', action])];
}

function renderState({ migrations, unknown, lock }: MigrationState): string {
  const rows = migrations.map(({ version, name, scope, counts, changed }) => {
    const states = Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]));
    return [version, name, scope, states.join(', ') || 'no place', changed ? 'changed after having run' : ''];
  });
  const failed = migrations.flatMap(({ version, failed }) => failed.map(({ place, error }) => `${version} failed in ${place}: ${error}`));
  return [
    table(['VERSION', 'NAME', 'SCOPE', 'STATE', ''], rows),
    ...failed,
    ...(unknown.length === 0 ? [] : [`the data knows versions that this build does not: ${unknown.join(', ')}`]),
    ...(lock === undefined ? [] : [`${lock.owner} has been migrating since ${lock.since.toISOString()}`]),
  ].join('\n');
}
