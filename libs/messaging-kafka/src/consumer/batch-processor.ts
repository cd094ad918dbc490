import { type Logger, TimeoutError, withTimeout } from '@caas/runtime';
import { type KafkaMetrics } from '../client/metrics.js';
import { type ChunkWorker } from './chunk-worker.js';
import { type FetchedBatch } from './fetched-batch.js';
import { keepAlive } from './keep-alive.js';
import { OffsetTracker, positionAfter } from './offset-tracker.js';
import { type ConsumerOptions } from './options.js';
import { type RawRecord } from './raw-record.js';
import { type RecordDecoder } from './record-decoder.js';
import { type ConsumerDefinition } from './types.js';

export interface BatchProcessorOptions {
  readonly definition: ConsumerDefinition;
  readonly options: ConsumerOptions;
  readonly worker: ChunkWorker;
  /** Decoder and family of a topic. */
  decoderOf(topic: string): { readonly decoder: RecordDecoder; readonly family: string };
  readonly metrics: KafkaMetrics;
  readonly logger: Logger;
  /** Whether somebody asked for a pause of the topic. */
  readonly isPaused: (topic: string) => boolean;
  /** A chunk exceeded its time limit: the process should end. */
  readonly onStuck: (error: Error) => void;
}

interface PartitionState {
  readonly tracker: OffsetTracker;
  failures: number;
  timer?: NodeJS.Timeout;
}

/** Takes fetched batches through the worker, chunk by chunk, commits after each, and puts partitions aside whose chunk must be redone. */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  readonly #states = new Map<string, PartitionState>();
  #abort = new AbortController();
  #inflight = 0;

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  /** Partitions that wait for another try. */
  get waitingPartitions(): number {
    return [...this.#states.values()].filter((state) => state.timer !== undefined).length;
  }

  /** Records in handlers now. */
  get inflightRecords(): number {
    return this.#inflight;
  }

  /** Forgets all partitions: the assignment is a new one, and what was finished but not committed is fetched again. */
  reset(): void {
    for (const state of this.#states.values()) clearTimeout(state.timer);
    this.#states.clear();
  }

  /** Tells handlers that their work is given up. */
  abort(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /**
   * Resolves when the batch is finished or put aside. Rejects with the failure of a heartbeat, after what was begun is finished and
   * committed: the client library then joins the group again.
   */
  async process(batch: FetchedBatch): Promise<void> {
    const { definition, options } = this.#options;
    const size = definition.chunkRecordsMax ?? 500;
    for (let start = 0; start < batch.records.length; start += size) {
      if (this.#isStopped(batch)) return;
      await batch.heartbeat();
      const state = this.#stateOf(batch);
      const chunk = batch.records.slice(start, start + size);
      const { result: redo, heartbeatFailure } = await keepAlive(
        this.#work(chunk, batch, state),
        () => batch.heartbeat(),
        options.heartbeatIntervalMs,
      );
      await this.#commit(batch, state.tracker);
      if (redo === undefined) state.failures = 0;
      else this.#putAside(batch, state, redo.error);
      if (heartbeatFailure !== undefined) throw heartbeatFailure as Error;
      if (redo !== undefined) return;
    }
  }

  #isStopped(batch: FetchedBatch): boolean {
    if (!batch.isCurrent() || !batch.isOwned()) return true;
    if (!this.#options.isPaused(batch.topic)) return false;
    batch.pause();
    return true;
  }

  async #work(chunk: readonly RawRecord[], batch: FetchedBatch, { tracker }: PartitionState): Promise<{ error: unknown } | undefined> {
    const { definition, worker, metrics, onStuck } = this.#options;
    const limitMs = definition.chunkTimeoutMs ?? 300_000;
    const { decoder, family } = this.#options.decoderOf(batch.topic);
    const started = performance.now();
    this.#inflight += chunk.length;
    try {
      return await withTimeout(
        limitMs,
        worker.work(chunk, { batch, tracker, decoder, family, signal: this.#abort.signal }),
        () => new TimeoutError(`A chunk of ${batch.topic} took longer than ${limitMs} ms.`),
      );
    } catch (error) {
      this.abort();
      onStuck(error as Error);
      return { error };
    } finally {
      this.#inflight -= chunk.length;
      metrics.consumerProcessSeconds.labels(definition.group, family).observe((performance.now() - started) / 1_000);
    }
  }

  /** Commits the finished beginning. A refusal means that the partition went to somebody else, who repeats the work. */
  async #commit(batch: FetchedBatch, tracker: OffsetTracker): Promise<void> {
    const last = tracker.lastFinished;
    if (last === undefined || !batch.isOwned()) return;
    batch.resolve(last);
    const status = await batch.commit(positionAfter(last));
    this.#options.metrics.consumerCommits.labels(this.#options.definition.group, status).inc();
  }

  /** The partition rests, then its position is fetched again. Others go on. */
  #putAside(batch: FetchedBatch, state: PartitionState, error: unknown): void {
    const { definition, options, logger, isPaused } = this.#options;
    const { topic, partition } = batch;
    state.failures += 1;
    const ceilingMs = Math.min(options.redoMinMs * 2 ** (state.failures - 1), options.redoMaxMs);
    const pauseMs = Math.ceil(ceilingMs * (0.5 + Math.random() / 2));
    logger.warn({ err: error, group: definition.group, topic, partition, failures: state.failures, pause_ms: pauseMs }, 'chunk put aside');
    const resume = batch.pause();
    state.timer = setTimeout(() => {
      delete state.timer;
      if (!isPaused(topic)) resume();
    }, pauseMs);
  }

  #stateOf({ topic, partition }: FetchedBatch): PartitionState {
    const name = `${topic}/${partition}`;
    let state = this.#states.get(name);
    if (state === undefined) this.#states.set(name, (state = { tracker: new OffsetTracker(), failures: 0 }));
    return state;
  }
}
