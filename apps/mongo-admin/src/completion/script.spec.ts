import { execFileSync, spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { describe, expect, it } from '@jest/globals';
import { completionScript, SHELLS } from './script.js';
import { wordsOf } from './words.js';

const program = new Command('caas-admin')
  .addCommand(
    new Command('tenant')
      .description('tenants')
      .addCommand(
        new Command('create')
          .description('make one; or finish it')
          .addOption(new Option('--to <place>', 'where').choices(['here', 'there'])),
      )
      .addCommand(new Command('list').description("each tenant's name").option('--file <path>', 'where to').option('--all', 'everything')),
  )
  .addCommand(new Command('doctor').description('look'));
const words = wordsOf(program);

/** What bash offers for a line whose last word is being written. */
function offered(...line: readonly string[]): string[] {
  const script = `${completionScript('bash', words)}
COMP_WORDS=(caas-admin "$@"); COMP_CWORD=$#; COMPREPLY=(); _caas_admin; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['--norc', '-c', script, 'bash', ...line], { encoding: 'utf8' });
  return printed.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it.each<[string, string[], string[]]>([
    ['groups and commands', [''], ['tenant', 'doctor', '--help']],
    ['the beginning of one', ['te'], ['tenant']],
    ['commands of a group', ['tenant', ''], ['create', 'list', '--help']],
    ['options of a command', ['tenant', 'list', '--'], ['--file', '--all', '--help']],
    ['values of an option', ['tenant', 'create', '--to', ''], ['here', 'there']],
    ['the beginning of a value', ['tenant', 'create', '--to', 't'], ['there']],
    ['nothing for what there is not', ['tenant', 'zzz'], []],
  ])('offers %s', (_, line, expected) => {
    expect(offered(...line)).toEqual(expected);
  });

  it('offers files where an option takes any value', () => {
    expect(offered('tenant', 'list', '--file', '/et')).toEqual(['/etc']);
  });
});

describe('the script', () => {
  it.each(SHELLS)('for %s names every command and every option', (shell) => {
    const script = completionScript(shell, words);

    for (const word of ['tenant', 'create', 'list', 'doctor', 'here']) expect(script).toContain(word);
    expect(script).toMatch(/(--| -l )all/);
  });

  it.each(SHELLS)('for %s can be read by it, where it is there', (shell) => {
    const { error, status, stderr } = spawnSync(shell, ['-n'], { input: completionScript(shell, words), encoding: 'utf8' });

    if (error !== undefined) return console.log(`skipped: there is no ${shell}`);
    expect([status, stderr]).toEqual([0, '']);
  });
});
