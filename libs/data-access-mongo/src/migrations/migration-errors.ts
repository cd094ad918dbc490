import { ConflictError } from '@caas/runtime';

/** Somebody else migrates, or took over from this runner. */
export class MigrationLockError extends ConflictError {
  constructor(message: string, { reason, cause }: { reason: 'migration_lock_held' | 'migration_lease_lost'; cause?: unknown }) {
    super(message, { code: 'RES_STATE', details: { reason }, cause });
  }
}

/** The history and the migrations of this build do not fit together: one was changed after it ran, or comes before one that ran. */
export class MigrationHistoryError extends ConflictError {
  constructor(message: string, details: { reason: 'checksum_changed' | 'out_of_order' | 'failed_before'; versions: readonly string[] }) {
    super(message, { code: 'RES_STATE', details });
  }
}
