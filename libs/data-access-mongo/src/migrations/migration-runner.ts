import { type Logger, NotFoundError, ValidationError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { translateDriverError } from '../repository/driver-errors.js';
import { platformNamespace } from '../tenancy/namespaces.js';
import { type Migration, sortMigrations } from './define-migration.js';
import { type RunOne } from './fan-out.js';
import { MIGRATION_COLLECTIONS, migrationHistory, migrationLock } from './migration-collections.js';
import { MigrationHistoryError } from './migration-errors.js';
import { type MigrationEnvironment, type MigrationTarget, rowsOf, targetOf, tenantTargets } from './migration-environment.js';
import { MigrationJournal, readHistory } from './migration-journal.js';
import { acquireMigrationLock, lockHolder } from './migration-lock.js';
import { type MigrateDownOptions, type MigrateUpOptions, type MigrationRunnerOptions } from './migration-options.js';
import { checkHistory, type MigrationHistory, statusOf, versionReached } from './migration-plan.js';
import { isThere, type MigrationRunParts, type MigrationRunResult, PLATFORM_TARGET, runDown, runUp } from './migration-run.js';
import { recordPlace, runPlace } from './place-run.js';
import { type MigrationRunReport, runReport } from './run-report.js';
import { type MigrationState, stateOfMigrations } from './migration-state.js';

/** What is settled before a run begins. */
interface Prepared {
  readonly history: MigrationHistory;
  readonly targets: readonly MigrationTarget[];
}

/**
 * Runs migrations: one runner at a time, each migration once per place, whatever dies in between. All methods translate the driver's errors.
 */
export class MigrationRunner {
  readonly #environment: MigrationEnvironment;
  readonly #options: MigrationRunnerOptions;
  readonly #migrations: readonly Migration[];
  readonly #logger: Logger;

  /** @internal Made by `Mongo.migrations` only. */
  constructor(environment: MigrationEnvironment, options: MigrationRunnerOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#migrations = sortMigrations(options.migrations);
    this.#logger = environment.logger.child({ module: 'migrations' });
  }

  /**
   * Runs everything that is pending, in the order of versions. Rejects with `MigrationLockError` while another runner is at work or when it took
   * over, with `MigrationHistoryError` for a changed or late migration. Failures of migrations are in the report.
   */
  async up(options: MigrateUpOptions = {}): Promise<MigrationRunReport> {
    const migrations = this.#upTo(options.to);
    return this.#run('up', options, async (parts, { history, targets }) => {
      checkHistory(this.#migrations, history);
      const selected = selectTenantOnly(migrations, { tenant: options.tenant, history });
      const result = await runUp({ ...parts, migrations: selected }, { retryFailed: options.retryFailed ?? false });
      if (parts.writes) await this.#healVersions(targets);
      return result;
    });
  }

  /** Takes the newest versions back that are in place anywhere. Rejects as {@link up} does. */
  async down(options: MigrateDownOptions): Promise<MigrationRunReport> {
    const { steps } = options;
    if (!Number.isInteger(steps) || steps < 1) throw invalid('/steps', 'must be an integer from 1');
    return this.#run('down', options, (parts, { history, targets }) => {
      checkHistory(this.#migrations, history);
      const there = this.#migrations.filter((migration) =>
        (migration.scope === 'platform' ? [PLATFORM_TARGET] : targets).some((target) => isThere(migration, target, history)),
      );
      const selected = there.filter(({ scope }) => options.tenant === undefined || scope === 'tenant').slice(-steps);
      return runDown({ ...parts, migrations: selected });
    });
  }

  /** How far every migration is, and who is at work. Reads only. */
  status(): Promise<MigrationState> {
    return this.#translating(async () => {
      const { history, targets } = await this.#prepare(undefined);
      return stateOfMigrations(this.#migrations, { history, targets, lock: await lockHolder(this.#rows(migrationLock)) });
    });
  }

  async #run(
    direction: 'up' | 'down',
    options: MigrateUpOptions | MigrateDownOptions,
    work: (parts: Omit<MigrationRunParts, 'migrations'>, prepared: Prepared) => Promise<MigrationRunResult>,
  ): Promise<MigrationRunReport> {
    const { tenants } = this.#options;
    const common = { tenants, waves: options, onProgress: options.onProgress ?? (() => undefined) };
    const place = { environment: this.#environment, options: this.#options, direction, logger: this.#logger };
    return this.#translating(async () => {
      if (options.dryRun === true) {
        const said = new Set<string>();
        const runOne: RunOne = (migration, target) => recordPlace(place, { migration, target }, said);
        const prepared = await this.#prepare(options.tenant);
        const result = await work({ ...common, ...prepared, runOne: observed(runOne, common.onProgress), writes: false }, prepared);
        return runReport(result.places, { direction, dryRun: true, ...(result.stopped && { stopped: result.stopped }) });
      }
      await this.#environment.mongo.ensure(MIGRATION_COLLECTIONS);
      const { owner } = this.#options;
      const { clock } = this.#environment;
      const lock = await acquireMigrationLock(this.#rows(migrationLock), { owner, clock, logger: this.#logger });
      try {
        const journal = new MigrationJournal(this.#rows(migrationHistory), { lock, clock, owner });
        const prepared = await this.#prepare(options.tenant);
        const runOne: RunOne = async (migration, target) => (await runPlace(place, { migration, target }, { lock, journal })).report;
        const result = await work({ ...common, ...prepared, runOne: observed(runOne, common.onProgress), writes: true }, prepared);
        const facts = { ...(result.stopped && { stopped: result.stopped }), ...(lock.takenOver && { takenOver: lock.takenOver }) };
        return runReport(result.places, { direction, dryRun: false, ...facts });
      } finally {
        await lock.release();
      }
    });
  }

  async #prepare(tenantId: TenantId | undefined): Promise<Prepared> {
    const history = await readHistory(this.#rows(migrationHistory));
    const all = await tenantTargets(this.#options.tenants);
    if (tenantId === undefined) return { history, targets: all };
    const target = targetOf(all, tenantId);
    if (target !== undefined) return { history, targets: [target] };
    throw new NotFoundError(
      'No tenant of this id has data of its own. Tenants of the shared database migrate together: run without a tenant.',
    );
  }

  /** Notes versions that a killed run reached and did not note. */
  async #healVersions(targets: readonly MigrationTarget[]): Promise<void> {
    const history = await readHistory(this.#rows(migrationHistory));
    for (const target of targets) {
      const reached = versionReached(this.#migrations, target, history);
      if (target.place !== 'platform' && reached > target.schemaVersion) await this.#options.tenants.recordVersion(target.place, reached);
    }
  }

  #upTo(to: string | undefined): readonly Migration[] {
    if (to === undefined) return this.#migrations;
    const last = this.#migrations.find(({ version }) => version === to);
    if (last === undefined) throw invalid('/to', `must be one of ${this.#migrations.map(({ version }) => version).join(', ')}`);
    return this.#migrations.filter(({ number }) => number <= last.number);
  }

  #rows(definition: typeof migrationHistory | typeof migrationLock) {
    return rowsOf(this.#environment, platformNamespace(definition.database, definition.name, this.#environment));
  }

  async #translating<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw translateDriverError(error, { collection: migrationHistory.name, operation: 'migrate' });
    }
  }
}

/** For one tenant only tenant migrations run, and only as far as the platform is. */
function selectTenantOnly(
  migrations: readonly Migration[],
  { tenant, history }: { tenant: TenantId | undefined; history: MigrationHistory },
): readonly Migration[] {
  if (tenant === undefined) return migrations;
  const open = migrations.find(
    (migration) => migration.scope === 'platform' && statusOf(migration, PLATFORM_TARGET, history) !== 'succeeded',
  );
  const selected = migrations.filter(({ scope, number }) => scope === 'tenant' && (open === undefined || number < open.number));
  if (open === undefined || selected.length > 0) return selected;
  const message = `${open.version} comes first and is about the platform. Run without a tenant.`;
  throw new MigrationHistoryError(message, { reason: 'out_of_order', versions: [open.version] });
}

function observed(runOne: RunOne, onProgress: MigrationRunParts['onProgress']): RunOne {
  return async (migration, target) => {
    const report = await runOne(migration, target);
    onProgress(report);
    return report;
  };
}

function invalid(field: string, message: string): ValidationError {
  return new ValidationError([{ field, code: 'migration', message }]);
}
