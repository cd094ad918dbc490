import { type Migration } from './define-migration.js';
import { fanOut, type RunOne } from './fan-out.js';
import { type MigrationPlace } from './migration-context.js';
import { MigrationHistoryError } from './migration-errors.js';
import { type MigrationTarget, type MigrationTenants } from './migration-environment.js';
import { type MigrationHistory, statusOf } from './migration-plan.js';
import { type PlaceReport, type MigrationRunReport } from './run-report.js';
import { type WaveOptions } from './waves.js';

/** The one place of platform migrations. */
export const PLATFORM_TARGET: MigrationTarget = { place: 'platform', schemaVersion: 0 };

export interface MigrationRunParts {
  readonly migrations: readonly Migration[];
  readonly history: MigrationHistory;
  /** Places of tenant migrations. */
  readonly targets: readonly MigrationTarget[];
  readonly tenants: MigrationTenants;
  readonly runOne: RunOne;
  readonly waves: WaveOptions;
  readonly onProgress: (report: PlaceReport) => void;
  /** False in a dry run: nothing is noted about tenants. */
  readonly writes: boolean;
}

/** What a run did, and why it ended early. */
export type MigrationRunResult = Pick<MigrationRunReport, 'stopped'> & { readonly places: PlaceReport[] };

/**
 * Runs what is pending, version by version. A place in which a migration failed is left out of the later ones; platform migrations stop the
 * run when they fail.
 */
export async function runUp(parts: MigrationRunParts, { retryFailed }: { retryFailed: boolean }): Promise<MigrationRunResult> {
  const places: PlaceReport[] = [];
  const blocked = new Set<MigrationPlace>();
  for (const migration of parts.migrations) {
    const all = migration.scope === 'platform' ? [PLATFORM_TARGET] : parts.targets;
    const todo = all.filter((target) => statusOf(migration, target, parts.history) !== 'succeeded');
    const failedBefore = retryFailed ? [] : todo.filter((target) => statusOf(migration, target, parts.history) === 'failed');
    if (migration.scope === 'platform' && failedBefore.length > 0) throw failedEarlier(migration);
    for (const { place } of failedBefore) blocked.add(place);
    places.push(...todo.filter(({ place }) => blocked.has(place)).map(({ place }) => blockedReport(migration, place)));

    const targets = todo.filter(({ place }) => !blocked.has(place));
    const { reports, stop } = await fanOut(migration, { targets, runOne: parts.runOne, waves: parts.waves });
    for (const report of reports) {
      places.push(report);
      if (report.outcome === 'failed') blocked.add(report.place);
    }
    if (parts.writes && migration.scope === 'tenant') await noteVersions(parts, reports, migration.number);
    const reason = stop ?? (migration.scope === 'platform' && blocked.has('platform') ? 'a platform migration failed' : undefined);
    if (reason !== undefined) return { places, stopped: { version: migration.version, reason } };
  }
  return { places };
}

/** Takes migrations back, the newest first, wherever they ran or began to. A failure ends the run: what lies below stands on what is above. */
export async function runDown(parts: MigrationRunParts): Promise<MigrationRunResult> {
  const places: PlaceReport[] = [];
  for (const migration of parts.migrations.toReversed()) {
    const all = migration.scope === 'platform' ? [PLATFORM_TARGET] : parts.targets;
    const targets = all.filter((target) => isThere(migration, target, parts.history));
    const { reports, stop } = await fanOut(migration, { targets, runOne: parts.runOne, waves: parts.waves });
    places.push(...reports);
    const below = Math.max(
      0,
      ...parts.migrations.filter(({ scope, number }) => scope === 'tenant' && number < migration.number).map(({ number }) => number),
    );
    if (parts.writes && migration.scope === 'tenant') await noteVersions(parts, reports, below);
    const failed = reports.some(({ outcome }) => outcome === 'failed');
    if (failed) return { places, stopped: { version: migration.version, reason: stop ?? 'taking it back failed' } };
  }
  return { places };
}

/** Whether a migration ran in a place, or began to. */
export function isThere(migration: Migration, target: MigrationTarget, history: MigrationHistory): boolean {
  const status = statusOf(migration, target, history);
  return status !== 'pending' && status !== 'rolled_back';
}

async function noteVersions({ tenants }: MigrationRunParts, reports: readonly PlaceReport[], version: number): Promise<void> {
  for (const { place, outcome } of reports) {
    if (place !== 'platform' && (outcome === 'succeeded' || outcome === 'rolled_back')) await tenants.recordVersion(place, version);
  }
}

function blockedReport({ version, name }: Migration, place: MigrationPlace): PlaceReport {
  const error = 'a migration failed here; run again with --retry-failed when its cause is gone';
  return { version, name, place, outcome: 'blocked', durationMs: 0, error };
}

function failedEarlier({ version }: Migration): MigrationHistoryError {
  const message = `${version} failed earlier. Remove the cause and run again with --retry-failed.`;
  return new MigrationHistoryError(message, { reason: 'failed_before', versions: [version] });
}
