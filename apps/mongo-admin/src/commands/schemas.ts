import { checkReleases, type ReleaseFinding, type SchemaStatus } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { ConflictError } from '@caas/runtime';
import { Command } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { readReleased, RELEASED_FOLDER, writeReleased } from '../schemas/released-files.js';
import { withServices } from '../with-services.js';

interface ChangeOptions extends OutputOptions {
  readonly dryRun?: boolean;
}

/** `caas-admin schemas …`: schemas of events, in the registry and as they were released. */
export function schemasCommand(): Command {
  return new Command('schemas')
    .description('schemas of events: compare and register them, hold them against the last release')
    .addCommand(list())
    .addCommand(diff())
    .addCommand(register())
    .addCommand(check())
    .addCommand(release());
}

function list(): Command {
  return new Command('list')
    .description('every subject of the registry; OURS says whether a definition has it')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async ({ kafka }) => {
        const ours = new Set(modules.topics.map(({ subject }) => subject));
        const subjects = (await kafka.schemas.subjects()).map((subject) => ({ subject, ours: ours.has(subject) }));
        print({ data: subjects }, options, () =>
          table(
            ['SUBJECT', 'OURS'],
            subjects.map((row) => [row.subject, row.ours ? 'yes' : 'no']),
          ),
        );
      }),
    );
}

function diff(): Command {
  return new Command('diff')
    .description('compare the definitions with the registry; exit code 3 when anything differs')
    .addOption(jsonOption())
    .action((options: OutputOptions) =>
      withServices(async ({ kafka }) => {
        const found = await kafka.schemas.status(modules.topics);
        print({ data: found }, options, () => renderStatus(found));
        if (found.some(differs)) process.exitCode = 3;
      }),
    );
}

function register(): Command {
  return new Command('register')
    .description('register what is new or changed and set the levels of compatibility; registers nothing when any schema is incompatible')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((options: ChangeOptions) =>
      withServices(async ({ kafka }) => {
        const found = await kafka.schemas.status(modules.topics);
        refuse(found);
        if (options.dryRun === true) {
          const would = found.filter(differs);
          print({ dry_run: true, data: would }, options, () => renderStatus(would));
          return;
        }
        const registered = await kafka.schemas.registerAll(modules.topics, { levels: true });
        print({ data: registered }, options, () =>
          table(
            ['SUBJECT', 'ID'],
            registered.map(({ subject, id }) => [subject, String(id)]),
          ),
        );
      }),
    );
}

function check(): Command {
  return new Command('check')
    .description(
      `hold the definitions against the last release (${RELEASED_FOLDER}), without a registry; exit code 3 when one breaks its promise`,
    )
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const found = checkReleases(modules.topics, await readReleased());
      print({ data: found }, options, () => renderReleases(found));
      if (found.some(isBroken)) process.exitCode = 3;
    });
}

function release(): Command {
  return new Command('release')
    .description('make the definitions the released set; refuses what breaks the promise of the last one')
    .option('--breaking', 'release it all the same: after a major change whose old records are gone')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (options: ChangeOptions & { breaking?: boolean }) => {
      const found = checkReleases(modules.topics, await readReleased());
      if (options.breaking !== true)
        refuse(found.map((finding) => ({ ...finding, state: isBroken(finding) ? 'incompatible' : finding.state })));
      const changes = found.filter(({ state }) => state !== 'released');
      if (options.dryRun !== true && changes.length > 0) await writeReleased(modules.topics);
      print({ dry_run: options.dryRun === true, folder: RELEASED_FOLDER, data: changes }, options, () => renderReleases(changes));
    });
}

const differs = ({ state, compatibility }: SchemaStatus): boolean => state !== 'registered' || compatibility.set !== compatibility.defined;
const isBroken = ({ state }: ReleaseFinding): boolean => state === 'incompatible' || state === 'gone';

/** Throws a `ConflictError` that names every subject with its reasons. */
function refuse(found: readonly { readonly subject: string; readonly state: string; readonly issues: readonly string[] }[]): void {
  const broken = found.filter(({ state }) => state === 'incompatible');
  if (broken.length === 0) return;
  throw new ConflictError(broken.map(({ subject, issues }) => `${subject}: ${issues.join(' ')}`).join('\n'), {
    details: { reason: 'SCHEMA_INCOMPATIBLE' },
  });
}

function renderStatus(found: readonly SchemaStatus[]): string {
  if (found.length === 0) return 'nothing to do';
  return table(
    ['SUBJECT', 'STATE', 'VERSION', 'COMPATIBILITY', 'WHY'],
    found.map(({ subject, state, version, compatibility: { defined, set }, issues }) => [
      subject,
      state,
      version === undefined ? '' : String(version),
      set === defined ? defined : `${defined}, and ${set ?? 'nothing'} is set`,
      issues.join(' '),
    ]),
  );
}

function renderReleases(found: readonly ReleaseFinding[]): string {
  if (found.length === 0) return 'every schema is as it was released';
  return table(
    ['SUBJECT', 'STATE', 'WHY'],
    found.map(({ subject, state, issues }) => [subject, state, issues.join(' ')]),
  );
}
