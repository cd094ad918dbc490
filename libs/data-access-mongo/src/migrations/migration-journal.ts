import { type ClientSession, type Collection, MongoServerError } from 'mongodb';
import { type Clock } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { DUPLICATE_KEY } from '../repository/driver-errors.js';
import { type Migration } from './define-migration.js';
import { type MigrationStatus } from './migration-collections.js';
import { type MigrationPlace } from './migration-context.js';
import { MigrationLockError } from './migration-errors.js';
import { type MigrationLock } from './migration-lock.js';

/** One row of the history. */
export interface MigrationEntry {
  _id: string;
  __v: number;
  created_at: Date;
  updated_at: Date;
  version: string;
  name: string;
  scope: 'platform' | 'tenant';
  tenant_id: string | null;
  checksum: string;
  status: MigrationStatus;
  direction: 'up' | 'down';
  fence: number;
  attempts: number;
  applied_by: string;
  started_at: Date;
  duration_ms: number | null;
  error: string | null;
  positions: { backfill: string; id: string }[];
}

/** The id of a row: `V006:tenant:shared`. Unique by being the id. */
export function entryId({ version, scope }: Pick<Migration, 'version' | 'scope'>, place: MigrationPlace): string {
  return scope === 'platform' ? `${version}:platform` : `${version}:tenant:${place}`;
}

/** Every row, by id. */
export async function readHistory(collection: Collection<StoredDocument>): Promise<Map<string, MigrationEntry>> {
  const rows = collection as unknown as Collection<MigrationEntry>;
  const entries = new Map<string, MigrationEntry>();
  for await (const row of rows.find({}, { readPreference: 'primary', batchSize: 1_000 }).sort({ version: 1, _id: 1 }))
    entries.set(row._id, row);
  return entries;
}

/** How a migration in one place ended. */
export interface MigrationResult {
  readonly status: Exclude<MigrationStatus, 'pending' | 'running'>;
  readonly durationMs: number;
  readonly error?: string;
}

/** Writes the history of one run. Every write carries the fence of the lock: after a takeover it changes nothing and rejects. */
export class MigrationJournal {
  readonly #rows: Collection<MigrationEntry>;
  readonly #lock: MigrationLock;
  readonly #clock: Clock;
  readonly #owner: string;

  constructor(collection: Collection<StoredDocument>, options: { lock: MigrationLock; clock: Clock; owner: string }) {
    this.#rows = collection as unknown as Collection<MigrationEntry>;
    this.#lock = options.lock;
    this.#clock = options.clock;
    this.#owner = options.owner;
  }

  /** Claims the row by its unique id. Positions of backfills are kept when the same direction was begun and not finished. */
  async start(migration: Migration, place: MigrationPlace, direction: 'up' | 'down'): Promise<MigrationEntry> {
    await this.#lock.confirm();
    const _id = entryId(migration, place);
    const known = await this.#rows.findOne({ _id }, { readPreference: 'primary' });
    const resumes = known?.direction === direction && (known.status === 'running' || known.status === 'failed');
    const now = new Date(this.#clock.now());
    const { version, name, scope, checksum } = migration;
    const change = {
      version,
      name,
      scope,
      checksum,
      direction,
      tenant_id: place === 'platform' || place === 'shared' ? null : place,
      status: 'running' as const,
      fence: this.#lock.fence,
      applied_by: this.#owner,
      started_at: now,
      duration_ms: null,
      error: null,
      updated_at: now,
      positions: resumes ? known.positions : [],
    };
    const claimed = await this.#fenced(() =>
      this.#rows.findOneAndUpdate(
        { _id, fence: { $lte: this.#lock.fence } },
        { $set: change, $inc: { attempts: 1, __v: 1 }, $setOnInsert: { created_at: now } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    if (claimed === null) throw lost();
    return claimed;
  }

  /** Keeps how far the backfills got. */
  async savePositions({ _id }: Pick<MigrationEntry, '_id'>, positions: MigrationEntry['positions']): Promise<void> {
    await this.#write(_id, { positions });
  }

  /** Writes the result, inside the transaction of the session when there is one. */
  async finish({ _id }: Pick<MigrationEntry, '_id'>, result: MigrationResult, session?: ClientSession): Promise<void> {
    if (session === undefined) await this.#lock.confirm();
    const { status, durationMs, error } = result;
    await this.#write(_id, { status, duration_ms: durationMs, error: error?.slice(0, 1_000) ?? null }, session);
  }

  async #write(_id: string, change: Readonly<Record<string, unknown>>, session?: ClientSession): Promise<void> {
    this.#lock.assertHeld();
    const set = { ...change, updated_at: new Date(this.#clock.now()) };
    const filter = { _id, fence: this.#lock.fence, status: 'running' as const };
    const options = session === undefined ? {} : { session };
    const { matchedCount } = await this.#rows.updateOne(filter, { $set: set, $inc: { __v: 1 } }, options);
    if (matchedCount === 0) throw lost();
  }

  /** An upsert that meets its own id met a row with a higher fence. */
  async #fenced<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof MongoServerError && error.code === DUPLICATE_KEY ? lost(error) : error;
    }
  }
}

function lost(cause?: unknown): MigrationLockError {
  const message = 'Another runner took over this migration. Its result counts; this one writes nothing more.';
  return new MigrationLockError(message, { reason: 'migration_lease_lost', cause });
}
