import { type PartitionLag, type PositionChange, type ResetTarget } from '@caas/messaging-kafka';
import { type AuditEntry } from '@caas/runtime';
import { Command, InvalidArgumentError } from 'commander';
import { auditOf } from '../audit.js';
import { consumerGroup, consumerGroups } from '../operations/consumer-groups.js';
import { auditActorOf, COMMAND_LINE } from '../operations/operator.js';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

interface ResetCommandOptions extends OutputOptions {
  readonly to: ResetTarget;
  readonly topic?: readonly string[];
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `caas-admin groups …`: consumer groups and how far they are. */
export function groupsCommand(): Command {
  return new Command('groups')
    .description('consumer groups: who reads, how much waits, and going on somewhere else')
    .addCommand(list())
    .addCommand(lag())
    .addCommand(reset());
}

function list(): Command {
  return new Command('list')
    .description('every consumer group of the cluster, and those of ours that never read; OURS says whether a definition has it')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async (services) => {
        const groups = await services.kafka.groups.list(await consumerGroups(services));
        print({ data: groups }, options, () =>
          table(
            ['GROUP', 'STATE', 'MEMBERS', 'OURS'],
            groups.map(({ group, state, members, ours }) => [group, state, String(members), ours ? 'yes' : 'no']),
          ),
        );
      }),
    );
}

function lag(): Command {
  return new Command('lag')
    .description('records that wait for each group of ours; for one group, by partition')
    .argument('[group]', 'see groups list')
    .option('--max <records>', 'exit code 3 when a group has more waiting', parseRecords)
    .addOption(jsonOption())
    .action((group: string | undefined, options: OutputOptions & { max?: bigint }) =>
      withServices(async (services) => {
        const wanted = group === undefined ? await consumerGroups(services) : [await consumerGroup(services, group)];
        const lags = await services.kafka.groups.lag(wanted);
        const found = wanted.map((reads) => lagOf(reads.group, lags));
        print({ data: group === undefined ? found.map(({ partitions: _, ...rest }) => rest) : found }, options, () =>
          group === undefined ? renderTotals(found) : found.map(({ partitions }) => renderPartitions(partitions)).join('\n'),
        );
        const { max } = options;
        if (max !== undefined && found.some(({ records }) => BigInt(records) > max)) process.exitCode = 3;
      }),
    );
}

function reset(): Command {
  return new Command('reset')
    .description('have a group go on somewhere else; refused while it has members')
    .argument('<group>', 'see groups list')
    .requiredOption('--to <place>', 'earliest, latest, or the first record from a time on (2026-11-01T00:00:00Z)', parseTarget)
    .option('--topic <topic...>', 'only these of its topics')
    .requiredOption('--reason <text>', 'why, for the security trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((group: string, options: ResetCommandOptions) =>
      withServices(async (services) => {
        const { to, topic: topics, dryRun = false } = options;
        const reads = await consumerGroup(services, group);
        if (!dryRun) await (await auditOf(services)).record(entryOf(group, options));
        const changes = await services.kafka.groups.reset(reads, { to, dryRun, ...(topics && { topics }) });
        print({ group, dry_run: dryRun, data: changes }, options, () => renderChanges(changes, dryRun));
      }),
    );
}

function entryOf(group: string, { reason, to }: ResetCommandOptions): AuditEntry {
  return {
    tenantId: null,
    actor: auditActorOf(COMMAND_LINE),
    action: { category: 'config', type: 'update', name: 'consumer_group.reset' },
    target: { type: 'consumer_group', id: group },
    severity: 'high',
    reason: `${reason.slice(0, 400)} (to ${to instanceof Date ? to.toISOString() : to})`,
  };
}

type GroupLag = ReturnType<typeof lagOf>;

function lagOf(group: string, lags: readonly PartitionLag[]) {
  const partitions = lags.filter((lag) => lag.group === group);
  const records = partitions.reduce((sum, { records: waiting }) => sum + BigInt(waiting), 0n);
  const behind = partitions.filter(({ records: waiting }) => waiting !== '0').length;
  return { group, records: String(records), partitions_behind: behind, partitions };
}

const renderTotals = (found: readonly GroupLag[]): string =>
  table(
    ['GROUP', 'WAITING', 'PARTITIONS BEHIND'],
    found.map(({ group, records, partitions_behind, partitions }) => [group, records, `${partitions_behind} of ${partitions.length}`]),
  );

const renderPartitions = (partitions: readonly PartitionLag[]): string =>
  table(
    ['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'WAITING'],
    partitions.map(({ topic, partition, committed, end, records }) => [topic, String(partition), committed ?? '-', end, records]),
  );

function renderChanges(changes: readonly PositionChange[], dryRun: boolean): string {
  if (changes.length === 0) return 'every partition is there already';
  const rows = changes.map(({ topic, partition, from, to, skips }) => [topic, String(partition), from ?? '-', to, effectOf(BigInt(skips))]);
  return table(['TOPIC', 'PARTITION', dryRun ? 'IS AT' : 'WAS AT', dryRun ? 'WOULD BE AT' : 'IS AT', ''], rows);
}

function effectOf(skips: bigint): string {
  if (skips > 0n) return `${skips} records are never read`;
  return skips < 0n ? `${-skips} records are read again` : '';
}

function parseTarget(text: string): ResetTarget {
  if (text === 'earliest' || text === 'latest') return text;
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('Use earliest, latest, or a time such as 2026-11-01T00:00:00Z.');
}

function parseRecords(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('Use a whole number, at least 0.');
}
