import { type Clock, type Logger } from '@caas/runtime';
import { type DeadLetterCategory } from '../dead-letters/categories.js';
import { type DeadLetterWriter } from '../dead-letters/dead-letter-writer.js';
import { parseTopic } from '../definitions/topic-names.js';
import { resolveDestination } from '../retry/destination.js';
import { originOf, parkingKey } from '../retry/parked-keys.js';
import { type RetryAccess } from '../retry/retry-access.js';
import { type Chunk, envelopeOf, type Fetched, type Item, type RecordResult, tracedOf } from './chunk.js';
import { type DecodedRecord } from './types.js';

export interface RecordRouterOptions {
  /** Whose records these are; also when they come from its retry topics. */
  readonly group: string;
  readonly deadLetters: Pick<DeadLetterWriter, 'write' | 'resolve'>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Absent for a group without retry topics. */
  readonly retries?: RetryAccess;
  /** From 0 to below 1; spreads pauses. */
  readonly random?: () => number;
  /** Told once per record that is finished; `timestamp` is the event's own, where there is one. Must not throw. */
  onFinished?(family: string, type: string, result: RecordResult, timestamp: number | undefined): void;
}

interface Burial {
  readonly error: unknown;
  readonly category: DeadLetterCategory;
  readonly stage?: string;
}

/** What became of a failed record: done with, to be tried again after a pause, or left for the next fetch of its partition. */
export type Settled = 'finished' | 'unfinished' | { readonly againMs: number };

/**
 * Takes records to where they go: finished, a retry topic, the dead letters. A record is finished only once whatever was written about it is
 * acknowledged; when the broker takes nothing, the chunk is done again.
 */
export class RecordRouter {
  readonly #options: RecordRouterOptions;
  readonly #random: () => number;

