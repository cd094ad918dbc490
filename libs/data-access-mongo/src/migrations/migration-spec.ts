import { type MigrationContext } from './migration-context.js';

/** `platform`: runs once. `tenant`: runs in the shared database and in the place of each tenant that has its own. */
export type MigrationScope = 'platform' | 'tenant';

/** One direction of a migration. Must succeed from any state that an earlier, interrupted run of itself can have left. */
export type MigrationStep = (context: MigrationContext) => Promise<void>;

export interface MigrationSpec {
  /** `V` and at least three digits. Given once, never changed: the order of migrations is the order of these numbers. */
  readonly version: string;
  /** snake_case, says what changes. */
  readonly name: string;
  readonly scope: MigrationScope;
  /**
   * Runs in one transaction together with its entry in the history: all or nothing. For a few documents: no collection, index or backfill may
   * be touched inside. On a server without transactions the steps run one after another.
   */
  readonly transactional?: boolean;
  readonly up: MigrationStep;
  /** Takes back what `up` did, as far as no data of users goes with it; throws and says why where it cannot. */
  readonly down: MigrationStep;
}
