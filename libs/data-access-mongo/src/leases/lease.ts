import { type Collection, MongoServerError } from 'mongodb';
import { type Clock, type Logger } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { DUPLICATE_KEY } from '../repository/driver-errors.js';

/** How long a lease lasts, in milliseconds. */
export interface LeaseTimes {
  /** How long it outlives its owner. */
  readonly leaseMs: number;
  /** How often its owner renews it; well below the rest. */
  readonly heartbeatMs: number;
  /** The owner stops this much before others may take over, so that clocks may differ by as much. */
  readonly marginMs: number;
}

/** Whose expired lease was taken over. */
export interface TakenOver {
  readonly owner: string;
  readonly expiredAt: Date;
}

/** Who holds a lease, for operators; `undefined` while nobody does. */
export interface LeaseHolder {
  readonly owner: string;
  readonly since: Date;
  readonly leaseUntil: Date;
}

/** What a lease needs of its row; the row may have more. */
export interface LeaseRow {
  _id: string;
  __v: number;
  created_at: Date;
  updated_at: Date;
  owner: string | null;
  fence: number;
  acquired_at: Date;
  lease_until: Date;
}

export interface LeaseOptions extends LeaseTimes {
  /** Id of the row. */
  readonly id: string;
  /** Names the process. Two processes never have the same. */
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the row has besides, when this is the first owner ever. */
  readonly firstFields?: Readonly<Record<string, unknown>>;
  /** What is thrown while another owner holds it. */
  readonly heldError: (holder: LeaseHolder | undefined, cause: unknown) => Error;
  /** What is thrown to an owner that has lost it, or may have. */
  readonly lostError: () => Error;
}

/** The filter that lets a write through only while the lease is this owner's. */
export interface LeaseGuard {
  readonly _id: string;
  readonly owner: string;
  readonly fence: number;
}

/**
 * The right to do something alone: one row, one owner, a term that a heartbeat renews, and a fence number that grows with every owner. What the
 * owner writes carries the fence, so that an owner that slept past its term cannot write over its successor.
 */
export class Lease {
  readonly fence: number;
  readonly takenOver: TakenOver | undefined;
  readonly #rows: Collection<LeaseRow>;
  readonly #options: LeaseOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #validUntil: number;
  #lost = false;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(rows: Collection<LeaseRow>, options: LeaseOptions, held: { fence: number; from: number; takenOver?: TakenOver }) {
    this.#rows = rows;
    this.#options = options;
    this.fence = held.fence;
    this.takenOver = held.takenOver;
    this.#validUntil = held.from + options.leaseMs - options.marginMs;
    // A renewal that fails is tried again by the next one; what counts is whether one came through in time.
    this.#heartbeat = setInterval(() => {
      this.#renewing = this.renew().catch((error: unknown) => this.#warn(error));
    }, options.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Takes the lease by one atomic upsert. Rejects with `heldError` while another owner has it. An expired one is taken over, with a warning in the log. */
  static async acquire(collection: Collection<StoredDocument>, options: LeaseOptions): Promise<Lease> {
    const rows = collection as unknown as Collection<LeaseRow>;
    const { id, owner, clock, logger, leaseMs, firstFields } = options;
    const from = clock.now();
    const now = new Date(from);
    const before = await rows
      .findOneAndUpdate(
        { _id: id, $or: [{ owner: null }, { lease_until: { $lte: now } }] },
        {
          $set: { owner, acquired_at: now, lease_until: new Date(from + leaseMs), updated_at: now },
          $inc: { fence: 1, __v: 1 },
          $setOnInsert: { ...firstFields, created_at: now },
        },
        { upsert: true, returnDocument: 'before' },
      )
      .catch(async (error: unknown) => {
        // The row exists and the filter did not match it: the upsert met its own id.
        if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
        throw options.heldError(await leaseHolder(collection, id), error);
      });
    const takenOver = before === null || before.owner === null ? undefined : { owner: before.owner, expiredAt: before.lease_until };
    if (takenOver !== undefined) {
      logger.warn(
        { lease: id, owner: takenOver.owner, expired_at: takenOver.expiredAt.toISOString() },
        'took over the lease of an owner whose term had expired',
      );
    }
    return new Lease(rows, options, { fence: (before?.fence ?? 0) + 1, from, ...(takenOver && { takenOver }) });
  }

  /** For the filter of a write to the row of the lease itself: matches only while it is this owner's. */
  get guard(): LeaseGuard {
    return { _id: this.#options.id, owner: this.#options.owner, fence: this.fence };
  }

  /** Extends the term. Rejects with `lostError` when somebody took over. */
  async renew(): Promise<void> {
    const { clock, leaseMs, marginMs } = this.#options;
    const from = clock.now();
    const change = { $set: { lease_until: new Date(from + leaseMs), updated_at: new Date(from) } };
    const { matchedCount } = await this.#rows.updateOne(this.guard, change);
    if (matchedCount === 0) this.#lost = true;
    else this.#validUntil = from + leaseMs - marginMs;
    this.assertHeld();
  }

  /** Throws `lostError` once somebody took over or may have done so. Costs nothing. */
  assertHeld(): void {
    if (this.#options.clock.now() >= this.#validUntil) this.#lost = true;
    if (this.#lost) throw this.#options.lostError();
  }

  /** The same, asking the server. For right before something is written. */
  async confirm(): Promise<void> {
    this.assertHeld();
    const row = await this.#rows.findOne({ _id: this.#options.id }, { readPreference: 'primary' });
    if (row?.owner !== this.#options.owner || row.fence !== this.fence) this.#lost = true;
    this.assertHeld();
  }

  /** Gives the lease back, unless it is somebody else's by now. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#renewing; // one after the other: nothing may bring the owner back
    const change = { $set: { owner: null, updated_at: new Date(this.#options.clock.now()) } };
    await this.#rows.updateOne(this.guard, change);
  }

  #warn(error: unknown): void {
    this.#options.logger.warn({ err: error, lease: this.#options.id }, 'the lease was not renewed');
  }
}

/** Who holds the lease according to the server, expired ones included. */
export async function leaseHolder(collection: Collection<StoredDocument>, id: string): Promise<LeaseHolder | undefined> {
  const row = await (collection as unknown as Collection<LeaseRow>).findOne({ _id: id }, { readPreference: 'primary' });
  if (row === null || row.owner === null) return undefined;
  return { owner: row.owner, since: row.acquired_at, leaseUntil: row.lease_until };
}
