import { resolve } from 'node:path';
import { exportData } from '@caas/tenancy';
import { Command } from 'commander';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption } from '../../output.js';
import { type OperationOptions, runOperation } from './run-operation.js';

const by = COMMAND_LINE.id;

/** `caas-admin tenant export`. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write everything that is stored about a tenant into a folder: JSON Lines, gzipped, with a manifest; secrets are left out')
    .argument('<tenant>', 'id or slug')
    .requiredOption('--out <folder>', 'made if it is not there')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { out: string }) =>
      runOperation(exportData, { reference, options, inputOf: () => ({ folder: resolve(options.out), by }) }),
    );
}
