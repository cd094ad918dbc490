import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { WORKSPACE_ROOT } from '@caas/local-stack';
import { breakBuild } from './broken/break-build.js';
import { type BreakageName, BREAKAGES } from './broken/breakages.js';
import { isViolated } from './checker/verdict.js';
import { DRILLS } from './drills/index.js';
import { writeDrillsPage } from './report/drills-page.js';
import { renderList, renderResult } from './report/render.js';
import { type DrillResult, runDrill } from './run-drill.js';
import { onSystem } from './system/on-system.js';

interface Options {
  readonly seed: number;
  readonly seeds: number;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly keep?: boolean;
  readonly write?: boolean;
  readonly broken?: BreakageName;
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
    .addOption(
      new Option('--broken <mistake>', 'run a build with this mistake in it; succeeds when the checker finds it').choices(
        Object.keys(BREAKAGES),
      ),
    )
    .option('--keep', 'leave the stack running, for the next call')
    .option('--write', 'put the results into docs/drills.md')
    .option('--list', 'list the drills and what must hold')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 everything held, 1 something did not, 2 wrong use, 130 interrupted.')
    .action((names: readonly string[], options: Options) => run(names, options));
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const { broken, json = false } = options;
  const wanted = names.length === 0 && broken !== undefined ? [BREAKAGES[broken].drill] : names;
  if (options.list === true || wanted.length === 0) {
    console.log(json ? JSON.stringify({ drills: DRILLS }, null, 2) : renderList(DRILLS));
    return;
  }
  const chosen = wanted.includes('all') ? DRILLS : wanted.map(drillNamed);
  const folder = mkdtempSync(join(tmpdir(), 'caas-drill-'));
  if (broken !== undefined) breakBuild(WORKSPACE_ROOT, folder, BREAKAGES[broken]);
  const results: DrillResult[] = [];
  const stack = { stack: process.env['CAAS_STACK_NAME'] ?? 'drill', isOwn: options.keep !== true };
  await onSystem({ ...stack, root: broken === undefined ? WORKSPACE_ROOT : folder }, async (system) => {
    for (const drill of chosen) {
      for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
        const result = await runDrill(system, drill, { seed, folder });
        results.push(result);
        if (!json) console.log(renderResult(result));
      }
      if (options.write === true) writePage(results, broken);
    }
  });
  if (json) console.log(JSON.stringify(results, null, 2));
  if (broken === undefined) process.exitCode ??= results.every(({ passed }) => passed) ? 0 : 1;
  else process.exitCode ??= judgeBroken(broken, results, json);
}

/** After each drill, so that a run that is interrupted has written what it saw. */
function writePage(results: readonly DrillResult[], broken: BreakageName | undefined): void {
  const date = new Date().toISOString().slice(0, 10);
  writeDrillsPage(join(WORKSPACE_ROOT, 'docs', 'drills.md'), { drills: DRILLS, results, broken, date });
}

/** A mistake that no run shows is a checker that finds nothing. */
function judgeBroken(broken: BreakageName, results: readonly DrillResult[], isQuiet: boolean): number {
  const found = [...new Set(results.flatMap(({ verdicts }) => verdicts.filter(isViolated).map(({ invariant }) => invariant)))];
  const { what } = BREAKAGES[broken];
  if (!isQuiet) console.log(found.length > 0 ? `caught: ${what} (${found.join(', ')})` : `NOT CAUGHT: ${what}`);
  return found.length > 0 ? 0 : 1;
}

function drillNamed(name: string) {
  const drill = DRILLS.find((one) => one.name === name || String(one.number) === name);
  if (drill !== undefined) return drill;
  throw new InvalidArgumentError(`There is no drill "${name}"; see --list.`);
}

function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Needs a whole number, at least 1.');
  return value;
}
