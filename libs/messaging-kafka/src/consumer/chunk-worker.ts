import { type Clock, type Logger, PoisonPillError, systemClock } from '@caas/runtime';
import { DecodeFailure } from '../registry/decode-failure.js';
import { type RetryAccess } from '../retry/retry-access.js';
import { trace } from '../retry/retry-headers.js';
import { parseRetryTopic } from '../retry/retry-topics.js';
import { BatchDispatch } from './batch-dispatch.js';
import { type Chunk, type ChunkPlace, type Fetched, type Item } from './chunk.js';
import { KeyLanes } from './key-lanes.js';
import { headerText, type RawRecord } from './raw-record.js';
import { RecordDispatch } from './record-dispatch.js';
import { RecordRouter, type RecordRouterOptions } from './record-router.js';
import { type ConsumerContext, type ConsumerDefinition, type DecodedRecord } from './types.js';

export interface ChunkWorkerOptions {
  readonly definition: ConsumerDefinition;
  readonly deadLetters: RecordRouterOptions['deadLetters'];
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly retries?: RetryAccess;
  onFinished?: RecordRouterOptions['onFinished'];
}

/** Decodes chunks, gives them to the handler, and has the router deal with what cannot be handled. Shared by all partitions of a consumer. */
export class ChunkWorker {
  readonly #definition: ConsumerDefinition;
  readonly #logger: Logger;
  readonly #router: RecordRouter;
  readonly #dispatch: { run(items: readonly Item[], chunk: Chunk): Promise<void> };
  readonly #types: ReadonlySet<string> | undefined;

  constructor({ definition, clock = systemClock, ...options }: ChunkWorkerOptions) {
    this.#definition = definition;
    this.#logger = options.logger;
    const router = new RecordRouter({ ...options, clock, group: definition.group });
    this.#router = router;
    this.#dispatch =
      definition.shape === 'batch'
        ? new BatchDispatch({ router, handle: (records, context) => definition.handle(records, context) })
        : new RecordDispatch({
            router,
            each: (record, context) => definition.each(record, context),
            lanes: new KeyLanes(definition.lanes),
          });
    this.#types = definition.types === undefined ? undefined : new Set(definition.types);
  }

  /**
   * Works through the records; never rejects. Finished ones are noted in the tracker. Resolves with the error that stopped it when the rest
   * must be done again later, and with `undefined` when all are finished or the partition is lost.
   */
  async work(records: readonly RawRecord[], place: ChunkPlace): Promise<{ error: unknown } | undefined> {
    const { tracker } = place;
    tracker.begin(records.map((record) => record.offset));
    const shared = { items: [] as Item[], buried: new Set<string>(), failed: new Map<DecodedRecord, unknown>() };
    const chunk: Chunk = { ...place, ...shared, context: this.#contextFor(place, shared) };
    try {
      await this.#router.retries?.parked.ready();
    } catch (error) {
      return { error };
    }
    const due = records.filter((record) => !tracker.isFinished(record.offset));
    await this.#decode(due, chunk);
    if (chunk.items.length > 0 && place.batch.isOwned()) await this.#dispatch.run(chunk.items, chunk);
    return chunk.redo;
  }

  /** Fills in the readable records. The others go to the dead letters meanwhile; a registry that does not answer ends the chunk early. */
  async #decode(due: readonly RawRecord[], chunk: Chunk): Promise<void> {
    const burials: Promise<boolean>[] = [];
    const isRetry = parseRetryTopic(chunk.batch.topic) !== undefined;
    for (const raw of due) {
      const traced = isRetry ? trace(raw) : undefined;
      const fetched: Fetched = traced === undefined ? { raw } : { raw, traced };
      if (this.#isSkipped(raw)) {
        this.#router.note(fetched, chunk, 'skipped');
        continue;
      }
      try {
        if (chunk.poison !== undefined) throw chunk.poison;
        const decoded = this.#read(fetched, chunk);
        chunk.items.push({ ...fetched, record: decoded instanceof Promise ? await decoded : decoded });
      } catch (error) {
        const category = error instanceof DecodeFailure ? error.category : error instanceof PoisonPillError ? 'poison' : undefined;
        if (category === undefined) {
          chunk.redo = { error };
          break;
        }
        burials.push(this.#router.bury(fetched, chunk, { error, category }));
      }
    }
    await Promise.all(burials);
  }

  /** Reads a record as one of the topic it was written to first; the headers of a retry topic stay visible to the handler. */
  #read({ raw, traced }: Fetched, chunk: Chunk): DecodedRecord | Promise<DecodedRecord> {
    const found = chunk.decoderOf(traced?.origin.topic ?? raw.topic);
    if (found === undefined) throw new PoisonPillError('The record does not say which topic of this group it comes from.');
    return found.decoder.decode(traced === undefined ? raw : { ...traced.origin, headers: raw.headers });
  }

  #isSkipped(raw: RawRecord): boolean {
    if (this.#types === undefined) return false;
    const type = headerText(raw.headers, 'event_type');
    return type !== undefined && !this.#types.has(type);
  }

  #contextFor({ batch, signal }: ChunkPlace, { items, buried, failed }: Pick<Chunk, 'items' | 'buried' | 'failed'>): ConsumerContext {
    const itemOf = (record: DecodedRecord): Item => {
      const item = items.find((candidate) => candidate.record === record);
      if (item === undefined) throw new TypeError('Only records of the present chunk can be named.');
      return item;
    };
    return {
      group: this.#definition.group,
      topic: batch.topic,
      partition: batch.partition,
      logger: this.#logger,
      signal,
      isOwned: () => batch.isOwned(),
      fail: (record, error) => void failed.set(itemOf(record).record, error),
      deadLetter: async (record, error, reason) => {
        const item = itemOf(record);
        await this.#router.writeDeadLetter(item, { error, category: 'non_retryable', ...reason });
        buried.add(item.raw.offset);
      },
    };
  }
}
