import { type Migration } from './define-migration.js';
import { type MigrationStatus } from './migration-collections.js';
import { MigrationHistoryError } from './migration-errors.js';
import { type MigrationTarget } from './migration-environment.js';
import { entryId, type MigrationEntry } from './migration-journal.js';

export type MigrationHistory = ReadonlyMap<string, MigrationEntry>;

/**
 * How far a migration is in one place. A tenant that was provisioned after the migration has its result without a row: its schema version says so.
 * `running` means that the last runner was interrupted, or is at work.
 */
export function statusOf(migration: Migration, target: MigrationTarget, history: MigrationHistory): MigrationStatus {
  const entry = history.get(entryId(migration, target.place));
  if (entry !== undefined) return entry.status;
  const isProvisionedLater = target.tenant !== undefined && migration.scope === 'tenant' && target.schemaVersion >= migration.number;
  return isProvisionedLater ? 'succeeded' : 'pending';
}

/** Throws {@link MigrationHistoryError} when a migration was changed after it had succeeded somewhere, or has a lower number than one that has. */
export function checkHistory(migrations: readonly Migration[], history: MigrationHistory): void {
  const succeeded = [...history.values()].filter(({ status }) => status === 'succeeded');
  const changed = migrations.filter(({ version, checksum }) =>
    succeeded.some((entry) => entry.version === version && entry.checksum !== checksum),
  );
  if (changed.length > 0) {
    const versions = changed.map(({ version }) => version);
    const message = `Changed after having run: ${versions.join(', ')}. Restore the former code and put the change into a new migration.`;
    throw new MigrationHistoryError(message, { reason: 'checksum_changed', versions });
  }
  const newest = Math.max(0, ...succeeded.map(({ version }) => Number(version.slice(1))));
  const known = new Set([...history.values()].map(({ version }) => version));
  const late = migrations.filter(({ version, number }) => number < newest && !known.has(version));
  if (late.length > 0) {
    const versions = late.map(({ version }) => version);
    const message = `Never run, and older than one that has: ${versions.join(', ')}. Give them higher numbers.`;
    throw new MigrationHistoryError(message, { reason: 'out_of_order', versions });
  }
}

/** Number of the last tenant migration up to which a place has them all; 0 before the first. */
export function versionReached(migrations: readonly Migration[], target: MigrationTarget, history: MigrationHistory): number {
  let reached = 0;
  for (const migration of migrations) {
    if (migration.scope !== 'tenant') continue;
    if (statusOf(migration, target, history) !== 'succeeded') break;
    reached = migration.number;
  }
  return reached;
}
