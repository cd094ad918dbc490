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

const leaves = everyCommand(
  adminProgram((error) => {
    throw error;
  }),
).filter((command) => command.commands.length === 0);
const paths = leaves.map((command) => [command.parent?.name() ?? '', command.name()] as const);

/** Verbs of commands that change nothing. */
const LOOKS = new Set([
  'list',
  'show',
  'get',
  'diff',
  'status',
  'check',
  'verify',
  'stats',
  'lag',
  'explain',
  'operations',
  'migrate-status',
  'advise',
  'doctor',
  'completion',
]);
/** Commands that change something without a dry run, and why. */
const WITHOUT_DRY_RUN = new Map([
  ['tenant resume-operation', 'goes on with what somebody has decided; tenant operations shows its steps'],
  ['tenant migrate-abort', 'gives up what has not happened yet'],
  ['tenant migrate-drop', 'removes places whose time is over; tenant migrate-status shows them'],
  ['tenant cleanup-orphans', 'shows what it would remove unless --apply is given'],
  ['token mint', 'changes nothing that is stored'],
  ['schema docs', 'has --check'],
  ['isolation prove', 'works with tenants of its own'],
  ['caas-admin serve', 'waits for people, who see a dry run of everything they do'],
]);

/** The words that name a group; none for the whole program, which has commands of its own. */
const words = (group: string): string[] => (group === 'caas-admin' ? [] : [group]);

