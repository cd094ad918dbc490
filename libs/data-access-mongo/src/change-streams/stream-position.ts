import { type Collection } from 'mongodb';
import { type Clock, ConflictError, type Logger } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { Lease, type LeaseHolder, type LeaseTimes } from '../leases/lease.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { resumeTokens } from './stream-collections.js';
import { type StreamPosition } from './change-source.js';

/** Another process follows the stream, or took over from this one. */
export class StreamLeaseError extends ConflictError {
  /** Whether it was this process's before. */
  readonly lost: boolean;

  constructor(message: string, { lost, cause }: { lost: boolean; cause?: unknown }) {
    super(message, { code: 'RES_STATE', cause, details: { reason: lost ? 'stream_lease_lost' : 'stream_lease_held' } });
    this.lost = lost;
  }
}

export interface OwnerOptions extends LeaseTimes {
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The right to follow one stream, together with how far it got. Both lie in one row, and a position is written only where the row still names
 * this owner and its fence: an owner that slept past its lease cannot move the position of its successor.
 */
export class OwnedPosition {
  readonly lease: Lease;
  readonly #rows: Collection<StoredDocument>;
  readonly #clock: Clock;

  private constructor(rows: Collection<StoredDocument>, lease: Lease, clock: Clock) {
    this.#rows = rows;
    this.lease = lease;
    this.#clock = clock;
  }

  /** Rejects with {@link StreamLeaseError} while another process follows the stream. */
  static async take(rows: Collection<StoredDocument>, stream: string, options: OwnerOptions): Promise<OwnedPosition> {
    const lease = await translated('lease', () =>
      Lease.acquire(rows, {
        ...options,
        id: stream,
        firstFields: { token: null, operation_time: null },
        heldError: (holder, cause) => heldBy(stream, holder, cause),
        lostError: () =>
          new StreamLeaseError(`The lease of the stream "${stream}" ran out, and another process may follow it.`, { lost: true }),
      }),
    );
    return new OwnedPosition(rows, lease, options.clock);
  }

  /** What was saved last, by whichever owner. */
  async read(): Promise<StreamPosition> {
    const row = await translated('read', () => this.#rows.findOne({ _id: this.lease.guard._id }, { readPreference: 'primary' }));
    const { token, operation_time: at } = (row ?? {}) as { token?: string | null; operation_time?: Date | null };
    return { token: token ?? undefined, operationTime: at ?? undefined };
  }

  /** Rejects with {@link StreamLeaseError}, and writes nothing, when the stream is another owner's by now. */
  async save({ token, operationTime }: StreamPosition): Promise<void> {
    this.lease.assertHeld();
    const change = { token: token ?? null, operation_time: operationTime ?? null, updated_at: new Date(this.#clock.now()) };
    const { matchedCount } = await translated('save', () => this.#rows.updateOne({ ...this.lease.guard }, { $set: change }));
    // The row itself says whose it is.
    if (matchedCount === 0) await this.lease.confirm();
  }

  release(): Promise<void> {
    return translated('release', () => this.lease.release());
  }
}

function heldBy(stream: string, holder: LeaseHolder | undefined, cause: unknown): StreamLeaseError {
  return new StreamLeaseError(`${holder?.owner ?? 'Another process'} follows the stream "${stream}".`, { lost: false, cause });
}

async function translated<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw translateDriverError(error, { collection: resumeTokens.name, operation });
  }
}
