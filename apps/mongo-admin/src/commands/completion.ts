import { Argument, Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion/script.js';
import { wordsOf } from '../completion/words.js';
import { jsonOption, type OutputOptions, print } from '../output.js';

/** `caas-admin completion`. */
export function completionCommand(): Command {
  const command: Command = new Command('completion')
    .description('print the script by which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  source <(caas-admin completion bash)
  caas-admin completion zsh > "\${fpath[1]}/_caas-admin"
  caas-admin completion fish > ~/.config/fish/completions/caas-admin.fish`,
    )
    .action((shell: Shell, options: OutputOptions) => {
      const script = completionScript(shell, wordsOf(rootOf(command)));
      print({ shell, script }, options, () => script.trimEnd());
    });
  return command;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
