import { type Migration } from './define-migration.js';
import { type MigrationScope } from './migration-spec.js';
import { MIGRATION_STATUSES, type MigrationStatus } from './migration-collections.js';
import { type MigrationPlace } from './migration-context.js';
import { type MigrationTarget } from './migration-environment.js';
import { entryId } from './migration-journal.js';
import { type LockHolder } from './migration-lock.js';
import { type MigrationHistory, statusOf } from './migration-plan.js';
import { PLATFORM_TARGET } from './migration-run.js';

/** How far one migration is. */
export interface MigrationStateRow {
  readonly version: string;
  readonly name: string;
  readonly scope: MigrationScope;
  /** In how many places it is in which state. */
  readonly counts: Readonly<Record<MigrationStatus, number>>;
  /** The places where it failed, and why. */
  readonly failed: readonly { readonly place: MigrationPlace; readonly error: string }[];
  /** The code is another one than what ran. */
  readonly changed: boolean;
}

export interface MigrationState {
  readonly migrations: readonly MigrationStateRow[];
  /** Versions of the history that this build does not have: it is older than the data. */
  readonly unknown: readonly string[];
  readonly lock?: LockHolder;
  /** Nothing is pending, interrupted, failed, changed or unknown. */
  readonly upToDate: boolean;
}

/** Sums up the history. */
export function stateOfMigrations(
  migrations: readonly Migration[],
  { history, targets, lock }: { history: MigrationHistory; targets: readonly MigrationTarget[]; lock: LockHolder | undefined },
): MigrationState {
  const rows = migrations.map((migration) => stateOf(migration, migration.scope === 'platform' ? [PLATFORM_TARGET] : targets, history));
  const known = new Set(migrations.map(({ version }) => version));
  const unknown = [...new Set([...history.values()].map(({ version }) => version))].filter((version) => !known.has(version));
  const isDone = rows.every(
    ({ counts, changed }) => !changed && counts.pending + counts.running + counts.failed + counts.rolled_back === 0,
  );
  return { migrations: rows, unknown, ...(lock && { lock }), upToDate: isDone && unknown.length === 0 };
}

function stateOf(migration: Migration, targets: readonly MigrationTarget[], history: MigrationHistory): MigrationStateRow {
  const counts = Object.fromEntries(MIGRATION_STATUSES.map((status) => [status, 0])) as Record<MigrationStatus, number>;
  const failed: { place: MigrationPlace; error: string }[] = [];
  let changed = false;
  for (const target of targets) {
    const status = statusOf(migration, target, history);
    const entry = history.get(entryId(migration, target.place));
    counts[status] += 1;
    if (status === 'failed') failed.push({ place: target.place, error: entry?.error ?? '' });
    if (status === 'succeeded' && entry !== undefined && entry.checksum !== migration.checksum) changed = true;
  }
  const { version, name, scope } = migration;
  return { version, name, scope, counts, failed, changed };
}
