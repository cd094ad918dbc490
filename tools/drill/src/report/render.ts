import { INVARIANTS } from '../checker/verdict.js';
import { type Drill } from '../drill.js';
import { type DrillResult } from '../run-drill.js';

/** Violations of one invariant that are printed; the ledger has the rest. */
const SHOWN_MAX = 5;

/** `--list`. */
export function renderList(drills: readonly Drill[]): string {
  const lines = drills.flatMap(({ number, name, fault, holds }) => [
    `${String(number).padStart(2)}  ${name}`,
    `      fault  ${fault}`,
    `      holds  ${holds}`,
  ]);
  return lines.join('\n');
}

/** One run for people. */
export function renderResult({ number, name, seed, passed, seconds, taken, refusals, claims, verdicts, ledger }: DrillResult): string {
  const refused = Object.entries(refusals).map(([status, count]) => `${count} × ${status}`);
  const lines = [
    `${passed ? 'passed' : 'FAILED'}  drill ${number} ${name}, seed ${seed}: ${taken} accepted, ${refused.join(', ') || 'none refused'}, ${seconds} s`,
    ...claims.map(({ what, held, measured }) => `  ${held ? 'held    ' : 'NOT HELD'}  ${what}${measured === '' ? '' : ` (${measured})`}`),
  ];
  for (const { invariant, violations, looked, notApplicable } of verdicts) {
    const state = notApplicable === undefined ? (violations.length === 0 ? 'held    ' : 'VIOLATED') : 'n/a     ';
    const measure = notApplicable ?? `${looked} looked at${violations.length === 0 ? '' : `, ${violations.length} violations`}`;
    lines.push(`  ${state}  ${invariant} ${INVARIANTS[invariant]} (${measure})`);
    lines.push(...violations.slice(0, SHOWN_MAX).map((violation) => `              ${violation}`));
  }
  if (!passed) lines.push(`  ledger: ${ledger}`);
  return lines.join('\n');
}
