import { Command } from 'commander';
import { ensureStack } from '../ensure-stack.js';
import { progressView } from '../progress-view.js';
import { stackStatus } from '../stack-status.js';
import { interruption } from './interruption.js';
import { jsonOption, nameOption, withClusterOptions, type ClusterOptions, type CommonOptions } from './options.js';
import { renderStatus } from './render-status.js';

/** `caas-stack up`: ready when it returns; the servers stay. */
export function upCommand(): Command {
  return withClusterOptions(new Command('up'))
    .description('start what is missing of a stack and leave it running')
    .addOption(nameOption())
    .addOption(jsonOption())
    .action(async ({ name, json, ...cluster }: CommonOptions & ClusterOptions) => {
      const started = performance.now();
      const output = json === true ? process.stderr : process.stdout;
      output.write(`local stack "${name}"\n`);
      const { signal, release } = interruption();
      try {
        await ensureStack({ name, onProgress: progressView(output), signal, ...cluster });
      } finally {
        release();
      }
      const status = await stackStatus(name);
      const ms = Math.round(performance.now() - started);
      if (json === true) console.log(JSON.stringify({ ...status, ms }, null, 2));
      else console.log(`up after ${(ms / 1000).toFixed(1)} s\n${renderStatus(status)}`);
    });
}
