import { type Collection } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { Lease, leaseHolder, type LeaseHolder, type LeaseOptions, type LeaseTimes } from '../leases/lease.js';
import { MigrationLockError } from './migration-errors.js';

export { type LeaseHolder as LockHolder, type TakenOver } from '../leases/lease.js';

const TIMES: LeaseTimes = { leaseMs: 60_000, heartbeatMs: 20_000, marginMs: 10_000 };
const LOCK_ID = 'migrations';

/** `owner` names the runner: host, process. */
export type LockOptions = Pick<LeaseOptions, 'owner' | 'clock' | 'logger'>;

/** The right to migrate: a lease of 60 s, renewed every 20 s. Throws and rejects with {@link MigrationLockError}. */
export type MigrationLock = Lease;

/**
 * Takes the lock by one atomic upsert. Rejects with {@link MigrationLockError} while another runner holds it. An expired lease is taken over, with
 * a warning in the log and in `takenOver`.
 */
export function acquireMigrationLock(collection: Collection<StoredDocument>, options: LockOptions): Promise<MigrationLock> {
  return Lease.acquire(collection, { ...options, ...TIMES, id: LOCK_ID, heldError: held, lostError: lost });
}

/** Who holds the lock according to the server, expired leases included. */
export function lockHolder(collection: Collection<StoredDocument>): Promise<LeaseHolder | undefined> {
  return leaseHolder(collection, LOCK_ID);
}

function held(holder: LeaseHolder | undefined, cause: unknown): MigrationLockError {
  const by = holder === undefined ? 'Another runner' : `${holder.owner}, since ${holder.since.toISOString()},`;
  const until = holder === undefined ? '' : ` Its lease lasts until ${holder.leaseUntil.toISOString()} and is renewed while it lives.`;
  return new MigrationLockError(`${by} is migrating.${until}`, { reason: 'migration_lock_held', cause });
}

function lost(): MigrationLockError {
  const message = 'The lease of this migration runner ran out, and another may be at work. Nothing more is written; run it again.';
  return new MigrationLockError(message, { reason: 'migration_lease_lost' });
}
