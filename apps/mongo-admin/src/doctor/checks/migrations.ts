import { type MigrationState, type MigrationStateRow } from '@caas/data-access-mongo';
import { type Diagnosis, differs, fault, ok, warning } from '../check.js';
import { someOf } from '../some-of.js';

/** How far stored data is behind this build, or ahead of it. */
export function judgeMigrations({ migrations, unknown, lock, upToDate }: MigrationState): readonly Diagnosis[] {
  const working =
    lock === undefined
      ? []
      : [
          warning(
            `${lock.owner} has been migrating since ${lock.since.toISOString()}`,
            'Wait for it; caas-admin migrate status says how far it is.',
          ),
        ];
  if (upToDate) return [ok(`${migrations.length} migrations, all done`), ...working];
  const pending = migrations.filter(({ counts }) => counts.pending + counts.rolled_back > 0);
  const interrupted = migrations.filter(({ counts }) => counts.running > 0);
  const changed = migrations.filter((row) => row.changed);
  return [
    ...migrations.flatMap(({ version, failed }) =>
      failed.map(({ place, error }) =>
        fault(`migration ${version} failed in ${place}: ${error}`, 'Mend what it says, then caas-admin migrate up --retry-failed.'),
      ),
    ),
    ...(pending.length === 0
      ? []
      : [
          differs(
            `pending migrations: ${someOf(pending.map(nameOf))}`,
            'caas-admin migrate up --dry-run shows what would run; then without it.',
          ),
        ]),
    ...(interrupted.length === 0
      ? []
      : [differs(`interrupted migrations: ${someOf(interrupted.map(nameOf))}`, 'caas-admin migrate up goes on where it was killed.')]),
    ...(changed.length === 0
      ? []
      : [
          fault(
            `migrations that were changed after they had run: ${someOf(changed.map(nameOf))}`,
            'Take the change back, and make a new migration of it.',
          ),
        ]),
    ...(unknown.length === 0
      ? []
      : [fault(`The data knows versions that this build does not: ${someOf(unknown)}`, 'Run the build that wrote them, or a newer one.')]),
    ...working,
  ];
}

const nameOf = ({ version, name }: MigrationStateRow): string => `${version} ${name}`;
