import { Command, type CommanderError } from 'commander';
import { aclCommand } from './commands/acl.js';
import { adviseCommand } from './commands/advise.js';
import { auditCommand } from './commands/audit.js';
import { completionCommand } from './commands/completion.js';
import { configCommand } from './commands/config.js';
import { credentialsCommand } from './commands/credentials.js';
import { dlqCommand } from './commands/dlq.js';
import { doctorCommand } from './commands/doctor.js';
import { groupsCommand } from './commands/groups.js';
import { indexCommand } from './commands/index-usage.js';
import { isolationCommand } from './commands/isolation.js';
import { keyCommand } from './commands/key.js';
import { migrateCommand } from './commands/migrate.js';
import { quotaCommand } from './commands/quota.js';
import { schemaCommand } from './commands/schema.js';
import { schemasCommand } from './commands/schemas.js';
import { seedCommand } from './commands/seed.js';
import { serveCommand } from './commands/serve.js';
import { settingsCommand } from './commands/settings.js';
import { tenantCommand } from './commands/tenant.js';
import { tokenCommand } from './commands/token.js';
import { topicsCommand } from './commands/topics.js';

/**
 * The whole command line, ready to parse. `onExit` ends it where commander would end the process: after `--help` (code 0) and for wrong use
 * (any other code). It must not return.
 */
export function adminProgram(onExit: (error: CommanderError) => never): Command {
  const program = new Command('caas-admin')
    .description('Operates a CAAS installation. Reads its configuration from the environment, as the services do.')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong use, 3 differences found.')
    .addCommand(tenantCommand())
    .addCommand(keyCommand())
    .addCommand(tokenCommand())
    .addCommand(auditCommand())
    .addCommand(quotaCommand())
    .addCommand(settingsCommand())
    .addCommand(schemaCommand())
    .addCommand(migrateCommand())
    .addCommand(indexCommand())
    .addCommand(adviseCommand())
    .addCommand(isolationCommand())
    .addCommand(topicsCommand())
    .addCommand(groupsCommand())
    .addCommand(aclCommand())
    .addCommand(credentialsCommand())
    .addCommand(schemasCommand())
    .addCommand(dlqCommand())
    .addCommand(seedCommand())
    .addCommand(serveCommand())
    .addCommand(doctorCommand())
    .addCommand(configCommand())
    .addCommand(completionCommand());
  for (const command of [program, ...program.commands.flatMap((group) => [group, ...group.commands])]) command.exitOverride(onExit);
  return program;
}
