import { type GroupLag } from '@caas/messaging-kafka';
import { type Clock, type Logger } from '@caas/runtime';

/** One look at the lag. */
interface Sample {
  readonly at: number;
  readonly lag: readonly GroupLag[];
}

/** How far a group is behind in a topic, now and before. */
export interface LagSeries {
  readonly group: string;
  readonly topic: string;
  /** The oldest first; 0 where the pair was not known yet. */
  readonly records: readonly number[];
}

export interface LagHistoryOptions {
  readonly measure: () => Promise<readonly GroupLag[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
}

const EVERY_MS = 10_000;
/** An hour, when each look is answered at once. */
const SAMPLES_MAX = 360;

/**
 * What the lag of consumer groups was since the console was started, at most an hour of it, in memory: for more there are the metrics. The next look begins when the
 * last one has ended and its time has passed, so that a slow cluster is not asked more and more.
 */
export class LagHistory {
  readonly #options: LagHistoryOptions;
  readonly #samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #looking: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(options: LagHistoryOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.look().finally(() => {
      this.#looking = undefined;
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(), this.#options.everyMs ?? EVERY_MS);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Measures once. Never rejects: what failed is told by {@link failure}. */
  async look(): Promise<void> {
    const { measure, clock, logger } = this.#options;
    try {
      this.#samples.push({ lag: await measure(), at: clock.now() });
      if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      logger.warn({ err: error }, 'the lag of consumer groups could not be measured');
    }
  }

  /** Why the last look failed, if it did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Since when there are samples, and when the last one was taken. */
  get span(): { readonly from: Date; readonly to: Date } | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    return first === undefined || last === undefined ? undefined : { from: new Date(first.at), to: new Date(last.at) };
  }

  /** Every pair of group and topic that the last look knows, the furthest behind first. */
  series(): readonly LagSeries[] {
    const keyed = this.#samples.map(({ lag }) => new Map(lag.map((one) => [keyOf(one), one.records])));
    const latest = this.#samples.at(-1)?.lag ?? [];
    return latest
      .map(({ group, topic }) => ({ group, topic, records: keyed.map((sample) => sample.get(keyOf({ group, topic })) ?? 0) }))
      .toSorted((one, other) => (other.records.at(-1) ?? 0) - (one.records.at(-1) ?? 0) || keyOf(one).localeCompare(keyOf(other)));
  }

  /** All of it together, the oldest first. */
  total(): readonly number[] {
    return this.#samples.map(({ lag }) => lag.reduce((sum, { records }) => sum + records, 0));
  }
}

const keyOf = ({ group, topic }: { group: string; topic: string }): string => `${topic} ${group}`;
