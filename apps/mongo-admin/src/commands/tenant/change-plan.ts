import { type Plan, PLANS } from '@caas/runtime';
import { downgrade, upgrade } from '@caas/tenancy';
import { Command } from 'commander';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption } from '../../output.js';
import { parsePlanOption } from './plan-option.js';
import { type OperationOptions, runOperation } from './run-operation.js';

const by = COMMAND_LINE.id;

/** `caas-admin tenant upgrade`. */
export function upgradeCommand(): Command {
  return new Command('upgrade')
    .description('raise a tenant’s plan at once; names the migration that is due when the plan keeps data elsewhere')
    .argument('<tenant>', 'id or slug')
    .requiredOption('--plan <plan>', PLANS.join(', '), parsePlanOption)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { plan: Plan }) =>
      runOperation(upgrade, { reference, options, inputOf: () => ({ plan: options.plan, consent: false, by }) }),
    );
}

/** `caas-admin tenant downgrade`. */
export function downgradeCommand(): Command {
  return new Command('downgrade')
    .description('lower a tenant’s plan; deletes nothing, but what is above a new limit can no longer grow')
    .argument('<tenant>', 'id or slug')
    .requiredOption('--plan <plan>', PLANS.join(', '), parsePlanOption)
    .option('--consent', 'the tenant agrees to what is above the new limits; --dry-run shows it')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: OperationOptions & { plan: Plan; consent?: boolean }) =>
      runOperation(downgrade, {
        reference,
        options,
        // Whoever only looks wants to see what would need consent.
        inputOf: () => ({ plan: options.plan, consent: options.consent === true || options.dryRun === true, by }),
      }),
    );
}
