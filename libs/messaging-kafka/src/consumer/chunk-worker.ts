import { isRetryable, type Logger } from '@caas/runtime';
import { type DeadLetterWriter } from '../dead-letters/dead-letter-writer.js';
import { type DeadLetterCategory } from '../dead-letters/categories.js';
import { type Envelope } from '../definitions/envelope.js';
import { DecodeFailure } from '../registry/decode-failure.js';
import { type FetchedBatch } from './fetched-batch.js';
import { KeyLanes } from './key-lanes.js';
import { type OffsetTracker } from './offset-tracker.js';
import { headerText, type RawRecord } from './raw-record.js';
import { type RecordDecoder } from './record-decoder.js';
import { type ConsumerContext, type ConsumerDefinition, type DecodedRecord } from './types.js';

/** How a record left the consumer. */
export type RecordResult = 'ok' | 'dlq' | 'skipped';

export interface ChunkWorkerOptions {
  readonly definition: ConsumerDefinition;
  readonly deadLetters: DeadLetterWriter;
  readonly logger: Logger;
  /** Told once per record that is finished; `timestamp` is the event's own, where there is one. Must not throw. */
  onFinished?(family: string, type: string, result: RecordResult, timestamp: number | undefined): void;
}

/** Where the records of a chunk come from. */
export interface ChunkPlace {
  readonly batch: FetchedBatch;
  readonly tracker: OffsetTracker;
  readonly decoder: RecordDecoder;
  readonly family: string;
  readonly signal: AbortSignal;
}

/** A record before and after decoding. */
interface Item {
  readonly raw: RawRecord;
  readonly record: DecodedRecord;
}

/** One chunk being worked on. */
interface Chunk extends ChunkPlace {
  readonly items: Item[];
  readonly context: ConsumerContext;
  /** Offsets of records that the handler itself sent to the dead letters. */
  readonly buried: Set<string>;
  /** The first error that asks for the rest to be done again. */
  redo?: { readonly error: unknown };
}

/** Decodes chunks, gives them to the handler, and sends what cannot be handled to the dead letters. Shared by all partitions of a consumer. */
export class ChunkWorker {
  readonly #options: ChunkWorkerOptions;
  readonly #lanes: KeyLanes;
  readonly #types: ReadonlySet<string> | undefined;

  constructor(options: ChunkWorkerOptions) {
    this.#options = options;
    this.#lanes = new KeyLanes(options.definition.shape === 'each' ? options.definition.lanes : 1);
    this.#types = options.definition.types === undefined ? undefined : new Set(options.definition.types);
  }

  /**
   * Works through the records; never rejects. Finished ones are noted in the tracker. Resolves with the error that stopped it when the rest
   * must be done again later, and with `undefined` when all are finished or the partition is lost.
   */
  async work(records: readonly RawRecord[], place: ChunkPlace): Promise<{ error: unknown } | undefined> {
    const { tracker } = place;
    tracker.begin(records.map((record) => record.offset));
    const items: Item[] = [];
    const buried = new Set<string>();
    const chunk: Chunk = { ...place, items, buried, context: this.#contextFor(place, items, buried) };
    await this.#decode(
      records.filter((record) => !tracker.isFinished(record.offset)),
      chunk,
    );
    if (items.length > 0) await (this.#options.definition.shape === 'batch' ? this.#handle(items, chunk) : this.#each(chunk));
    return chunk.redo;
  }

  /** Fills in the readable records. The others go to the dead letters meanwhile; a registry that does not answer ends the chunk early. */
  async #decode(due: readonly RawRecord[], chunk: Chunk): Promise<void> {
    const burials: Promise<void>[] = [];
    for (const raw of due) {
      if (this.#isSkipped(raw)) {
        this.#finish(chunk, raw, 'skipped');
        continue;
      }
      try {
        const decoded = chunk.decoder.decode(raw);
        chunk.items.push({ raw, record: decoded instanceof Promise ? await decoded : decoded });
      } catch (error) {
        if (!(error instanceof DecodeFailure)) {
          chunk.redo = { error };
          break;
        }
        burials.push(this.#bury(chunk, { raw }, error, error.category));
      }
    }
    await Promise.all(burials);
  }

  #isSkipped(raw: RawRecord): boolean {
    if (this.#types === undefined) return false;
    const type = headerText(raw.headers, 'event_type');
    return type !== undefined && !this.#types.has(type);
  }

  async #handle(items: readonly Item[], chunk: Chunk): Promise<void> {
    const { definition } = this.#options;
    if (definition.shape !== 'batch' || !chunk.batch.isOwned()) return;
    try {
      await definition.handle(
        items.map(({ record }) => record),
        chunk.context,
      );
    } catch (error) {
      if (isRetryable(error)) {
        chunk.redo ??= { error };
        return;
      }
      return this.#handleAlone(items, chunk, error);
    }
    for (const item of items) this.#finishItem(chunk, item);
  }

