import {
  type AnnouncedChange,
  AppError,
  type ChangeProof,
  type Clock,
  DuplicateKeyError,
  isRetryable,
  type Logger,
  type OutboxEntry,
  type OutboxStore,
} from '@caas/runtime';
import { type NewDocumentOf } from '../definition/document-types.js';
import { op } from '../repository/operators.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type eventOutbox } from './event-outbox.collection.js';

/** How often a writer looks for the next free place behind others that write events of its key. */
const PLACES_TRIED_MAX = 50;
/** How often a transaction is begun anew because another one took the place. */
const TRANSACTIONS_MAX = 5;

export interface OutboxParts {
  readonly rows: PlatformRepository<typeof eventOutbox>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hasTransactions: boolean;
  readonly insideTransaction: () => boolean;
  readonly withTransaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/**
 * Events in `event_outbox`. Every event takes the next place of its key, and the unique index over places makes two writers of one key take turns: in a
 * transaction the second one meets a conflict and is repeated, without one it tries the place after.
 */
export class MongoOutbox implements OutboxStore {
  readonly #parts: OutboxParts;
  #ticks = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  async commit<Result>({ entries, proof, inSteps = false, write }: AnnouncedChange<Result>): Promise<Result> {
    const { hasTransactions, insideTransaction, withTransaction } = this.#parts;
    if (inSteps || !hasTransactions) return this.#commitInSteps({ entries, proof, write });
    for (let begun = 1; ; begun += 1) {
      try {
        return await withTransaction(async () => {
          const result = await write();
          for (const entry of entries) await this.#insert(entry, null);
          return result;
        });
      } catch (error) {
        // MongoDB calls this a write conflict and repeats by itself; others call it a taken key. A transaction of the caller's is the caller's to repeat.
        if (!isTakenPlace(error) || insideTransaction() || begun >= TRANSACTIONS_MAX) throw error;
      }
    }
  }

  async add(entries: readonly OutboxEntry[]): Promise<void> {
    for (const entry of entries) {
      if (await this.#parts.rows.exists({ event_id: entry.eventId }, { readFrom: 'primary' })) continue;
      await this.#insert(entry, null);
    }
  }

  /**
   * Pending events, then the change, then the word that it was made. A writer that dies before the change leaves pending events of a change that never was,
   * one that dies after it those of a change that was: the relay tells them apart by the proof.
   */
  async #commitInSteps<Result>({ entries, proof, write }: AnnouncedChange<Result>): Promise<Result> {
    const { rows } = this.#parts;
    const eventIds = entries.map(({ eventId }) => eventId);
    for (const entry of entries) await this.#insert(entry, proof);
    let result: Result;
    try {
      result = await write();
    } catch (error) {
      // Of an unknown outcome the proof decides later.
      if (isKnownFailure(error)) await this.#forget(eventIds);
      throw error;
    }
    if (eventIds.length === 0) return result;
    const { matched } = await rows.updateMany({ event_id: op.in(eventIds) }, { set: { state: 'ready' } });
    // A writer that slept so long that the relay took its change for one that never was.
    if (matched < eventIds.length) await this.add(entries);
    return result;
  }

  async #forget(eventIds: readonly string[]): Promise<void> {
    const { rows, logger } = this.#parts;
    if (eventIds.length === 0) return;
    await rows.deleteMany({ event_id: op.in(eventIds), state: 'pending' }).catch((error: unknown) => {
      logger.warn({ err: error, event_ids: eventIds }, 'events of a change that was not made stay until the relay removes them');
    });
  }

  async #insert(entry: OutboxEntry, proof: ChangeProof | null): Promise<void> {
    const { rows, clock, insideTransaction } = this.#parts;
    const row = rowOf(entry, proof, new Date(clock.now()));
    for (let tried = 1; ; tried += 1) {
      const order = await this.#nextPlace(row);
      try {
        await rows.insert({ ...row, order });
        return;
      } catch (error) {
        // In a transaction the error has ended it; whoever began it repeats the whole.
        if (insideTransaction() || !(error instanceof DuplicateKeyError) || tried >= PLACES_TRIED_MAX) throw error;
        // The same event, from an attempt whose outcome was open: it is decided by its proof.
        if (await rows.exists({ event_id: entry.eventId }, { readFrom: 'primary' })) return;
      }
    }
  }

  async #nextPlace({ topic, key }: Pick<Row, 'topic' | 'key'>): Promise<number> {
    const { rows, clock } = this.#parts;
    this.#ticks = (this.#ticks + 1) % 1_000;
    const now = clock.now() * 1_000 + this.#ticks;
    const [last] = await rows.findMany({ topic, key }, { sort: { order: -1 }, limit: 1, select: ['order'], readFrom: 'primary' });
    return Math.max(now, (last?.order ?? 0) + 1);
  }
}

type Row = Omit<NewDocumentOf<typeof eventOutbox>, 'order'>;

function rowOf({ eventId, tenantId, family, key, envelope }: OutboxEntry, proof: ChangeProof | null, now: Date): Row {
  return {
    event_id: eventId,
    tenant_id: tenantId,
    topic: family,
    key: key ?? eventId,
    state: proof === null ? 'ready' : 'pending',
    proof: proof && { collection: proof.collection, tenant_id: proof.tenantId, id: proof.id, version: proof.version },
    payload: envelope,
    published_at: null,
    attempts: 0,
    last_error: null,
    next_attempt_at: now,
    expires_at: null,
  };
}

function isTakenPlace(error: unknown): boolean {
  return error instanceof DuplicateKeyError && error.details['index'] === 'order_of_key';
}

/** Whether an error says for sure that nothing was written. */
function isKnownFailure(error: unknown): boolean {
  return error instanceof AppError && !isRetryable(error);
}
