import { type MigrationPlace } from './migration-context.js';
import { type TakenOver } from './migration-lock.js';

/** What became of one migration in one place. */
export interface PlaceReport {
  readonly version: string;
  readonly name: string;
  readonly place: MigrationPlace;
  /** `blocked`: an earlier migration failed there, so this one was not tried. `would_run`: a dry run. */
  readonly outcome: 'succeeded' | 'rolled_back' | 'failed' | 'blocked' | 'would_run';
  readonly durationMs: number;
  readonly error?: string;
  /** Of a dry run: what would be done. */
  readonly actions?: readonly string[];
}

/** What a run did, in the order in which it did it. */
export interface MigrationRunReport {
  readonly direction: 'up' | 'down';
  readonly dryRun: boolean;
  readonly places: readonly PlaceReport[];
  /** Why the run ended before its last migration. */
  readonly stopped?: { readonly version: string; readonly reason: string };
  /** The runner whose expired lease was taken over. */
  readonly takenOver?: TakenOver;
  /** Whether everything that was asked for is done. */
  readonly ok: boolean;
}

/** The report of some places. */
export function runReport(
  places: readonly PlaceReport[],
  facts: Pick<MigrationRunReport, 'direction' | 'dryRun' | 'stopped' | 'takenOver'>,
): MigrationRunReport {
  const ok = facts.stopped === undefined && places.every(({ outcome }) => outcome !== 'failed' && outcome !== 'blocked');
  return { ...facts, places, ok };
}