  /** One of the records fails for good, and the handler cannot say which: each gets a chunk of its own. */
  async #handleAlone(items: readonly Item[], chunk: Chunk, error: unknown): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) return this.#bury(chunk, only, error, 'non_retryable');
    for (const item of items) {
      await this.#handle([item], chunk);
      if (chunk.redo !== undefined) return;
    }
  }

  /** Runs the lanes. A lane in which a record must be done again does nothing more of this chunk; the others go on. */
  async #each(chunk: Chunk): Promise<void> {
    const stopped = new Set<number>();
    const runs = chunk.items.map((item) => {
      const lane = this.#lanes.laneOf(item.raw.key);
      return this.#lanes.run(lane, async () => {
        if (stopped.has(lane) || !chunk.batch.isOwned()) return;
        if (!(await this.#one(item, chunk))) stopped.add(lane);
      });
    });
    await Promise.all(runs);
  }

  /** Whether the record is finished, one way or the other. */
  async #one(item: Item, chunk: Chunk): Promise<boolean> {
    const { definition } = this.#options;
    if (definition.shape !== 'each') return false;
    try {
      await definition.each(item.record, chunk.context);
    } catch (error) {
      if (isRetryable(error)) chunk.redo ??= { error };
      else await this.#bury(chunk, item, error, 'non_retryable');
      return chunk.tracker.isFinished(item.raw.offset);
    }
    this.#finishItem(chunk, item);
    return true;
  }

  /** Writes a dead letter and finishes the record; when the broker does not take it, the record stays and is done again. */
  async #bury(chunk: Chunk, item: Partial<Item> & Pick<Item, 'raw'>, error: unknown, category: DeadLetterCategory): Promise<void> {
    const { definition, deadLetters, logger } = this.#options;
    const { topic, partition, offset } = item.raw;
    try {
      await deadLetters.write(
        item.raw,
        { group: definition.group, error, category, failedAt: Date.now() },
        chunk.family,
        envelopeOf(item.record),
      );
    } catch (unwritten) {
      chunk.redo ??= { error: unwritten };
      return;
    }
    logger.warn({ err: error, group: definition.group, topic, partition, offset, category }, 'dead letter');
    this.#finish(chunk, item.raw, 'dlq', item.record);
  }

  #finishItem(chunk: Chunk, { raw, record }: Item): void {
    this.#finish(chunk, raw, chunk.buried.has(raw.offset) ? 'dlq' : 'ok', record);
  }

  #finish(chunk: Chunk, raw: RawRecord, result: RecordResult, record?: DecodedRecord): void {
    chunk.tracker.finish(raw.offset);
    const envelope = envelopeOf(record);
    this.#options.onFinished?.(chunk.family, envelope?.type ?? record?.kind ?? 'unknown', result, envelope?.timestamp);
  }

  #contextFor({ batch, family, signal }: ChunkPlace, items: readonly Item[], buried: Set<string>): ConsumerContext {
    const { definition, deadLetters, logger } = this.#options;
    const { group } = definition;
    return {
      group,
      topic: batch.topic,
      partition: batch.partition,
      logger,
      signal,
      isOwned: () => batch.isOwned(),
      deadLetter: async (record, error, reason) => {
        const item = items.find((candidate) => candidate.record === record);
        if (item === undefined) throw new TypeError('Only records of the present chunk can become dead letters.');
        const stage = reason?.stage === undefined ? {} : { stage: reason.stage };
        const failure = { group, error, category: 'non_retryable', failedAt: Date.now(), ...stage } as const;
        await deadLetters.write(item.raw, failure, family, envelopeOf(record));
        buried.add(item.raw.offset);
      },
    };
  }
}

const envelopeOf = (record: DecodedRecord | undefined): Envelope | undefined => (record?.kind === 'event' ? record.envelope : undefined);
