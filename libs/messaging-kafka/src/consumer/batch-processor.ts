import { AppError, type Clock, type Logger, systemClock, TimeoutError, withTimeout } from '@caas/runtime';
import { type KafkaMetrics } from '../client/metrics.js';
import { parseTopic } from '../definitions/topic-names.js';
import { failureClassOf } from '../retry/failure-class.js';
import { type ChunkPlace } from './chunk.js';
import { type Arrival, type CrashGuard } from './crash-guard.js';
import { type ChunkWorker } from './chunk-worker.js';
import { type FetchedBatch } from './fetched-batch.js';
import { keepAlive } from './keep-alive.js';
import { OffsetTracker, positionAfter } from './offset-tracker.js';
import { type ConsumerOptions } from './options.js';
import { type RawRecord } from './raw-record.js';
import { type ConsumerDefinition } from './types.js';

export interface BatchProcessorOptions {
  readonly definition: ConsumerDefinition;
  readonly options: ConsumerOptions;
  readonly worker: ChunkWorker;
  readonly decoderOf: ChunkPlace['decoderOf'];
  readonly guard?: CrashGuard;
  /** Epoch milliseconds before which a record is not to be tried: of retry topics only. */
  readonly dueAt?: (record: RawRecord) => number;
  readonly metrics: KafkaMetrics;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Whether somebody asked for a pause of the topic. */
  readonly isPaused: (topic: string) => boolean;
  /** A chunk exceeded its time limit: the process should end. */
  readonly onStuck: (error: Error) => void;
}

interface PartitionState {
  readonly tracker: OffsetTracker;
  failures: number;
  /** Epoch milliseconds since which the first unfinished record of what was fetched can be handled. */
  waitingSince?: number;
  /** Whether a first chunk was worked on since the partition was taken over. */
  hasBegun: boolean;
  /** While the partition rests: what ends that, and whether it waits for a dependency. */
  waiting?: { readonly timer: NodeJS.Timeout; readonly forDependency: boolean; readonly end: () => void };
}

