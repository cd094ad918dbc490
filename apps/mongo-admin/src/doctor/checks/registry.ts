import { type SchemaStatus, type TopicDefinition } from '@caas/messaging-kafka';
import { type ServerExamination } from '@caas/runtime';
import { faultOfServer, judgeClock, SERVERS } from '../advice.js';
import { type Check, type Diagnosis, differs, fault, ok, skipped } from '../check.js';
import { type Installation } from '../installation.js';
import { someOf } from '../some-of.js';

const REACHABLE = 'registry.login';

/** The schema registry: the way there, its clock, and whether it knows the schemas of this build. */
export function registryChecks(installation: Installation, topics: readonly TopicDefinition[]): readonly Check[] {
  return [
    { name: REACHABLE, run: async () => [judgeReach(await installation.registryExamined())] },
    { name: 'registry.clock', needs: [REACHABLE], run: async () => [judgeRegistryClock(await installation.registryExamined())] },
    {
      name: 'registry.schemas',
      needs: [REACHABLE, 'kafka.login'],
      run: async () => judgeSchemas(await (await installation.kafka()).schemas.status(topics)),
    },
  ];
}

function judgeReach({ fault: reason, latencyMs }: ServerExamination): Diagnosis {
  return reason === undefined ? ok(`answers in ${latencyMs ?? '?'} ms`) : faultOfServer('registry', reason);
}

function judgeRegistryClock({ clock }: ServerExamination): Diagnosis {
  return clock === undefined ? skipped('the server does not tell the time') : judgeClock(SERVERS.registry.title, clock);
}

/** What cannot be registered any more breaks the promise of a release; everything else is a command away. */
export function judgeSchemas(found: readonly SchemaStatus[]): readonly Diagnosis[] {
  const named = (wanted: (status: SchemaStatus) => boolean): string[] => found.filter(wanted).map(({ subject }) => subject);
  const incompatible = found.filter(({ state }) => state === 'incompatible');
  const unknown = named(({ state }) => state === 'new' || state === 'changed');
  const levels = named(({ state, compatibility: { defined, set } }) => state !== 'new' && defined !== set);
  if (incompatible.length + unknown.length + levels.length === 0) return [ok(`${found.length} schemas registered`)];
  const mend = 'caas-admin schemas register --dry-run shows what would be done; then without it.';
  return [
    ...incompatible.map(({ subject, issues }) =>
      fault(
        `incompatible schema ${subject}: ${issues.join(' ')}`,
        'Change the definition so that old records can be read; caas-admin schemas check says how.',
      ),
    ),
    ...(unknown.length === 0 ? [] : [differs(`schemas that are not registered: ${someOf(unknown)}`, mend)]),
    ...(levels.length === 0 ? [] : [differs(`schemas with another level of compatibility: ${someOf(levels)}`, mend)]),
  ];
}
