import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DRILLS, MISSING_DRILLS } from './drills/index.js';
import { renderList, renderResult } from './report/render.js';
import { type DrillResult, runDrill } from './run-drill.js';
import { onSystem } from './system/on-system.js';

interface Options {
  readonly seed: number;
  readonly seeds: number;
  readonly json?: boolean;
  readonly list?: boolean;
}

/** `caas-drill`, ready to parse. */
export function program(): Command {
  return new Command('caas-drill')
    .description(
      'Provokes faults on a local stack of its own and proves that no accepted message is lost, doubled, reordered or shown to another tenant',
    )
    .argument('[name...]', 'drills by name or number, or "all"')
    .option('--seed <n>', 'of the load and of the moments of faults', parseWhole, 1)
    .option('--seeds <n>', 'run each drill with so many seeds, beginning with --seed', parseWhole, 1)
    .option('--list', 'list the drills and what must hold')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 everything held, 1 something did not, 2 wrong use, 130 interrupted.')
    .action((names: readonly string[], options: Options) => run(names, options));
}

async function run(names: readonly string[], options: Options): Promise<void> {
  if (options.list === true || names.length === 0) {
    console.log(
      options.json === true ? JSON.stringify({ drills: DRILLS, missing: MISSING_DRILLS }, null, 2) : renderList(DRILLS, MISSING_DRILLS),
    );
    return;
  }
  const chosen = names.includes('all') ? DRILLS : names.map(drillNamed);
  const folder = join(tmpdir(), `caas-drill-${process.pid}`);
  const results: DrillResult[] = [];
  await onSystem({ stack: process.env['CAAS_STACK_NAME'] ?? 'drill', isOwn: true }, async (system) => {
    for (const drill of chosen) {
      for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
        const result = await runDrill(system, drill, { seed, folder });
        results.push(result);
        if (options.json !== true) console.log(renderResult(result));
      }
    }
  });
  if (options.json === true) console.log(JSON.stringify(results, null, 2));
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
}

function drillNamed(name: string) {
  const drill = DRILLS.find((one) => one.name === name || String(one.number) === name);
  if (drill !== undefined) return drill;
  const missing = MISSING_DRILLS.find((one) => one.name === name || String(one.number) === name);
  if (missing !== undefined) throw new InvalidArgumentError(`Drill ${missing.number} (${missing.name}) cannot run: ${missing.skipped}.`);
  throw new InvalidArgumentError(`There is no drill "${name}"; see --list.`);
}

function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Needs a whole number, at least 1.');
  return value;
}
