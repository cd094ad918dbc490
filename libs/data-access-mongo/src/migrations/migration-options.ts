import { type FaultHook } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type Migration } from './define-migration.js';
import { type MigrationTenants } from './migration-environment.js';
import { type PlaceReport } from './run-report.js';
import { type WaveOptions } from './waves.js';

/** What a runner is made for. */
export interface MigrationRunnerOptions {
  readonly migrations: readonly Migration[];
  readonly tenants: MigrationTenants;
  /** Names the runner for others and in the history: host and process. */
  readonly owner: string;
  /** Milliseconds that the slowest replica is behind, `undefined` when unknown; from `Mongo.health` unless given. Backfills wait while it is 10 s or more. */
  readonly replicationLagMs?: () => Promise<number | undefined>;
  /** Waits; the machine's own timer unless given. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly faults?: FaultHook;
}

/** What `up` takes. */
export interface MigrateUpOptions extends WaveOptions {
  /** The last version to run; all unless given. */
  readonly to?: string;
  /** Only this tenant's place, and only tenant migrations. It must have one of its own. */
  readonly tenant?: TenantId;
  /** Report what would be done; nothing is written and the lock is not taken. */
  readonly dryRun?: boolean;
  /** Try again where a migration failed; without it such places are left as they are. */
  readonly retryFailed?: boolean;
  /** Called when a migration in one place has ended. */
  readonly onProgress?: (report: PlaceReport) => void;
}

/** What `down` takes. */
export interface MigrateDownOptions extends Pick<MigrateUpOptions, 'tenant' | 'dryRun' | 'onProgress'>, WaveOptions {
  /** How many versions to take back, the newest first. */
  readonly steps: number;
}
