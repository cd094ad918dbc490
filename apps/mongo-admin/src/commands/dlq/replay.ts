import { Command } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../../output.js';
import { withServices } from '../../with-services.js';

interface ReplayOptions extends OutputOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `caas-admin dlq replay`. */
export function replay(): Command {
  return new Command('replay')
    .description('have its group handle a dead letter once more; `dlq show` tells what came of it')
    .argument('<id>', 'dlq_…')
    .option('--reason <text>', 'why, for the audit trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((id: string, options: ReplayOptions) =>
      withServices(async (services) => {
        const deadLetters = deadLettersOf(services, COMMAND_LINE);
        const { reason, dryRun = false } = options;
        const { consumer_group: group, status } = await deadLetters.get(id);
        if (!dryRun) await deadLetters.replay(id, { by: COMMAND_LINE.id, ...(reason === undefined ? {} : { reason }) });
        print({ dlq_id: id, group, dry_run: dryRun, status: dryRun ? status : 'retrying' }, options, () =>
          dryRun ? `would replay ${id} to ${group}; it is ${status}` : `${id} is on its way to ${group}`,
        );
      }),
    );
}
