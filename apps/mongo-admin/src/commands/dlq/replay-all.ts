import { REPLAY_RATE_MAX, REPLAY_RECORDS_MAX } from '@caas/insight';
import { Command, InvalidArgumentError } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../../output.js';
import { withServices } from '../../with-services.js';
import { filterOf, type FilterOptions, summaryTable, withFilter } from './filter-options.js';

interface ReplayAllOptions extends OutputOptions, FilterOptions {
  readonly limit: number;
  readonly rate: number;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `caas-admin dlq replay-all`. */
export function replayAll(): Command {
  return withFilter(
    new Command('replay-all').description('replay what matches, oldest first; pending and failed ones unless --status says'),
  )
    .option('--limit <n>', `records of this call, 1–${REPLAY_RECORDS_MAX}`, upTo(REPLAY_RECORDS_MAX), REPLAY_RECORDS_MAX)
    .option('--rate <n>', `records a second, 1–${REPLAY_RATE_MAX}`, upTo(REPLAY_RATE_MAX), REPLAY_RATE_MAX)
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: ReplayAllOptions) =>
      withServices(async (services) => {
        const { limit, rate: ratePerSecond, reason, dryRun = false } = options;
        const found = await deadLettersOf(services, COMMAND_LINE).replayAll(filterOf(options), {
          by: COMMAND_LINE.id,
          reason,
          limit,
          ratePerSecond,
          dryRun,
          onProgress: (done, total) => void (done % 100 === 0 && process.stderr.write(`  ${done} of ${total}\n`)),
        });
        const ids = found.map(({ dlq_id: id }) => id);
        print({ dry_run: dryRun, count: ids.length, dlq_ids: ids }, options, () =>
          dryRun ? `${summaryTable(found)}\nwould replay ${ids.length}` : `${ids.length} on their way`,
        );
      }),
    );
}

function upTo(max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d{1,6}$/.test(text) || count < 1 || count > max) throw new InvalidArgumentError(`Use a whole number from 1 to ${max}.`);
    return count;
  };
}
