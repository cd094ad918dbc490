/** The command line of the local stack; `bin/caas-stack.mjs` runs it. Each command is a file in `commands/`. */
import { Command } from 'commander';
import { downCommand } from './commands/down.js';
import { prepareCommand } from './commands/prepare.js';
import { startCommand } from './commands/start.js';
import { statusCommand } from './commands/status.js';
import { stopCommand } from './commands/stop.js';
import { upCommand } from './commands/up.js';
import { InterruptedError, StackError } from './errors.js';

const program = new Command('caas-stack')
  .description('Real servers on one machine without Docker: MongoDB, Kafka, schema registry, Redis')
  .addCommand(upCommand())
  .addCommand(downCommand())
  .addCommand(statusCommand())
  .addCommand(startCommand())
  .addCommand(stopCommand())
  .addCommand(prepareCommand());

try {
  await program.parseAsync();
} catch (error) {
  // An error of ours says all there is to say; anything else is a bug and keeps its stack trace.
  console.error(error instanceof StackError ? `\n${error.message}` : error);
  process.exitCode = error instanceof InterruptedError ? 130 : 1;
}
