import { RETENTION_DAYS, restore, resume, softDelete, suspend, SUSPENSION_REASONS, type SuspensionReason } from '@caas/tenancy';
import { Command, Option } from 'commander';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption } from '../../output.js';
import { type OperationOptions, runOperation } from './run-operation.js';

const by = COMMAND_LINE.id;

/** `caas-admin tenant suspend`. */
export function suspendCommand(): Command {
  return new Command('suspend')
    .description('stop a tenant’s traffic everywhere within five seconds; its data stays')
    .argument('<tenant>', 'id or slug')
    .addOption(new Option('--reason <reason>', 'why').choices([...SUSPENSION_REASONS]).makeOptionMandatory())
    .option('--note <text>', 'more about it')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { reason: SuspensionReason; note?: string }) =>
      runOperation(suspend, { reference, options, inputOf: () => ({ reason: options.reason, note: options.note ?? null, by }) }),
    );
}

/** `caas-admin tenant resume`. */
export function resumeCommand(): Command {
  return new Command('resume')
    .description('let a suspended tenant work again')
    .argument('<tenant>', 'id or slug')
    .option('--resolved <text>', 'what became of the reason')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { resolved?: string }) =>
      runOperation(resume, { reference, options, inputOf: () => ({ resolved: options.resolved ?? null, by }) }),
    );
}

/** `caas-admin tenant cancel`. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description(`cancel a tenant and mark it deleted; it can be restored for ${RETENTION_DAYS} days`)
    .argument('<tenant>', 'id or slug')
    .option('--reason <text>', 'why')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { reason?: string }) =>
      runOperation(softDelete, { reference, options, inputOf: () => ({ reason: options.reason ?? null, by }) }),
    );
}

/** `caas-admin tenant restore`. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('take a cancellation back; the tenant is suspended afterwards, and resume follows')
    .argument('<tenant>', 'id or slug')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions) => runOperation(restore, { reference, options, inputOf: () => ({ by }) }));
}
