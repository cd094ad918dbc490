import { type TopicChange } from '@caas/messaging-kafka';
import { Command } from 'commander';
import { modules } from '@caas/modules';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

/** `caas-admin topics …`: topics and schemas of the cluster against their definitions. */
export function topicsCommand(): Command {
  return new Command('topics')
    .description('compare topics with their definitions')
    .addCommand(
      new Command('diff')
        .description('show what differs; exit code 3 when anything does')
        .addOption(jsonOption())
        .action((options: OutputOptions) =>
          withServices(async ({ kafka }) => {
            const changes = await kafka.topics.diff(modules.topics);
            print(changes, options, () => render('DIFFERS', changes));
            if (changes.length > 0) process.exitCode = 3;
          }),
        ),
    )
    .addCommand(
      new Command('apply')
        .description('create missing topics, mend drifted settings, register schemas; deletes nothing, changes no partition count')
        .addOption(dryRunOption())
        .addOption(jsonOption())
        .action((options: OutputOptions & { dryRun?: boolean }) =>
          withServices(async ({ kafka }) => {
            const dryRun = options.dryRun === true;
            const report = await kafka.topics.apply(modules.topics, { dryRun });
            const schemas = dryRun ? [] : await kafka.schemas.registerAll(modules.topics, { levels: true });
            print({ ...report, schemas }, options, () =>
              [
                render(dryRun ? 'WOULD' : 'DONE', report.applied),
                ...(report.reported.length === 0 ? [] : [render('NEEDS A PERSON', report.reported)]),
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
          }),
        ),
    );
}

function render(heading: string, changes: readonly TopicChange[]): string {
  if (changes.length === 0) return 'every topic is as defined';
  return table(
    [heading, 'TOPIC', 'WHAT'],
    changes.map(({ kind, topic, ...rest }) => [kind, topic, JSON.stringify(rest)]),
  );
}
