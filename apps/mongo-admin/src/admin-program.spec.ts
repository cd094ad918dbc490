import { describe, expect, it } from '@jest/globals';
import { type Command, CommanderError } from 'commander';
import { adminProgram } from './admin-program.js';

/** Runs a command line that ends before it connects to anything; answers what it printed and its code. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const program = adminProgram((error) => {
    throw error;
  });
  for (const command of everyCommand(program)) {
    command.configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (err += text) });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.exitCode, out, err };
  }
  throw new Error('The command line did not end.');
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

const paths = everyCommand(
  adminProgram((error) => {
    throw error;
  }),
)
  .filter((command) => command.commands.length === 0)
  .map((command) => [command.parent?.name() ?? '', command.name()] as const);

describe('caas-admin --help', () => {
  it('mentions every group of commands, and the exit codes', async () => {
    const { code, out } = await run('--help');

    expect(code).toBe(0);
    for (const group of new Set(paths.map(([group]) => group))) expect(out).toMatch(new RegExp(`^  ${group} `, 'm'));
    expect(out).toContain('3 differences found');
  });

  it('knows the commands that operators were promised', () => {
    expect(paths.map((path) => path.join(' '))).toEqual(
      expect.arrayContaining(['tenant create', 'tenant list', 'tenant show', 'schema diff', 'schema apply', 'topics diff', 'topics apply']),
    );
  });

  it.each(paths)('of %s mentions %s', async (group, name) => {
    const { code, out } = await run(group, '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^  ${name} .*\\S`, 'm'));
  });

  it.each(paths)('of %s %s explains it and offers --json', async (group, name) => {
    const { code, out } = await run(group, name, '--help');

    expect(code).toBe(0);
    expect(out).toContain('--json');
  });
});

describe('wrong use', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['tenant', 'destroy'], /destroy/],
    ['an unknown option', ['tenant', 'list', '--all'], /--all/],
    ['a missing argument', ['tenant', 'show'], /tenant/],
    ['a slug with spaces', ['tenant', 'create', 'X', '--slug', 'a b', '--email', 'x@example.com'], /--slug.*3–63/],
    ['a slug that ends with a hyphen', ['tenant', 'create', 'X', '--slug', 'abc-', '--email', 'x@example.com'], /--slug/],
    ['no e-mail address', ['tenant', 'create', 'X', '--slug', 'abc', '--email', 'x'], /--email/],
    [
      'an unknown plan',
      ['tenant', 'create', 'X', '--slug', 'abc', '--email', 'x@example.com', '--plan', 'gold'],
      /free, starter, pro, enterprise/,
    ],
    [
      'a limit of nothing',
      ['tenant', 'create', 'X', '--slug', 'abc', '--email', 'x@example.com', '--requests-per-minute', '0'],
      /at least 1/,
    ],
    ['too many rows', ['tenant', 'list', '--limit', '101'], /1 to 100/],
  ])('%s is refused before anything is connected', async (_, args, message) => {
    const { code, err } = await run(...args);

    expect(code).not.toBe(0);
    expect(err).toMatch(message);
  });
});
