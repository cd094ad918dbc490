import { type Collection } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { RETRY_PRESETS, retryDelayMs } from '../client/retry-presets.js';
import { pause } from '../change-streams/pause.js';
import { OwnedPosition, StreamLeaseError } from '../change-streams/stream-position.js';
import { type LeaseTimes } from '../leases/lease.js';
import { type Passage, type PublishParts, publishLines } from './publish-lines.js';
import { type RelayHealth, type RelayState } from './relay-health.js';

/** Its row among those of the streams: the relay follows a collection like they do. */
const LEASE = 'outbox-relay';
const BACKLOG_MAX = 10_000;

export interface RelayTimes extends LeaseTimes {
  /** How often one that stands by asks for the lease. */
  readonly standbyMs: number;
  /** Between two looks at the queue, where the server tells of new rows. */
  readonly sweepMs: number;
  /** Between two looks, where it does not. */
  readonly pollMs: number;
  /** Between two questions whether the log is back. */
  readonly logMs: number;
  /** Events of one look. */
  readonly batch: number;
}

/** A killed relay is replaced within 20 s; a row whose news got lost waits 5 s. */
export const RELAY_TIMES: RelayTimes = {
  leaseMs: 15_000,
  heartbeatMs: 4_000,
  marginMs: 5_000,
  standbyMs: 5_000,
  sweepMs: 5_000,
  pollMs: 500,
  logMs: 1_000,
  batch: 500,
};

export interface RelayParts extends PublishParts {
  /** Rows of `_resume_tokens`. */
  readonly leaseRows: Collection<StoredDocument>;
  /** Names the process. */
  readonly owner: string;
  readonly times: RelayTimes;
  /** Tells of new rows until the signal ends it; absent where the server cannot. */
  readonly watch?: (onNews: () => void, signal: AbortSignal) => Promise<void>;
}

/**
 * Publishes the outbox: one process at a time, by a lease; the others stand by. At least once, in the order of each key: a row is marked after the
 * acknowledgement, so one that was killed in between is published again, as the same event. While the log is away nothing is read.
 */
export class OutboxRelay {
  readonly #parts: RelayParts;
  readonly #stop = new AbortController();
  #state: RelayState = 'stopped';
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #facts: Omit<RelayHealth, 'status' | 'state'> = { waiting: 0, oldestSeconds: 0, blocked: 0 };
  #wake: () => void = () => undefined;
  #hasNews = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Begins. Needs neither the database nor the log to be there. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends after the events under way, which are marked, and gives the lease back. Safe without a start, and again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    this.#become('stopped');
  }

  health(): RelayHealth {
    const isWell = this.#state === 'standby' || (this.#state === 'active' && this.#facts.blocked === 0);
    return { status: isWell ? 'healthy' : 'degraded', state: this.#state, ...this.#facts };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { logger, times } = this.#parts;
    while (!signal.aborted) {
      try {
        await this.#own();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StreamLeaseError && !error.lost) {
          this.#become('standby');
          await pause(times.standbyMs, signal);
          continue;
        }
        this.#failures += 1;
        this.#become('failing');
        logger.error({ err: error, failures: this.#failures }, 'the outbox relay failed and begins again');
        await pause(retryDelayMs(RETRY_PRESETS.STANDARD, this.#failures), signal);
      }
    }
  }

  async #own(): Promise<void> {
    const { leaseRows, owner, clock, logger, times, watch } = this.#parts;
    const owned = await OwnedPosition.take(leaseRows, LEASE, { ...times, owner, clock, logger });
    const watching = new AbortController();
    const watched = watch === undefined ? Promise.resolve() : this.#follow(watch, watching.signal);
    try {
      this.#become('active');
      while (!this.#stop.signal.aborted) {
        this.#hasNews = false;
        await this.#pass(() => {
          this.#stop.signal.throwIfAborted();
          owned.lease.assertHeld();
        });
        this.#failures = 0;
        await this.#news(watch === undefined ? times.pollMs : times.sweepMs);
      }
    } finally {
      watching.abort();
      await watched;
      // Without this another process has to wait for the end of the lease, and nothing worse.
      await owned.release().catch((error: unknown) => logger.warn({ err: error }, 'the lease of the outbox relay was not given back'));
    }
  }

  /** Goes once through everything that waits. Waits itself while the log is away. */
  async #pass(assertActive: () => void): Promise<void> {
    const { queue, times } = this.#parts;
    const passage: Passage = { assertActive, blocked: new Set() };
    for (let from = 0; ;) {
      assertActive();
      const events = await queue.next(from, times.batch);
      if (!(await this.#publish(events, passage))) return;
      const [first, last] = [events[0], events.at(-1)];
      if (first === undefined || last === undefined || events.length < times.batch) break;
      from = first.order === last.order ? last.order + 1 : last.order;
    }
    await this.#measure(passage.blocked.size);
  }

  /** False when the log was away: then it is there again, and the pass begins anew. */
  async #publish(events: Parameters<typeof publishLines>[0], passage: Passage): Promise<boolean> {
    try {
      await publishLines(events, passage, this.#parts);
      return true;
    } catch (error) {
      if (await this.#parts.publisher.isAvailable()) throw error;
      await this.#awaitLog(error, passage);
      this.#hasNews = true;
      return false;
    }
  }

  async #awaitLog(error: unknown, { assertActive }: Passage): Promise<void> {
    const { logger, times, publisher } = this.#parts;
    logger.warn({ err: error }, 'the outbox waits for Kafka');
    this.#become('waiting_for_log');
    while (!(await publisher.isAvailable())) {
      await pause(times.logMs, this.#stop.signal);
      assertActive();
    }
    this.#become('active');
    logger.info('the outbox goes on');
  }

  async #measure(blocked: number): Promise<void> {
    const { queue, clock, metrics } = this.#parts;
    const { waiting, oldest } = await queue.backlog(BACKLOG_MAX);
    const oldestSeconds = oldest === undefined ? 0 : Math.max(0, (clock.now() - oldest.getTime()) / 1_000);
    metrics.setBacklog({ waiting, oldestSeconds });
    this.#facts = { waiting, oldestSeconds: Math.round(oldestSeconds), blocked };
  }

  /** Resolves with news, when the time is up, and with the stop. */
  #news(ms: number): Promise<void> {
    if (this.#hasNews || this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** News are a courtesy: where following fails, the sweep finds the rows. */
  async #follow(watch: NonNullable<RelayParts['watch']>, signal: AbortSignal): Promise<void> {
    const onNews = (): void => {
      this.#hasNews = true;
      this.#wake();
    };
    while (!signal.aborted) {
      await watch(onNews, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#parts.logger.warn({ err: error }, 'the outbox is not followed for a while');
      });
      await pause(this.#parts.times.sweepMs, signal);
    }
  }

  #become(state: RelayState): void {
    this.#state = state;
    this.#parts.metrics.setActive(state === 'active');
  }
}
