import { type Clock, UnavailableError } from '@caas/runtime';
import { type PartitionCounts } from './admin-connection.js';

const REFRESH_AFTER_MS = 300_000;
const MISS_PAUSE_MS = 1_000;

/**
 * How many partitions each topic has, kept in memory. Known topics are answered at once, also while the cluster does not answer; what is
 * older than five minutes is fetched again in the background, so that added partitions are noticed.
 */
export class TopicDirectory {
  readonly #fetch: () => Promise<PartitionCounts>;
  readonly #clock: Clock;
  #counts: PartitionCounts = new Map();
  #fetchedAt = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(fetch: () => Promise<PartitionCounts>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** Partitions of a known topic; `undefined` for one that {@link load} may know. */
  known(topic: string): number | undefined {
    if (this.#clock.now() - this.#fetchedAt > REFRESH_AFTER_MS && this.#fetchedAt > 0) void this.#refresh().catch(() => undefined);
    return this.#counts.get(topic);
  }

  /** Asks the cluster. Rejects with an `UnavailableError` when it does not answer or there is no such topic. */
  async load(topic: string): Promise<number> {
    // A topic that does not exist must not cost a request per record.
    if (this.#clock.now() - this.#fetchedAt > MISS_PAUSE_MS) await this.#refresh();
    const partitions = this.#counts.get(topic);
    if (partitions !== undefined) return partitions;
    throw new UnavailableError(`There is no topic ${topic}.`, { details: { reason: 'TOPIC_MISSING', retryAfterSeconds: 5 } });
  }

  /** Forgets the age of what is known, so that the next miss asks again. */
  expire(): void {
    this.#fetchedAt = Math.min(this.#fetchedAt, 0);
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch()
      .then((counts) => {
        this.#counts = counts;
        this.#fetchedAt = this.#clock.now();
      })
      .finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }
}
