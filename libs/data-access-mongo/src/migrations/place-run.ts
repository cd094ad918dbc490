import { type Logger } from '@caas/runtime';
import { translateDriverError } from '../repository/driver-errors.js';
import { type Migration } from './define-migration.js';
import { LiveContext } from './live-context.js';
import { MigrationLockError } from './migration-errors.js';
import { type MigrationEnvironment, type MigrationTarget } from './migration-environment.js';
import { type MigrationJournal, type MigrationEntry } from './migration-journal.js';
import { type MigrationLock } from './migration-lock.js';
import { type MigrationRunnerOptions } from './migration-options.js';
import { RecordingContext } from './recording-context.js';
import { RecordingEnd } from './recording-repository.js';
import { type PlaceReport } from './run-report.js';

/** What one migration in one place needs. */
export interface PlaceRunParts {
  readonly environment: MigrationEnvironment;
  readonly options: MigrationRunnerOptions;
  readonly direction: 'up' | 'down';
  readonly logger: Logger;
}

const LAG_MAX_MS = 10_000;
const LAG_WAIT_MS = 1_000;

/**
 * Runs one migration in one place and writes the result into the history. Failures of the migration are reported; only the loss of the lease
 * and failures of the history itself reject.
 */
export async function runPlace(
  parts: PlaceRunParts,
  { migration, target }: { migration: Migration; target: MigrationTarget },
  { lock, journal }: { lock: MigrationLock; journal: MigrationJournal },
): Promise<{ report: PlaceReport; error?: unknown }> {
  const { environment, direction } = parts;
  const { version, name } = migration;
  const logger = parts.logger.child({ migration: version, direction });
  const started = environment.clock.now();
  const elapsed = (): number => Math.max(0, environment.clock.now() - started);
  const entry = await journal.start(migration, target.place, direction);
  const outcome = direction === 'up' ? 'succeeded' : 'rolled_back';
  try {
    await carryOut(
      parts,
      { migration, target },
      { lock, journal, entry, logger, finish: () => ({ status: outcome, durationMs: elapsed() }) },
    );
  } catch (caught) {
    const error = translateDriverError(caught, { collection: version, operation: 'migrate' });
    if (error instanceof MigrationLockError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    logger.error({ err: error }, 'a migration failed');
    await journal.finish(entry, { status: 'failed', durationMs: elapsed(), error: message });
    return { report: { version, name, place: target.place, outcome: 'failed', durationMs: elapsed(), error: message }, error };
  }
  return { report: { version, name, place: target.place, outcome, durationMs: elapsed() } };
}

interface Claimed {
  readonly lock: MigrationLock;
  readonly journal: MigrationJournal;
  readonly entry: MigrationEntry;
  readonly logger: Logger;
  readonly finish: () => { status: 'succeeded' | 'rolled_back'; durationMs: number };
}

async function carryOut(
  { environment, options, direction }: PlaceRunParts,
  { migration, target }: { migration: Migration; target: MigrationTarget },
  { lock, journal, entry, logger, finish }: Claimed,
): Promise<void> {
  const context = new LiveContext({
    environment,
    tenants: options.tenants,
    migration,
    target,
    entry,
    journal,
    lock,
    logger,
    rest: (pauseMs) => rest({ replicationLagMs: () => lagOf(environment), ...options }, { pauseMs, lock }),
    batchWritten: () => options.faults?.('after-backfill-batch'),
  });
  if (!migration.transactional) {
    await migration[direction](context);
    return journal.finish(entry, finish());
  }
  await lock.confirm();
  await environment.mongo.withTransaction(async () => {
    await migration[direction](context);
    await journal.finish(entry, finish(), environment.session());
  });
}

/** The pause that the backfill asks for, then as long as replicas are too far behind and the lease lasts. */
async function rest(
  options: Pick<MigrationRunnerOptions, 'replicationLagMs' | 'sleep'>,
  { pauseMs, lock }: { pauseMs: number; lock: MigrationLock },
): Promise<void> {
  const { replicationLagMs, sleep = (ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)) } = options;
  if (pauseMs > 0) await sleep(pauseMs);
  while (((await replicationLagMs?.()) ?? 0) >= LAG_MAX_MS) {
    lock.assertHeld();
    await sleep(LAG_WAIT_MS);
  }
}

async function lagOf({ mongo }: MigrationEnvironment): Promise<number | undefined> {
  const { checks } = await mongo.health();
  const seconds = checks.find(({ name }) => name === 'replication')?.value;
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Records what one migration would do in one place. Writes nothing. */
export async function recordPlace(
  { environment, options, direction, logger }: PlaceRunParts,
  { migration, target }: { migration: Migration; target: MigrationTarget },
  said: Set<string>,
): Promise<PlaceReport> {
  const context = new RecordingContext({ environment, tenants: options.tenants, migration, target, logger, said });
  const { version, name } = migration;
  const at = { version, name, place: target.place, durationMs: 0, actions: context.actions };
  try {
    await migration[direction](context);
  } catch (error) {
    if (!(error instanceof RecordingEnd))
      return { ...at, outcome: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
  return { ...at, outcome: 'would_run' };
}
