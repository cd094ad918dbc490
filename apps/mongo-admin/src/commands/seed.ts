import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type SeedProfileName, type SeedRunOptions } from '@caas/composition/seeding';
import { ConflictError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseTenantOption } from '../options.js';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { type SeedOutcome } from '../seeding/seed-targets.js';
import { withServices } from '../with-services.js';

interface SeedOptions extends OutputOptions {
  readonly profile: SeedProfileName;
  readonly seed: number;
  readonly asOf?: Date;
  readonly tenant?: TenantId;
  readonly platform?: boolean;
  readonly dryRun?: boolean;
}

/** `caas-admin seed …`: made-up clients, users and conversations for development and demonstrations. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('fill an installation with made-up data, and take it away again; refused in production')
    .addCommand(run(), { isDefault: true })
    .addCommand(clear());
}

function run(): Command {
  return withSeedOptions(
    new Command('run')
      .description('write what is missing: three clients and the data of the first ones, or of one tenant; again changes nothing (default)')
      .action((options: SeedOptions) => work('run', options)),
  );
}

function clear(): Command {
  return withSeedOptions(
    new Command('clear')
      .description('remove exactly what `seed` with the same options wrote; plans and global policies stay')
      .action((options: SeedOptions) => work('clear', options)),
  );
}

function withSeedOptions(command: Command): Command {
  return command
    .addOption(new Option('--profile <profile>', 'how much of everything').choices(['test', 'dev', 'full']).default('dev'))
    .option('--seed <n>', 'which rows: the same number makes the same rows', parseSeed, 1)
    .option('--as-of <date>', 'the day on which the rows are as they are (2026-11-01); stories and receipts expire from there', parseDate)
    .addOption(new Option('--tenant <id>', 'only data of this tenant').argParser(parseTenantOption).conflicts('platform'))
    .option('--platform', 'only the clients, their applications, keys and owners')
    .addOption(dryRunOption())
    .addOption(jsonOption());
}

async function work(what: 'run' | 'clear', options: SeedOptions): Promise<void> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new ConflictError('Made-up data has no place in production (NODE_ENV is "production").', { code: 'RES_STATE' });
  }
  // Loaded here, so that no other command loads the generator of names.
  const { SeedTargets } = await import('../seeding/seed-targets.js');
  await withServices(async (services: Services) => {
    const targets = new SeedTargets(services, { ...options, seeds: await modules.seeds() });
    const outcomes = await targets[what](progressOf(options));
    const keys = what === 'run' && options.dryRun !== true ? targets.keys() : [];
    const result = {
      action: what,
      seed: options.seed,
      profile: options.profile,
      dry_run: options.dryRun === true,
      outcomes,
      api_keys: keys,
    };
    print(result, options, () => render(what, { outcomes, keys, isDryRun: options.dryRun === true }));
  });
}

/** A line on standard error after each batch. */
function progressOf({ dryRun }: SeedOptions): NonNullable<SeedRunOptions['onProgress']> {
  return ({ seed, collection, done, total, perSecond }) => {
    if (dryRun !== true) process.stderr.write(`  ${collection} (${seed}): ${done}/${total}, ${perSecond}/s\n`);
  };
}

function render(
  what: 'run' | 'clear',
  {
    outcomes,
    keys,
    isDryRun,
  }: { outcomes: readonly SeedOutcome[]; keys: readonly { key: string; type: string; tenant_id: string }[]; isDryRun: boolean },
): string {
  const verb = what === 'run' ? 'INSERTED' : 'REMOVED';
  const rows = outcomes.flatMap(({ tenant_id: tenantId, counts }) =>
    counts.map(({ seed, collection, total, changed }) => [tenantId ?? 'platform', collection, seed, String(total), String(changed)]),
  );
  return [
    table(['WHERE', 'COLLECTION', 'SEED', 'ROWS', isDryRun ? `WOULD BE ${verb}` : verb], rows),
    ...(keys.length === 0
      ? []
      : [
          '',
          table(
            ['TENANT', 'TYPE', 'API KEY'],
            keys.map(({ tenant_id, type, key }) => [tenant_id, type, key]),
          ),
        ]),
  ].join('\n');
}

function parseSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 0 to 999999999.');
  return Number(text);
}

function parseDate(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime())) throw new InvalidArgumentError('Use a date such as 2026-11-01.');
  return date;
}
