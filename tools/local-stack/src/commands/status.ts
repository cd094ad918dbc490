import { Command } from 'commander';
import { stackStatus } from '../stack-status.js';
import { jsonOption, nameOption, type CommonOptions } from './options.js';
import { renderStatus } from './render-status.js';

/** `caas-stack status`: asks every server; exit code 1 when one does not answer. */
export function statusCommand(): Command {
  return new Command('status')
    .description('ask every server of a stack; exit code 1 unless all answer')
    .addOption(nameOption())
    .addOption(jsonOption())
    .action(async ({ name, json }: CommonOptions) => {
      const status = await stackStatus(name);
      console.log(json === true ? JSON.stringify(status, null, 2) : renderStatus(status));
      process.exitCode = status.up ? 0 : 1;
    });
}
