import { Command } from 'commander';
import { stopApps } from '../apps/start-apps.js';
import { progressView } from '../progress-view.js';
import { stackFolder } from '../state/stack-folder.js';
import { stopStack } from '../stop-stack.js';
import { type CommonOptions, nameOption } from './options.js';

/** `caas-stack stop`: ends what `start` started. Nothing of it runs when it returns. */
export function stopCommand(): Command {
  return new Command('stop')
    .description('stop the gateway, the worker and the servers')
    .addOption(nameOption())
    .action(async ({ name }: CommonOptions) => {
      const apps = await stopApps(stackFolder(name));
      for (const app of apps) console.log(`  ${app} stopped`);
      const { processes } = await stopStack(name, { onProgress: progressView(process.stdout) });
      if (apps.length + processes.length === 0) console.log(`  nothing of "${name}" was running`);
    });
}
