import { type Collection } from 'mongodb';
import { type Clock, type Logger } from '@caas/runtime';
import { retryDelayMs, type RetryPreset } from '../client/retry-presets.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type LeaseTimes } from '../leases/lease.js';
import { type ChangeSource, HistoryLostError, type OpenChanges, type SourceQuery, type StreamPosition } from './change-source.js';
import { type StreamDeadLetters } from './dead-letters.js';
import { type HistoryGap, type StreamDefinition } from './define-stream.js';
import { handleBatch } from './handle-batch.js';
import { pause } from './pause.js';
import { type EventReader } from './stream-event.js';
import { judgeStream, type StreamHealth, type StreamState } from './stream-health.js';
import { type StreamMetrics } from './stream-metrics.js';
import { OwnedPosition, StreamLeaseError } from './stream-position.js';

/** Milliseconds and tries of a stream. */
export interface StreamTimes extends LeaseTimes {
  /** Between two looks whether the stream of another owner has become free. */
  readonly standbyMs: number;
  /** Between two savings of the position, at least. */
  readonly saveEveryMs: number;
  /** Of a handler. */
  readonly retry: RetryPreset;
  /** Pauses before a stream that failed is opened again; it is tried for ever. */
  readonly reopen: RetryPreset;
}

export interface RunnerParts {
  readonly source: ChangeSource;
  /** The rows of `_resume_tokens`. */
  readonly rows: Collection<StoredDocument>;
  readonly readEvent: EventReader;
  readonly deadLetters: StreamDeadLetters;
  readonly owner: string;
  readonly times: StreamTimes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StreamMetrics;
}

