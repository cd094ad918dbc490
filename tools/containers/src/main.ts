/** `caas-containers`: images of the apps, and how many nodes a load needs. */
import { Command } from 'commander';
import { capacityCommand } from './capacity/capacity-command.js';
import { imageCommand } from './images/image-command.js';

try {
  await new Command('caas-containers')
    .description('images of the apps, and how many nodes a load needs')
    .addCommand(imageCommand())
    .addCommand(capacityCommand())
    .parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
