import { type Observed } from './observed.js';
import { Findings, type Verdict } from './verdict.js';

/** I7: the counter is the number of rows, give or take what is leased. Where the drill may have cost a count, it is after a repair. */
export function checkQuotas({ quotas }: Observed): Verdict {
  const findings = new Findings();
  for (const { tenant, counted, held, rows, repaired } of quotas) {
    const value = repaired ?? counted;
    findings.look(
      Math.abs(value - rows) <= held,
      () => `${tenant} has ${rows} messages, its counter says ${value}${repaired === undefined ? '' : ' after a repair'}, ${held} leased`,
    );
  }
  return findings.verdict('I7');
}
