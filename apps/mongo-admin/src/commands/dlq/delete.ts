import { Command } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../../output.js';
import { withServices } from '../../with-services.js';

interface DeleteOptions extends OutputOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `caas-admin dlq delete`. */
export function deleteCommand(): Command {
  return new Command('delete')
    .description('remove a dead letter for good')
    .argument('<id>', 'dlq_…')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((id: string, options: DeleteOptions) =>
      withServices(async (services) => {
        const { reason, dryRun = false } = options;
        const deadLetters = deadLettersOf(services, COMMAND_LINE);
        const { status } = await deadLetters.get(id);
        if (!dryRun) await deadLetters.remove(id, { by: COMMAND_LINE.id, reason });
        print({ dlq_id: id, dry_run: dryRun, deleted: !dryRun }, options, () =>
          dryRun ? `would remove ${id}, which is ${status}` : `removed ${id}`,
        );
      }),
    );
}
