import { parseTopic, type TenantPlacement, type TopicChange, type TopicDescription, topicPlaceOf } from '@caas/messaging-kafka';
import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { NotFoundError, TOPIC_PLACES, type TopicPlace } from '@caas/runtime';
import { moveTopics, TenantRecords } from '@caas/tenancy';
import { Command, Option } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';
import { runOperation } from './tenant/run-operation.js';

interface ChangeOptions extends OutputOptions {
  readonly dryRun?: boolean;
}

/** `caas-admin topics …`: topics of the cluster against their definitions, and where tenants have theirs. */
export function topicsCommand(): Command {
  return new Command('topics')
    .description('topics of the cluster: compare and mend them, move those of a tenant')
    .addCommand(list())
    .addCommand(show())
    .addCommand(diff())
    .addCommand(apply())
    .addCommand(move());
}

function list(): Command {
  return new Command('list')
    .description('every topic of ours that the cluster has, the tenants’ own included')
    .option('--family <family>', 'only this family, such as chat.messages')
    .addOption(jsonOption())
    .action((options: OutputOptions & { family?: string }) =>
      withServices(async ({ kafka }) => {
        const all = await kafka.topics.describe(modules.topics);
        const found = all.filter(({ family }) => options.family === undefined || family === options.family);
        print({ data: found }, options, () =>
          table(['TOPIC', 'PLACEMENT', 'PARTITIONS', 'COPIES', 'UNHEALTHY', 'DIFFERS'], found.map(rowOf)),
        );
      }),
    );
}

function show(): Command {
  return new Command('show')
    .description('one topic as it is: settings in force, health, and how it differs from its definition')
    .argument('<topic>', 'name, such as chat.messages.shared')
    .addOption(jsonOption())
    .action((name: string, options: OutputOptions) =>
      withServices(async ({ kafka }) => {
        const family = parseTopic(name)?.family;
        const definition = modules.topics.find((topic) => topic.family === family);
        const found = (await kafka.topics.describe(modules.topics)).find(({ topic }) => topic === name);
        if (found === undefined || definition === undefined) throw new NotFoundError(`There is no topic ${name} of ours.`);
        const { description, subject, format, events } = definition;
        const types = events.map(({ type }) => type);
        print({ ...found, description, subject, format, events: types }, options, () =>
          [
            `${name}: ${description}`,
            table(
              ['', ''],
              [
                ['placement', found.placement],
                ['partitions', String(found.partitions)],
                ['copies', String(found.replicationFactor)],
                ['unhealthy partitions', String(found.unhealthyPartitions)],
                ['schema', `${subject}, ${format}`],
                ['events', types.join(', ')],
                ...Object.entries(found.config),
              ],
            ).trim(),
            renderChanges('DIFFERS', found.changes),
          ].join('\n\n'),
        );
      }),
    );
}

function diff(): Command {
  return new Command('diff')
    .description('show what differs, the tenants’ own topics included; exit code 3 when anything does')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async (services) => {
        const changes = await services.kafka.topics.diff(modules.topics, { tenants: await dedicated(services) });
        print(changes, options, () => renderChanges('DIFFERS', changes));
        if (changes.length > 0) process.exitCode = 3;
      }),
    );
}

function apply(): Command {
  return new Command('apply')
    .description(
      'create missing topics, mend drifted settings, register schemas; deletes nothing, changes no partition count; exit code 3 when something needs a person',
    )
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: ChangeOptions) =>
      withServices(async (services) => {
        const { kafka } = services;
        const dryRun = options.dryRun === true;
        const report = await kafka.topics.apply(modules.topics, { dryRun, tenants: await dedicated(services) });
        const schemas = dryRun ? [] : await kafka.schemas.registerAll(modules.topics, { levels: true });
        print({ ...report, schemas }, options, () =>
          [
            renderChanges(dryRun ? 'WOULD' : 'DONE', report.applied),
            ...(report.reported.length === 0 ? [] : [renderChanges('NEEDS A PERSON', report.reported)]),
            ...(schemas.length === 0
              ? []
              : [
                  table(
                    ['SUBJECT', 'ID'],
                    schemas.map(({ subject, id }) => [subject, String(id)]),
                  ),
                ]),
          ].join('\n\n'),
        );
        if (report.reported.length > 0) process.exitCode = 3;
      }),
    );
}

function move(): Command {
  return new Command('move')
    .description('move a tenant’s topics while it is written to: for one whose plan has changed and whose topics have not followed')
    .argument('<tenant>', 'id or slug')
    .addOption(new Option('--to <place>', 'where to').choices(TOPIC_PLACES).makeOptionMandatory())
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: ChangeOptions & { to: TopicPlace }) =>
      runOperation(moveTopics, { reference, options, inputOf: () => ({ to: options.to }) }),
    );
}

/** Tenants that have topics of their own. */
async function dedicated({ mongo }: Services): Promise<TenantPlacement[]> {
  const found: TenantPlacement[] = [];
  for await (const tenant of new TenantRecords({ mongo }).contexts()) if (topicPlaceOf(tenant) === 'dedicated') found.push(tenant);
  return found;
}

function rowOf({ topic, placement, partitions, replicationFactor, unhealthyPartitions, changes }: TopicDescription): string[] {
  const differs = changes.map(({ kind }) => kind).join(', ');
  return [topic, placement, String(partitions), String(replicationFactor), String(unhealthyPartitions), differs];
}

function renderChanges(heading: string, changes: readonly TopicChange[]): string {
  if (changes.length === 0) return 'every topic is as defined';
  return table(
    [heading, 'TOPIC', 'WHAT'],
    changes.map(({ kind, topic, ...rest }) => [kind, topic, JSON.stringify(rest)]),
  );
}
