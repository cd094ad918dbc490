import { type Migration } from './define-migration.js';
import { type MigrationTarget } from './migration-environment.js';
import { type PlaceReport } from './run-report.js';
import { planWaves, stopReason, type WaveOptions } from './waves.js';

/** Runs one migration in one place. Rejects only when nothing more may be done anywhere. */
export type RunOne = (migration: Migration, target: MigrationTarget) => Promise<PlaceReport>;

const PARALLEL_DEFAULT = 4;

/**
 * Runs one migration in many places, wave after wave. A place that fails does not keep the others of its wave from ending; the reason to stop
 * is asked for between waves. When a run rejects, those beside it are waited for.
 */
export async function fanOut(
  migration: Migration,
  { targets, runOne, waves }: { targets: readonly MigrationTarget[]; runOne: RunOne; waves: WaveOptions },
): Promise<{ reports: PlaceReport[]; stop: string | undefined }> {
  const reports: PlaceReport[] = [];
  for (const { kind, targets: together } of planWaves(targets, waves)) {
    reports.push(
      ...(await inLanes(together, { parallel: waves.parallel ?? PARALLEL_DEFAULT, run: (target) => runOne(migration, target) })),
    );
    const failed = reports.filter(({ outcome }) => outcome === 'failed').length;
    const stop = stopReason({ kind, attempted: reports.length, failed }, waves);
    if (stop !== undefined) return { reports, stop };
  }
  return { reports, stop: undefined };
}

async function inLanes<Item, Result>(
  items: readonly Item[],
  { parallel, run }: { parallel: number; run: (item: Item) => Promise<Result> },
): Promise<Result[]> {
  const results: Result[] = [];
  const pending = items.values();
  let isBroken = false;
  const lane = async (): Promise<void> => {
    for (const item of pending) {
      if (isBroken) return;
      try {
        results.push(await run(item));
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(parallel, items.length)) }, lane));
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
