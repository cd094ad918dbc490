import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { BREAKAGES, type BreakageName } from '../broken/breakages.js';
import { INVARIANTS, type InvariantName, isViolated } from '../checker/verdict.js';
import { type Drill } from '../drill.js';
import { type DrillResult } from '../run-drill.js';

/** What the page is made of besides earlier rows. */
export interface PageParts {
  readonly drills: readonly Drill[];
  readonly results: readonly DrillResult[];
  /** The mistake that the results are of; their rows stand in a table of their own. */
  readonly broken?: BreakageName | undefined;
  /** `2026-01-31`. */
  readonly date: string;
}

const NOT_RUN = 'not run';

/** Writes `docs/drills.md`: rows of what was run are new, rows of everything else stay as they are. */
export function writeDrillsPage(path: string, parts: PageParts): void {
  writeFileSync(path, drillsPage(existsSync(path) ? readFileSync(path, 'utf8') : '', parts));
}

/** The page, from the one before it and what was run since. */
export function drillsPage(before: string, { drills, results, broken, date }: PageParts): string {
  const kept = rowsOf(before);
  const drillRows = drills.map((drill) => {
    // A run that could not begin says nothing about its drill.
    const own = broken === undefined ? results.filter(({ number, verdicts }) => number === drill.number && verdicts.length > 0) : [];
    const head = `${drill.number} | \`${drill.name}\` | ${drill.fault} | ${drill.holds}`;
    return `| ${head} | ${own.length > 0 ? resultOf(own, date) : (kept.get(drill.name) ?? `${NOT_RUN} | |`)} |`;
  });
  const brokenRows = Object.entries(BREAKAGES).map(([name, { what, drill }]) => {
    const found = name === broken ? `${caughtBy(results)} | ${date}` : (kept.get(name) ?? `${NOT_RUN} |`);
    return `| \`${name}\` | ${what} | \`${drill}\` | ${found} |`;
  });
  return [
    '# Drills',
    '',
    'Faults that are provoked on purpose, and what was seen. Written by `npm run drill -- <name> --seeds N --write`; how they work is in',
    '[tools/drill](../tools/drill/README.md). Every run checks these invariants:',
    '',
    ...Object.entries(INVARIANTS).map(([name, text]) => `- **${name}** ${text}.`),
    '',
    'I8 is not looked at: there are no webhooks yet. I6 is looked at where everything is replayed.',
    '',
    '## Results',
    '',
    '| # | drill | fault | must hold | seeds passed | accepted, refused | date |',
    '| - | ----- | ----- | --------- | ------------ | ----------------- | ---- |',
    ...drillRows,
    '',
    '## Broken builds',
    '',
    'The checker has to find mistakes that are put into a copy of the built code: `npm run drill -- --broken <mistake>`.',
    '',
    '| mistake | what is wrong | drill | found by | date |',
    '| ------- | ------------- | ----- | -------- | ---- |',
    ...brokenRows,
    '',
  ].join('\n');
}

/** The last cells of each row of an earlier page, by the name in it. */
function rowsOf(page: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const line of page.split('\n')) {
    const name = /^\|[^`]*`([a-z0-9-]+)`/.exec(line)?.[1];
    const cells = line.split('|').map((cell) => cell.trim());
    const result = /^\| +\d/.test(line) ? cells.slice(5, 8) : cells.slice(4, 6);
    if (name !== undefined && result.length > 0) rows.set(name, result.join(' | '));
  }
  return rows;
}

function resultOf(results: readonly DrillResult[], date: string): string {
  const passed = results.filter((result) => result.passed);
  const failures = results.filter((result) => !result.passed).map((result) => `seed ${result.seed}: ${failureOf(result)}`);
  const refused: Record<string, number> = {};
  for (const { refusals } of results)
    for (const [status, count] of Object.entries(refusals)) refused[status] = (refused[status] ?? 0) + count;
  const taken = results.reduce((sum, result) => sum + result.taken, 0);
  const told = [`${taken} accepted`, ...Object.entries(refused).map(([status, count]) => `${count} × ${status}`)].join(', ');
  return `${passed.length} of ${results.length}${failures.length === 0 ? '' : `; ${failures.join('; ')}`} | ${told} | ${date}`;
}

/** What did not hold, without the words of the measure: they may have ids in them. */
function failureOf({ claims, verdicts }: DrillResult): string {
  const names: string[] = verdicts.filter(isViolated).map(({ invariant }) => invariant);
  return [...names, ...claims.filter(({ held }) => !held).map(({ what }) => what)].join(', ');
}

function caughtBy(results: readonly DrillResult[]): string {
  const found = new Set<InvariantName>(results.flatMap(({ verdicts }) => verdicts.filter(isViolated).map(({ invariant }) => invariant)));
  return found.size === 0 ? 'NOT FOUND' : [...found].sort().join(', ');
}