describe('caas-admin --help', () => {
  it('mentions every group of commands, and the exit codes', async () => {
    const { code, out } = await run('--help');

    expect(code).toBe(0);
    for (const group of new Set(paths.flatMap(([group]) => words(group)))) expect(out).toMatch(new RegExp(`^  ${group} `, 'm'));
    expect(out).toContain('3 differences found');
  });

  it('knows the commands that operators were promised', () => {
    expect(paths.map((path) => path.join(' '))).toEqual(
      expect.arrayContaining([
        'tenant create',
        'tenant list',
        'tenant show',
        'tenant suspend',
        'tenant resume',
        'tenant cancel',
        'tenant restore',
        'tenant delete',
        'tenant export',
        'tenant upgrade',
        'tenant downgrade',
        'tenant operations',
        'tenant resume-operation',
        'tenant cleanup-orphans',
        'quota show',
        'quota repair',
        'settings get',
        'settings set',
        'schema diff',
        'schema apply',
        'schema docs',
        'migrate up',
        'migrate down',
        'migrate status',
        'topics diff',
        'topics apply',
        'acl diff',
        'acl apply',
        'credentials list',
        'credentials rotate',
        'credentials retire',
        'topics list',
        'topics show',
        'topics move',
        'schemas list',
        'schemas diff',
        'schemas register',
        'schemas check',
        'schemas release',
        'caas-admin advise',
        'caas-admin doctor',
        'caas-admin completion',
        'config explain',
        'groups list',
        'groups lag',
        'groups reset',
        'index list',
        'isolation prove',
        'seed run',
        'seed clear',
        'caas-admin serve',
      ]),
    );
  });

  it.each(paths)('of %s mentions %s', async (group, name) => {
    const { code, out } = await run(...words(group), '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^  ${name} .*\\S`, 'm'));
  });

  it.each(paths)('of %s %s explains it and offers --json', async (group, name) => {
    const { code, out } = await run(...words(group), name, '--help');

    expect(code).toBe(0);
    expect(out).toContain('--json');
  });
});

describe('every command', () => {
  const named = leaves.map((command) => [`${command.parent?.name() ?? ''} ${command.name()}`, command] as const);

  it.each(named)('%s says what it does and what each of its options and arguments is', (_, command) => {
    const described = [command.description(), ...command.options.map(({ description }) => description)];
    const takes = command.registeredArguments.map(({ description }) => description);

    for (const text of [...described, ...takes]) expect(text).toMatch(/^[^\s.].+[^.]$/);
    expect(command.options.filter(({ short }) => short !== undefined)).toEqual([]); // long ones only: they read by themselves
  });

  it.each(named.filter(([, command]) => !LOOKS.has(command.name())))('%s, which changes something, has a dry run', (name, command) => {
    const has = command.options.some(({ long }) => long === '--dry-run');

    expect(has ? 'a dry run' : WITHOUT_DRY_RUN.get(name)).toBeDefined();
    expect(has && WITHOUT_DRY_RUN.has(name)).toBe(false);
  });

  it.each(named.filter(([, command]) => LOOKS.has(command.name())))('%s, which only looks, has nothing to try', (_, command) => {
    expect(command.options.map(({ long }) => long)).not.toContain('--dry-run');
  });
});

describe('wrong use', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['tenant', 'destroy'], /destroy/],
    ['an unknown option', ['tenant', 'list', '--all'], /--all/],
    ['a missing argument', ['tenant', 'show'], /tenant/],
    ['credentials of nobody', ['credentials', 'rotate'], /--service/],
    ['credentials of what is no service', ['credentials', 'rotate', '--service', 'Gate way'], /lower-case words/],
    ['a grace that is no number', ['credentials', 'retire', '--service', 'gateway', '--grace', 'soon'], /whole number of minutes/],
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
    ['a tenant id that is none', ['schema', 'diff', '--tenant', 'acme'], /--tenant/],
    ['no steps', ['migrate', 'down', '0'], /at least 1/],
    ['an unknown setting', ['settings', 'set', 'acme', 'chat.colour=1'], /no setting chat\.colour/],
    ['a setting without a value', ['settings', 'set', 'acme', 'chat'], /path=value/],
    ['a profile that is none', ['seed', '--profile', 'huge'], /test, dev, full/],
    ['a seed that is no number', ['seed', 'clear', '--seed', 'x'], /--seed/],
    ['a tenant and the platform at once', ['seed', '--platform', '--tenant', 'clnt_12345678'], /cannot be used with/],
    ['a suspension without a reason', ['tenant', 'suspend', 'acme'], /--reason/],
    ['a suspension for no known reason', ['tenant', 'suspend', 'acme', '--reason', 'mood'], /payment, policy, security, manual/],
    ['a removal without the slug', ['tenant', 'delete', 'acme', '--waive-export', 'ticket'], /--confirm/],
    [
      'an export and its waiver',
      ['tenant', 'delete', 'acme', '--confirm', 'acme', '--waive-export', 'ticket', '--export', 'op_1'],
      /cannot be used with/,
    ],
    ['an upgrade to no plan', ['tenant', 'upgrade', 'acme', '--plan', 'gold'], /free, starter, pro, enterprise/],
    ['an export to nowhere', ['tenant', 'export', 'acme'], /--out/],
    ['too many rows', ['tenant', 'list', '--limit', '101'], /1 to 100/],
    ['a replay of everything without a reason', ['dlq', 'replay-all'], /--reason/],
    ['a replay that is too fast', ['dlq', 'replay-all', '--reason', 'x', '--rate', '101'], /1 to 100/],
    ['a replay of too many', ['dlq', 'replay-all', '--reason', 'x', '--limit', '1001'], /1 to 1000/],
    ['a removal of a dead letter without a reason', ['dlq', 'delete', 'dlq_1'], /--reason/],
    ['a status that is none', ['dlq', 'list', '--status', 'lost'], /pending, retrying, resolved, failed/],
    ['a time that is none', ['dlq', 'stats', '--since', 'yesterday'], /--since/],
    ['positions of a group to nowhere', ['groups', 'reset', 'message-processor', '--reason', 'x', '--to', 'middle'], /earliest, latest/],
    ['positions of a group without a reason', ['groups', 'reset', 'message-processor', '--to', 'latest'], /--reason/],
    ['a lag that is no number', ['groups', 'lag', '--max', 'many'], /whole number/],
    ['a doctor without patience', ['doctor', '--timeout', '0'], /at least 1/],
    ['a shell that nobody has', ['completion', 'cmd'], /bash, zsh, fish/],
    ['a correction without a path', ['dlq', 'edit', 'dlq_1', '--reason', 'x', '--set', 'hello'], /path=value/],
    ['a console for everybody without TLS', ['serve', '--host', '0.0.0.0'], /--public-url/],
    ['a console at a plain public address', ['serve', '--public-url', 'http://console.example.com'], /https/],
    [
      'a role of staff inside a tenant',
      [
        'token',
        'mint',
        '--subject',
        'adm_01m8favhceej9vgewztjbmw918',
        '--tenant',
        'clnt_12345678',
        '--role',
        'platform_viewer',
        '--reason',
        'x',
      ],
      /cannot be used with/,
    ],
    ['a correction from no file', ['dlq', 'edit', 'dlq_1', '--reason', 'x', '--value', '/nowhere.json'], /Not a file with JSON/],
  ])('%s is refused before anything is connected', async (_, args, message) => {
    const { code, err } = await run(...args);

    expect(code).not.toBe(0);
    expect(err).toMatch(message);
  });
});
