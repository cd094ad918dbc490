/**
 * Which records of one partition are finished. Records finish in any order; what may be committed is the position behind the longest
 * finished beginning, so that a restart repeats work and never skips any. Finishing in order costs a comparison per record.
 */
export class OffsetTracker {
  #pending: string[] = [];
  /** Pending records before this index are finished and count as committable. */
  #front = 0;
  /** Finished ones behind the front. */
  readonly #finished = new Set<string>();
  #committable: string | undefined;

  /** Takes note of records about to be worked on, in offset order. Those that are known already are left as they are. */
  begin(offsets: readonly string[]): void {
    this.#pending = this.#pending.slice(this.#front);
    this.#front = 0;
    const known = new Set(this.#pending);
    for (const offset of offsets) if (!known.has(offset) && !this.isFinished(offset)) this.#pending.push(offset);
  }

  finish(offset: string): void {
    if (this.#pending[this.#front] !== offset) {
      this.#finished.add(offset);
      return;
    }
    this.#advance(offset);
    for (let next = this.#pending[this.#front]; next !== undefined && this.#finished.delete(next); next = this.#pending[this.#front]) {
      this.#advance(next);
    }
  }

  /** Whether the record was finished already: on a repeated fetch it is passed over. */
  isFinished(offset: string): boolean {
    return (this.#committable !== undefined && isAtMost(offset, this.#committable)) || this.#finished.has(offset);
  }

  /** Offset of the last record of the finished beginning; `undefined` before there is one. */
  get lastFinished(): string | undefined {
    return this.#committable;
  }

  /** Begun and not finished. */
  get unfinished(): number {
    return this.#pending.length - this.#front - this.#finished.size;
  }

  #advance(offset: string): void {
    this.#committable = offset;
    this.#front += 1;
  }
}

/** Compares two decimal numbers of up to 64 bits as text: without leading zeros the longer one is the larger one. */
const isAtMost = (a: string, b: string): boolean => (a.length === b.length ? a <= b : a.length < b.length);

/** The position to commit after a record: Kafka's committed offset is the next one to read. */
export const positionAfter = (offset: string): string => (BigInt(offset) + 1n).toString();
