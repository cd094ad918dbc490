import { Command } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';
import { filterOf, type FilterOptions, withFilter } from './filter-options.js';

/** `caas-admin dlq stats`. */
export function stats(): Command {
  return withFilter(
    new Command('stats').description('how many dead letters there are, of what kind, and the age of the oldest pending one'),
  )
    .addOption(jsonOption())
    .action((options: OutputOptions & FilterOptions) =>
      withServices(async (services) => {
        const { oldest_pending_seconds: oldest, ...counts } = await deadLettersOf(services, COMMAND_LINE).stats(filterOf(options));
        const rows = Object.entries(counts).flatMap(([by, values]) =>
          Object.entries(values).map(([name, count]) => [by.replace('by_', ''), name, String(count)]),
        );
        print({ ...counts, oldest_pending_seconds: oldest }, options, () =>
          [table(['BY', 'VALUE', 'COUNT'], rows), ...(oldest === null ? [] : [`oldest pending: ${oldest} s`])].join('\n'),
        );
      }),
    );
}
