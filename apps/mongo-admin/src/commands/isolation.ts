import { connectMongo } from '@caas/data-access-mongo';
import { type IsolationReport, proveIsolation, type ProofOptions, type StrategyReport } from '@caas/data-access-mongo/isolation-proof';
import { createLogger, loadConfig, Metrics } from '@caas/runtime';
import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { MONGO_ONLY_CONFIG } from '../admin-config.js';
import { parsePositive } from '../options.js';
import { jsonOption, type OutputOptions, print, table } from '../output.js';

interface ProveOptions extends OutputOptions, Pick<ProofOptions, 'runs' | 'seed'> {
  readonly report?: string;
}

/** `caas-admin isolation …`: the wall between tenants. */
export function isolationCommand(): Command {
  return new Command('isolation').description('prove that tenants do not reach each other’s data').addCommand(prove());
}

function prove(): Command {
  return new Command('prove')
    .description('attack the isolation on the configured MongoDB server, in all strategies; exit code 1 when anything gives way')
    .addHelpText('after', '\nWorks with tenants and collections of its own, which it removes; looks at no other data.')
    .option('--report <file>', 'write the whole report there, as JSON')
    .option('--runs <n>', 'generated inputs of each generated attack (50)', parsePositive)
    .option('--seed <n>', 'repeat the generated inputs of an earlier report', parsePositive)
    .addOption(jsonOption())
    .action(async (options: ProveOptions) => {
      const report = await attack(options);
      if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
      print(report, options, () => render(report));
      if (!report.proven) process.exitCode = 1;
    });
}

async function attack({ runs, seed }: ProveOptions): Promise<IsolationReport> {
  const mongo = await connectMongo({
    config: loadConfig(MONGO_ONLY_CONFIG, process.env),
    logger: createLogger({ service: 'mongo-admin', level: process.env['LOG_LEVEL'] ?? 'error', destination: process.stderr }),
    metrics: new Metrics({ service: 'mongo-admin', defaults: false }),
    appName: 'caas-admin',
    collections: [],
  });
  try {
    return await proveIsolation(mongo, {
      ...(runs === undefined ? {} : { runs }),
      ...(seed === undefined ? {} : { seed }),
      onProgress: ({ model, result }) => process.stderr.write(`${model}: ${result.outcome} ${result.title}\n`),
    });
  } finally {
    await mongo.close();
  }
}

function render({ strategies, counts, seed, server, proven }: IsolationReport): string {
  const rows = strategies.map(({ model, attacks, counts: { held, breached, failed, skipped } }) => [
    model,
    ...[attacks.length, held, breached, failed, skipped, sumOfTries(attacks)].map(String),
  ]);
  const notes = strategies.flatMap(({ model, attacks }) =>
    attacks
      .filter(({ outcome }) => outcome !== 'held')
      .map(({ outcome, title, reasons }) => `${model}: ${outcome}: ${title} (${reasons.join('; ')})`),
  );
  return [
    `MongoDB ${server.version}, ${server.topology}; seed ${seed}`,
    table(['STRATEGY', 'ATTACKS', 'HELD', 'BREACHED', 'FAILED', 'SKIPPED', 'TRIES'], rows),
    ...notes,
    proven ? `isolation held in ${counts.held} attacks, ${counts.skipped} skipped` : 'ISOLATION IS NOT PROVEN',
  ].join('\n');
}

function sumOfTries(attacks: StrategyReport['attacks']): number {
  return attacks.reduce((sum, { tries }) => sum + tries, 0);
}