/** Follows one stream while this process owns it, and waits for it while another one does. */
export class StreamRunner {
  readonly #definition: StreamDefinition;
  readonly #parts: RunnerParts;
  readonly #stop = new AbortController();
  #state: StreamState = 'starting';
  #tried: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #facts: Pick<StreamHealth, 'lagSeconds' | 'lastEventAt' | 'restarts' | 'deadLetters' | 'gap'> = {
    lagSeconds: 0,
    restarts: 0,
    deadLetters: 0,
  };

  constructor(definition: StreamDefinition, parts: RunnerParts) {
    this.#definition = definition;
    this.#parts = { ...parts, deadLetters: { put: (change) => this.#keep(change, parts.deadLetters) } };
  }

  /** Begins; resolves when it was tried once: it runs, stands by, or is reopened with pauses. */
  start(): Promise<void> {
    const tried = new Promise<void>((resolve) => (this.#tried = resolve));
    this.#running = this.#run();
    return tried;
  }

  /** Ends after the batch under way, saves the position, gives the lease back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#become('stopped');
  }

  health(): StreamHealth {
    return judgeStream({ name: this.#definition.name, state: this.#state, ...this.#facts });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { logger, metrics, times } = this.#parts;
    const { name: stream } = this.#definition;
    while (!signal.aborted) {
      try {
        await this.#own();
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof StreamLeaseError && !error.lost) {
          this.#become('standby');
          await pause(times.standbyMs, signal);
          continue;
        }
        this.#failures += 1;
        this.#facts = { ...this.#facts, restarts: this.#facts.restarts + 1 };
        metrics.countRestart(stream);
        logger.error({ err: error, stream, failures: this.#failures }, 'the change stream failed and is opened again');
        this.#become('reopening');
        await pause(retryDelayMs(times.reopen, this.#failures), signal);
      }
    }
  }

  async #own(): Promise<void> {
    const { rows, owner, clock, logger, times } = this.#parts;
    const owned = await OwnedPosition.take(rows, this.#definition.name, { ...times, owner, clock, logger });
    try {
      await this.#follow(owned);
    } finally {
      // Without this another process has to wait for the end of the lease, and nothing worse.
      await owned
        .release()
        .catch((error: unknown) => logger.warn({ err: error, stream: this.#definition.name }, 'the lease was not given back'));
    }
  }

  async #follow(owned: OwnedPosition): Promise<void> {
    const { clock, logger, times } = this.#parts;
    const context = { signal: this.#stop.signal, fence: owned.lease.fence };
    const saved = await owned.read();
    const { changes, gap } = await this.#open(saved);
    const tracker = new PositionTracker(owned, { clock, everyMs: times.saveEveryMs, saved: gap?.resumedAt === 'now' ? undefined : saved });
    try {
      if (gap !== undefined) await this.#tell(gap, () => this.#definition.onGap(gap, context));
      // A first owner that dies before the first change leaves the place where its successor begins.
      await tracker.reached(changes.position, { now: true });
      this.#become('running');
      while (!this.#stop.signal.aborted) {
        const batch = await changes.next();
        const events = batch.changes.flatMap((change) => this.#parts.readEvent(change) ?? []);
        const parts = {
          ...this.#parts,
          definition: this.#definition,
          context,
          assertOwned: () => owned.lease.assertHeld(),
          retry: times.retry,
        };
        await handleBatch(events, parts);
        this.#failures = 0;
        this.#handled(events.at(-1)?.at, events.length);
        owned.lease.assertHeld();
        await tracker.reached(batch.position);
      }
    } finally {
      await changes.close().catch((error: unknown) => logger.debug({ err: error }, 'a change stream did not close cleanly'));
      await tracker
        .flush()
        .catch((error: unknown) => logger.warn({ err: error, stream: this.#definition.name }, 'the position was not saved'));
    }
  }

  async #open({ token, operationTime }: StreamPosition): Promise<{ changes: OpenChanges; gap?: HistoryGap }> {
    const { collections, operations } = this.#definition;
    const open = (from: SourceQuery['from']): Promise<OpenChanges> => this.#parts.source.open({ collections, operations, from });
    if (token === undefined && operationTime === undefined) return { changes: await open(undefined) };
    const found = token === undefined ? undefined : await orLost(open({ token }));
    if (found !== undefined) return { changes: found };
    const again = operationTime === undefined ? undefined : await orLost(open({ operationTime }));
    if (again !== undefined) return { changes: again, gap: { since: operationTime, resumedAt: 'operation_time' } };
    return { changes: await open(undefined), gap: { since: operationTime, resumedAt: 'now' } };
  }

  async #tell(gap: HistoryGap, tell: () => Promise<void> | void): Promise<void> {
    const { logger, metrics } = this.#parts;
    const { name: stream } = this.#definition;
    logger.error(
      { stream, since: gap.since?.toISOString(), resumed_at: gap.resumedAt },
      'the server no longer has the changes after the saved position',
    );
    metrics.countHistoryLost(stream, gap.resumedAt);
    this.#facts = { ...this.#facts, gap };
    await tell();
  }

  async #keep(change: Parameters<StreamDeadLetters['put']>[0], deadLetters: StreamDeadLetters): Promise<void> {
    await deadLetters.put(change);
    this.#facts = { ...this.#facts, deadLetters: this.#facts.deadLetters + 1 };
  }

  #handled(at: Date | undefined, count: number): void {
    const now = this.#parts.clock.now();
    const lagSeconds = at === undefined ? 0 : Math.max(0, Math.round((now - at.getTime()) / 1_000));
    this.#parts.metrics.setLag(this.#definition.name, lagSeconds);
    this.#facts = { ...this.#facts, lagSeconds, ...(count > 0 ? { lastEventAt: new Date(now).toISOString() } : {}) };
  }

  #become(state: StreamState): void {
    this.#state = state;
    this.#parts.metrics.setRunning(this.#definition.name, state === 'running');
    this.#tried();
  }
}

/** Saves positions not more often than it has to. */
class PositionTracker {
  readonly #owned: OwnedPosition;
  readonly #options: { clock: Clock; everyMs: number };
  #position: StreamPosition;
  #savedAt = Number.NEGATIVE_INFINITY;
  #saved = true;

  constructor(owned: OwnedPosition, { saved, ...options }: { clock: Clock; everyMs: number; saved: StreamPosition | undefined }) {
    this.#owned = owned;
    this.#options = options;
    this.#position = saved ?? { token: undefined, operationTime: undefined };
  }

  /** Everything up to there is handled. */
  async reached({ token, operationTime }: StreamPosition, { now = false } = {}): Promise<void> {
    if (token === undefined || token === this.#position.token) return;
    this.#position = { token, operationTime: operationTime ?? this.#position.operationTime };
    this.#saved = false;
    if (now || this.#options.clock.now() - this.#savedAt >= this.#options.everyMs) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#saved) return;
    await this.#owned.save(this.#position);
    this.#savedAt = this.#options.clock.now();
    this.#saved = true;
  }
}

async function orLost(opening: Promise<OpenChanges>): Promise<OpenChanges | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof HistoryLostError) return undefined;
    throw error;
  }
}