/** Takes fetched batches through the worker, chunk by chunk, commits after each, and puts partitions aside whose chunk must be redone. */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  readonly #states = new Map<string, PartitionState>();
  #abort = new AbortController();
  #inflight = 0;
  #isStuck = false;

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  /** Partitions that wait for another try. */
  get waitingPartitions(): number {
    return [...this.#states.values()].filter(({ waiting }) => waiting !== undefined).length;
  }

  /** Records in handlers now. */
  get inflightRecords(): number {
    return this.#inflight;
  }

  /** Since when the first unfinished record of a partition waits to be handled, as epoch milliseconds; `undefined` while none is here. */
  waitingSince(topic: string, partition: number): number | undefined {
    return this.#states.get(`${topic}/${partition}`)?.waitingSince;
  }

  /** Forgets all partitions: the assignment is a new one, and what was finished but not committed is fetched again. */
  reset(): void {
    for (const { waiting } of this.#states.values()) clearTimeout(waiting?.timer);
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
    const state = this.#stateOf(batch);
    const { guard, definition } = this.#options;
    let suspected = false;
    for (let start = 0, size = 0; start < batch.records.length; start += size) {
      this.#note(batch.records[start], state);
      if (this.#isStopped(batch)) return;
      await batch.heartbeat();
      const { chunk: due, dueInMs } = this.#due(batch.records.slice(start, start + (definition.chunkRecordsMax ?? 500)));
      const [first] = due;
      if (first === undefined) return this.#rest(batch, state, { ms: dueInMs ?? 0, forDependency: false });
      const watch: CrashGuard | undefined = guard !== undefined && (suspected || !state.hasBegun) ? guard : undefined;
      const arrival: Arrival | undefined = await watch?.begin(first);
      suspected ||= arrival?.isSuspect === true;
      const chunk = suspected ? [first] : due;
      size = chunk.length;
      const isDone = await this.#chunk(batch, state, { chunk, ...arrival });
      // One that never comes back ends the process as surely as a crash does.
      if (!this.#isStuck) await watch?.end(first);
      state.hasBegun = true;
      if (!isDone) return;
    }
    delete state.waitingSince;
  }

  #note(record: RawRecord | undefined, state: PartitionState): void {
    if (record !== undefined) state.waitingSince = Math.max(record.producedAt, this.#options.dueAt?.(record) ?? 0);
  }

  /** Works on a chunk and commits. Whether all of it is finished; if not, it is fetched again, after a rest where it asks for one. */
  async #chunk(batch: FetchedBatch, state: PartitionState, work: { chunk: readonly RawRecord[] } & Partial<Arrival>): Promise<boolean> {
    const { options } = this.#options;
    const { result: redo, heartbeatFailure } = await keepAlive(this.#work(work, batch, state), () => batch.heartbeat(), {
      intervalMs: options.heartbeatIntervalMs,
      // The group waits for this member, so work that was begun has a limit.
      onFailed: () => setTimeout(() => this.abort(), options.drainMs),
    });
    await this.#commit(batch, state.tracker);
    // What was given up in between is fetched again; going on would put the next chunk before it.
    const isDone = redo === undefined && state.tracker.unfinished === 0;
    if (redo !== undefined) this.#putAside(batch, state, redo.error);
    else if (isDone) this.#succeeded(state);
    if (heartbeatFailure !== undefined) throw heartbeatFailure as Error;
    return isDone;
  }

  /** The beginning of the records that may be tried now, and after how long the next one may. */
  #due(records: readonly RawRecord[]): { chunk: readonly RawRecord[]; dueInMs?: number } {
    const { dueAt, clock = systemClock } = this.#options;
    if (dueAt === undefined) return { chunk: records };
    const now = clock.now();
    const first = records.findIndex((record) => dueAt(record) > now);
    const [early] = first < 0 ? [] : records.slice(first);
    return early === undefined ? { chunk: records } : { chunk: records.slice(0, first), dueInMs: dueAt(early) - now };
  }

  /** What is back for one partition is back for all that wait for it. */
  #succeeded(state: PartitionState): void {
    state.failures = 0;
    for (const { waiting } of this.#states.values()) if (waiting?.forDependency === true) waiting.end();
  }

  #isStopped(batch: FetchedBatch): boolean {
    if (!batch.isCurrent() || !batch.isOwned()) return true;
    if (!this.#options.isPaused(batch.topic)) return false;
    batch.pause();
    return true;
  }

  async #work(
    { chunk, poison }: { chunk: readonly RawRecord[] } & Partial<Arrival>,
    batch: FetchedBatch,
    { tracker }: PartitionState,
  ): Promise<{ error: unknown } | undefined> {
    const { definition, worker, metrics, onStuck } = this.#options;
    const limitMs = definition.chunkTimeoutMs ?? 300_000;
    const family = parseTopic(batch.topic)?.family ?? batch.topic;
    const started = performance.now();
    this.#inflight += chunk.length;
    try {
      return await withTimeout(
        limitMs,
        worker.work(chunk, { batch, tracker, decoderOf: this.#options.decoderOf, signal: this.#abort.signal, ...(poison && { poison }) }),
        () => new TimeoutError(`A chunk of ${batch.topic} took longer than ${limitMs} ms.`),
      );
    } catch (error) {
      this.#isStuck = true;
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
    const { definition, options, logger } = this.#options;
    const { topic, partition } = batch;
    state.failures += 1;
    const ceilingMs = Math.min(options.redoMinMs * 2 ** (state.failures - 1), options.redoMaxMs);
    const ms = Math.min(Math.max(Math.ceil(ceilingMs * (0.5 + Math.random() / 2)), openFor(error)), options.redoMaxMs);
    logger.warn({ err: error, group: definition.group, topic, partition, failures: state.failures, pause_ms: ms }, 'chunk put aside');
    this.#rest(batch, state, { ms, forDependency: failureClassOf(error) === 'dependency' });
  }

  #rest(batch: FetchedBatch, state: PartitionState, { ms, forDependency }: { ms: number; forDependency: boolean }): void {
    const resume = batch.pause();
    const end = (): void => {
      clearTimeout(timer);
      delete state.waiting;
      if (!this.#options.isPaused(batch.topic)) resume();
    };
    const timer = setTimeout(end, ms);
    state.waiting = { timer, forDependency, end };
  }

  #stateOf({ topic, partition }: FetchedBatch): PartitionState {
    const name = `${topic}/${partition}`;
    let state = this.#states.get(name);
    if (state === undefined) this.#states.set(name, (state = { tracker: new OffsetTracker(), failures: 0, hasBegun: false }));
    return state;
  }
}

/** How long an open circuit lets nothing through: a try before that is lost. */
const openFor = (error: unknown): number =>
  error instanceof AppError && error.details.reason === 'circuit_open' ? (error.details.retryAfterSeconds ?? 0) * 1_000 : 0;
