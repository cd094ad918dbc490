import { Command } from 'commander';
import { progressView } from '../progress-view.js';
import { stopStack } from '../stop-stack.js';
import { jsonOption, nameOption, type CommonOptions } from './options.js';

/** `caas-stack down`: nothing of the stack runs when it returns. */
export function downCommand(): Command {
  return new Command('down')
    .description('stop a stack; leaves no process behind')
    .addOption(nameOption())
    .addOption(jsonOption())
    .option('--delete-data', 'also remove its data, logs, ports and passwords')
    .action(async ({ name, json, deleteData }: CommonOptions & { readonly deleteData?: boolean }) => {
      const onProgress = progressView(json === true ? process.stderr : process.stdout);
      const { processes } = await stopStack(name, { onProgress, deleteData: deleteData === true });
      if (json === true) console.log(JSON.stringify({ name, stopped: processes }));
      else if (processes.length === 0) console.log(`  the stack "${name}" was not up`);
    });
}