  constructor(options: RecordRouterOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  get group(): string {
    return this.#options.group;
  }

  get retries(): RetryAccess | undefined {
    return this.#options.retries;
  }

  /** Identity of the record's key for order; `undefined` without a key. */
  keyOf(item: Fetched): string | undefined {
    const { origin } = tracedOf(item);
    return parkingKey(origin.topic, origin.key);
  }

  /** Whether an earlier record of the same key waits in a retry topic, so that this one has to go there as well. */
  isParked(item: Item): boolean {
    const parked = this.#options.retries?.parked;
    if (parked === undefined || parked.isEmpty) return false;
    const { tier, origin } = tracedOf(item);
    return parked.isParked(this.keyOf(item), tier) || parked.isWaiting(originOf(origin), tier);
  }

  /**
   * Sends a record after the one it must not overtake, unless it went there before. Due at once: what lies before it in the topic holds it back.
   * Whether it is finished.
   */
  async follow(item: Item, chunk: Chunk): Promise<boolean> {
    const { clock, retries } = this.#options;
    const { tier, passes, origin } = tracedOf(item);
    if (retries?.parked.isWaiting(originOf(origin), tier) === true) {
      this.note(item, chunk, 'retried');
      return true;
    }
    return this.#forward(item, chunk, { tier: tier + 1, passes, notBefore: clock.now() });
  }

  /** Decides on a failed try, the `tries`th since the record was fetched, and carries the decision out. */
  async settle(item: Item, chunk: Chunk, { error, tries }: { error: unknown; tries: number }): Promise<Settled> {
    if (!chunk.batch.isOwned()) return 'unfinished';
    const { retries, clock } = this.#options;
    const { passes, tier } = tracedOf(item);
    const destination = resolveDestination({ error, tries, passes, tier }, retries?.policy, this.#random());
    switch (destination.kind) {
      case 'again':
        return { againMs: destination.delayMs };
      case 'pause':
        chunk.redo ??= { error };
        return 'unfinished';
      case 'dead_letter':
        return (await this.bury(item, chunk, { error, category: destination.category })) ? 'finished' : 'unfinished';
      case 'finished':
        await this.finish(item, chunk, destination.result);
        return chunk.tracker.isFinished(item.raw.offset) ? 'finished' : 'unfinished';
      case 'tier': {
        const notBefore = clock.now() + (retries?.policy.tierDelaysMs[destination.tier - 1] ?? 0);
        const forwarded = await this.#forward(item, chunk, { tier: destination.tier, passes: destination.passes, notBefore, error });
        return forwarded ? 'finished' : 'unfinished';
      }
    }
  }

  /** Writes a dead letter and finishes the record. Whether that worked; when it did not, the chunk is to be done again. */
  async bury(item: Fetched & { readonly record?: DecodedRecord }, chunk: Chunk, failure: Burial): Promise<boolean> {
    const { logger, group } = this.#options;
    const { topic, partition, offset } = tracedOf(item).origin;
    try {
      await this.writeDeadLetter(item, failure);
    } catch (unwritten) {
      chunk.redo ??= { error: unwritten };
      return false;
    }
    logger.warn({ err: failure.error, group, topic, partition, offset, category: failure.category }, 'dead letter');
    this.note(item, chunk, 'dlq');
    return true;
  }

  /** Resolves once the dead letter is acknowledged; the record is not finished by it. */
  writeDeadLetter(item: Fetched & { readonly record?: DecodedRecord }, failure: Burial): Promise<void> {
    const { deadLetters, group, clock } = this.#options;
    const traced = tracedOf(item);
    return deadLetters.write(traced, { ...failure, group, failedAt: clock.now() }, familyOf(traced.origin.topic), envelopeOf(item.record));
  }

  /** The record was handled. Without a promise unless it is a replayed dead letter, whose row has to hear of it. */
  finish(item: Item, chunk: Chunk, result: RecordResult = 'ok'): Promise<void> | undefined {
    if (chunk.buried.has(item.raw.offset)) this.note(item, chunk, 'dlq');
    else if (item.traced?.dlqId !== undefined) return this.#resolve(item, chunk, result);
    else this.note(item, chunk, result);
    return undefined;
  }

  /** Notes that nothing is left to do for a record. */
  note({ raw, traced, record }: Fetched & { readonly record?: DecodedRecord }, chunk: Chunk, result: RecordResult): void {
    chunk.tracker.finish(raw.offset);
    const envelope = envelopeOf(record);
    const family = record?.family ?? familyOf(traced?.origin.topic ?? raw.topic);
    this.#options.onFinished?.(family, envelope?.type ?? record?.kind ?? 'unknown', result, envelope?.timestamp);
  }

  async #resolve(item: Item, chunk: Chunk, result: RecordResult): Promise<void> {
    const { deadLetters, group, clock } = this.#options;
    try {
      await deadLetters.resolve(tracedOf(item), { group, at: clock.now() });
    } catch (unwritten) {
      chunk.redo ??= { error: unwritten };
      return;
    }
    this.note(item, chunk, result);
  }

  async #forward(
    item: Item,
    chunk: Chunk,
    { tier, ...onward }: { tier: number; passes: number; notBefore: number; error?: unknown },
  ): Promise<boolean> {
    const { retries, group, clock, logger } = this.#options;
    if (retries === undefined || !chunk.batch.isOwned()) return false;
    const traced = tracedOf(item);
    try {
      const place = await retries.forwarder.forward(traced, tier, { group, now: clock.now(), ...onward });
      retries.parked.note({ ...place, key: this.keyOf(item), origin: originOf(traced.origin) });
    } catch (unwritten) {
      retries.parked.invalidate();
      chunk.redo ??= { error: unwritten };
      return false;
    }
    const { topic, partition, offset } = traced.origin;
    if (onward.error !== undefined) logger.warn({ err: onward.error, group, topic, partition, offset, tier }, 'record parked');
    this.note(item, chunk, 'retried');
    return true;
  }
}

const familyOf = (topic: string): string => parseTopic(topic)?.family ?? topic;
