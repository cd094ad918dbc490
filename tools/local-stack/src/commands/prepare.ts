import { Command } from 'commander';
import { prepareStack } from '../apps/prepare.js';
import { buildApps } from '../apps/workspace.js';
import { ensureStack } from '../ensure-stack.js';
import { progressView } from '../progress-view.js';
import { stackFolder } from '../state/stack-folder.js';
import { type CommonOptions, nameOption } from './options.js';

/** `caas-stack prepare`: what an app that runs from source needs: servers, collections, topics, an environment file for each. */
export function prepareCommand(): Command {
  return new Command('prepare')
    .description('start the servers, create collections, topics and the demo tenant, write .caas/*.env; then leave them running')
    .addOption(nameOption())
    .action(async ({ name }: CommonOptions) => {
      const [stack] = await Promise.all([ensureStack({ name, onProgress: progressView(process.stdout) }), buildApps()]);
      const { tenantId } = await prepareStack(stackFolder(name), stack);
      console.log(`  ready for apps; tenant ${tenantId}, configuration in .caas/{gateway,worker,dev}.env`);
    });
}
