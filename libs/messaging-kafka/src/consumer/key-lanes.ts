import { murmur2 } from '../client/murmur2.js';

/**
 * Works on several records at once while those of one key keep their order: a key always falls into the same lane, and a lane does one
 * thing after the other. Records without a key go round.
 */
export class KeyLanes {
  readonly #tails: Promise<unknown>[];
  #nextKeyless = 0;

  constructor(lanes: number) {
    this.#tails = Array.from({ length: lanes }, () => Promise.resolve());
  }

  /** The lane of a key; callers use it to stop what follows a failed record. */
  laneOf(key: Uint8Array | null): number {
    if (key === null) return this.#nextKeyless++ % this.#tails.length;
    return (murmur2(key) & 0x7fffffff) % this.#tails.length;
  }

  /** Runs `work` after everything that was given to the lane before, whether that failed or not. Settles as `work` does. */
  run<Result>(lane: number, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails[lane] ?? Promise.resolve();
    const done = before.then(work, work);
    this.#tails[lane] = done.catch(() => undefined);
    return done;
  }
}
