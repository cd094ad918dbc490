import { type TenantOperation, TenantsService } from '@caas/tenancy';
import { Command } from 'commander';
import { COMMAND_LINE } from '../../operations/operator.js';
import { lifecycleOf, resumeOperation } from '../../operations/tenant-lifecycle.js';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';
import { printOperation, progressLine } from './run-operation.js';

/** `caas-admin tenant operations`. */
export function operationsCommand(): Command {
  return new Command('operations')
    .description('what was done to a tenant, newest first, and how far it is')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      withServices(async (services) => {
        const client = await new TenantsService(services).get(reference, { includeDeleted: true });
        const found = await lifecycleOf(services).operations(client.client_id);
        print({ data: found }, options, () =>
          table(['OPERATION', 'KIND', 'STATE', 'STEPS', 'BEGUN', 'BY', 'LAST ERROR'], found.map(rowOf)),
        );
      }),
    );
}

/** `caas-admin tenant resume-operation`. */
export function resumeOperationCommand(): Command {
  return new Command('resume-operation')
    .description('go on with an operation that was killed or failed, at its first open step')
    .argument('<operation>', 'id; see tenant operations')
    .addOption(jsonOption())
    .action((operationId: string, options: OutputOptions) =>
      withServices(async (services) =>
        printOperation(await resumeOperation(services, operationId, { operator: COMMAND_LINE, onProgress: progressLine }), options),
      ),
    );
}

function rowOf({ operation_id, kind, state, steps, created_at, requested_by }: TenantOperation): string[] {
  const done = steps.filter((step) => step.state === 'done').length;
  const error = steps.findLast((step) => step.error !== null)?.error ?? '';
  return [operation_id, kind, state, `${done} done`, created_at.toISOString(), requested_by, error];
}
