import { type DeadLetterFilter, type DeadLetterSummary } from '@caas/insight';
import { DEAD_LETTER_CATEGORIES } from '@caas/messaging-kafka';
import { type TenantId } from '@caas/schema';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTenantOption } from '../../options.js';
import { table } from '../../output.js';

/** Which dead letters a command means, as options. */
export interface FilterOptions {
  readonly status?: DeadLetterFilter['status'];
  readonly tenant?: TenantId;
  readonly topic?: string;
  readonly group?: string;
  readonly category?: DeadLetterFilter['category'];
  readonly error?: string;
  readonly since?: Date;
  readonly until?: Date;
}

/** Adds the options that say which dead letters are meant. */
export function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--status <status>', 'only those').choices(['pending', 'retrying', 'resolved', 'failed']))
    .addOption(new Option('--tenant <id>', 'only of this tenant').argParser(parseTenantOption))
    .option('--topic <topic>', 'only from this topic, such as chat.messages.shared')
    .option('--group <group>', 'only of this consumer group')
    .addOption(new Option('--category <category>', 'only those').choices([...DEAD_LETTER_CATEGORIES]))
    .option('--error <class>', 'only with this class of error, such as ValidationError')
    .option('--since <time>', 'failed at or after (2026-11-01T00:00:00Z)', parseTime)
    .option('--until <time>', 'failed before', parseTime);
}

export function filterOf({ status, tenant, topic, group, category, error, since, until }: FilterOptions): DeadLetterFilter {
  return Object.fromEntries(
    Object.entries({ status, tenant, topic, group, category, errorClass: error, since, until }).filter(([, value]) => value !== undefined),
  );
}

/** Dead letters in rows, without anything they say. */
export function summaryTable(rows: readonly DeadLetterSummary[]): string {
  return table(
    ['ID', 'STATUS', 'CATEGORY', 'GROUP', 'TOPIC', 'PLACE', 'TYPE', 'FAILED'],
    rows.map((row) => [
      row.dlq_id,
      row.status,
      row.category,
      row.consumer_group,
      row.topic,
      `${row.partition}/${row.offset}`,
      row.event_type ?? '-',
      row.failed_at.toISOString(),
    ]),
  );
}

function parseTime(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Use a date or time such as 2026-11-01T00:00:00Z.');
  return time;
}
