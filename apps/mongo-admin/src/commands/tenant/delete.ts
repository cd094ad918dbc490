import { hardDelete } from '@caas/tenancy';
import { Command, Option } from 'commander';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption } from '../../output.js';
import { type OperationOptions, runOperation } from './run-operation.js';

const by = COMMAND_LINE.id;

interface DeleteOptions extends OperationOptions {
  readonly export?: string;
  readonly waiveExport?: string;
  readonly confirm: string;
}

/** `caas-admin tenant delete`. */
export function deleteCommand(): Command {
  return new Command('delete')
    .description('remove a cancelled tenant and all of its data for good; goes on where it was killed with resume-operation')
    .argument('<tenant>', 'id or slug')
    .requiredOption('--confirm <slug>', 'the tenant’s slug, once more')
    .option('--export <operation>', 'the export of this tenant that was handed over')
    .addOption(new Option('--waive-export <reference>', 'where the waiver of an export is kept, instead').conflicts('export'))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: DeleteOptions) =>
      runOperation(hardDelete, {
        reference,
        options,
        inputOf: () => ({ export_id: options.export ?? null, waiver: options.waiveExport ?? null, confirm_slug: options.confirm, by }),
      }),
    );
}
