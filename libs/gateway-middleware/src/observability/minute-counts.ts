const MINUTE_MS = 60_000;

/** Counts by name within the present minute. What cannot be told apart any more, because too many names are known, counts as one. */
export class MinuteCounts {
  readonly #namesMax: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  #minute = -1;

  constructor(namesMax: number, now: () => number = Date.now) {
    this.#namesMax = namesMax;
    this.#now = now;
  }

  /** Counts one more, and answers how many there were in this minute. */
  next(name: string): number {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts.clear();
    }
    const counted = this.#counts.has(name) || this.#counts.size < this.#namesMax ? name : '';
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    return count;
  }
}
