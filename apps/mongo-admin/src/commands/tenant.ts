import { Command } from 'commander';
import { downgradeCommand, upgradeCommand } from './tenant/change-plan.js';
import { cleanupOrphansCommand } from './tenant/cleanup-orphans.js';
import { create } from './tenant/create.js';
import { deleteCommand } from './tenant/delete.js';
import { exportCommand } from './tenant/export.js';
import { list } from './tenant/list.js';
import { operationsCommand, resumeOperationCommand } from './tenant/operations.js';
import { show } from './tenant/show.js';
import { cancelCommand, restoreCommand, resumeCommand, suspendCommand } from './tenant/status-changes.js';
import { migrateAbortCommand, migrateCommand, migrateDropCommand, migrateStatusCommand } from './tenant-migrate.js';

/** `caas-admin tenant …`: tenants and their life. */
export function tenantCommand(): Command {
  return new Command('tenant')
    .description('tenants and their life: create, look at, suspend, cancel, restore, remove, export, change the plan')
    .addCommand(create())
    .addCommand(list())
    .addCommand(show())
    .addCommand(suspendCommand())
    .addCommand(resumeCommand())
    .addCommand(cancelCommand())
    .addCommand(restoreCommand())
    .addCommand(deleteCommand())
    .addCommand(exportCommand())
    .addCommand(upgradeCommand())
    .addCommand(downgradeCommand())
    .addCommand(operationsCommand())
    .addCommand(resumeOperationCommand())
    .addCommand(cleanupOrphansCommand())
    .addCommand(migrateCommand())
    .addCommand(migrateStatusCommand())
    .addCommand(migrateAbortCommand())
    .addCommand(migrateDropCommand());
}
