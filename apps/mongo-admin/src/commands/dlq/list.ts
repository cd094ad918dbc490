import { Command, InvalidArgumentError } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { jsonOption, type OutputOptions, print } from '../../output.js';
import { withServices } from '../../with-services.js';
import { filterOf, type FilterOptions, summaryTable, withFilter } from './filter-options.js';

interface ListOptions extends OutputOptions, FilterOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** `caas-admin dlq list`. */
export function list(): Command {
  return withFilter(new Command('list').description('list dead letters, newest first; what they say is shown by `dlq show` only'))
    .option('--limit <n>', 'rows, 1–100', parseLimit, 50)
    .option('--cursor <cursor>', 'where the previous page ended')
    .addOption(jsonOption())
    .action((options: ListOptions) =>
      withServices(async (services) => {
        const { items, nextCursor } = await deadLettersOf(services, COMMAND_LINE).list(filterOf(options), options);
        print({ data: items, next_cursor: nextCursor }, options, () =>
          [summaryTable(items), ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`])].join('\n'),
        );
      }),
    );
}

function parseLimit(text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1 to 100.');
  return Number(text);
}
