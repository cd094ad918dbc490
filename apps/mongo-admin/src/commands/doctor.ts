import { Command } from 'commander';
import { type Finding, type Verdict, VERDICTS, worstOf } from '../doctor/check.js';
import { diagnose } from '../doctor/diagnose.js';
import { parsePositive } from '../options.js';
import { jsonOption, type OutputOptions, print, table } from '../output.js';

interface DoctorOptions extends OutputOptions {
  readonly timeout: number;
}

const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, skipped: 0, warning: 0, differs: 3, fault: 1 };

/** `caas-admin doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check every server and setting, and say what to do; changes nothing')
    .option('--timeout <seconds>', 'how long a server has for one answer', parsePositive, 5)
    .addOption(jsonOption())
    .addHelpText('after', '\nExit codes: 0 nothing is wrong, 1 a fault, 3 something is not as the definitions say, and a command mends it.')
    .action(async (options: DoctorOptions) => {
      const findings = await diagnose({ env: process.env, answerTimeoutMs: options.timeout * 1_000, onDone: progressLine });
      const verdict = worstOf(findings);
      print({ verdict, findings }, options, () => render(findings));
      process.exitCode = EXIT_CODES[verdict];
    });
}

/** A person who waits sees what is done. */
function progressLine(check: string, findings: readonly Finding[]): void {
  if (process.stderr.isTTY) process.stderr.write(`  ${check}: ${worstOf(findings)}\n`);
}

/** What is wrong comes last, where a terminal ends, each with what to do. */
export function render(findings: readonly Finding[]): string {
  const wrong = findings
    .filter(({ advice }) => advice !== undefined)
    .toSorted((left, right) => VERDICTS.indexOf(left.verdict) - VERDICTS.indexOf(right.verdict));
  const rows = findings.filter(({ advice }) => advice === undefined).map(({ verdict, check, said }) => [verdict, check, said]);
  const advised = wrong.map(({ verdict, check, said, advice }) => `${labelOf(verdict)} ${check}\n  ${said}\n  → ${advice ?? ''}`);
  return [table(['VERDICT', 'CHECK', 'WHAT'], rows), ...advised, summary(findings)].join('\n\n');
}

const labelOf = (verdict: Verdict): string => (verdict === 'fault' ? 'FAULT' : verdict);

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const counts = VERDICTS.map((verdict) => [count(verdict), verdict] as const).filter(([many]) => many > 0);
  return counts.map(([many, verdict]) => `${many} ${verdict}`).join(', ');
}
