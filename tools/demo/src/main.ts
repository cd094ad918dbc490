/** The command line of the demo; `bin/caas-demo.mjs` runs it. */
import { Command, InvalidArgumentError } from 'commander';
import { DemoError } from './errors.js';
import { type Latency } from './latency.js';
import { type DemoReport, runDemo } from './run-demo.js';

const program = new Command('caas-demo')
  .description('Tell the git history of a repository to a conversation, through the running gateway (npm start), and read it back')
  .option('--repo <path>', 'the repository', '.')
  .option('--limit <n>', 'tell the oldest n commits only', positive)
  .option('--concurrency <n>', 'messages under way at most', positive, 64)
  .option('--json', 'print the report as JSON, without a progress bar')
  .action(async (options: { repo: string; limit?: number; concurrency: number; json?: boolean }) => {
    const report = await runDemo({
      repository: options.repo,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      concurrency: options.concurrency,
      progress: options.json !== true && process.stderr.isTTY,
    });
    console.log(options.json === true ? JSON.stringify(report, null, 2) : render(report));
    if (report.order !== 'exact') process.exitCode = 1;
  });

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number above 0');
  return value;
}

function render(report: DemoReport): string {
  const lines: [string, string][] = [
    ['repository', report.repository],
    ['conversation', `${report.conversation_id}, ${report.members} members`],
    ['commits', `${report.commits}, ${report.already_stored} of them stored by an earlier run`],
    ['stored', `${report.stored}, ${report.missing} missing, ${report.doubles} doubles`],
    ['order', report.order === 'exact' ? 'exact' : `not exact: ${report.inversions} inversions, ${report.moved} moved`],
    ['rate', `${Math.round(report.rate)} messages/s for ${report.seconds.toFixed(1)} s, ${report.refusals} refused and sent again`],
    ['accepted', milliseconds(report.accepted_ms)],
    ['stored after', report.stored_ms === null ? 'not measured: some were stored before' : milliseconds(report.stored_ms)],
  ];
  return lines.map(([label, value]) => `  ${label.padEnd(13)} ${value}`).join('\n');
}

const milliseconds = ({ p50, p99, max }: Latency): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`;

try {
  await program.parseAsync();
} catch (error) {
  // An error of ours says all there is to say; anything else is a bug and keeps its stack trace.
  console.error(error instanceof DemoError ? error.message : error);
  process.exitCode = 1;
}
