import { type QueuedRecord } from './transport.js';

/** First in, first out, with constant-time `take`: the front moves through the array, which is cut when half of it is spent. */
export class RecordQueue {
  #records: QueuedRecord[] = [];
  #front = 0;

  get size(): number {
    return this.#records.length - this.#front;
  }

  push(record: QueuedRecord): void {
    this.#records.push(record);
  }

  /** The oldest records up to both limits, but at least one when there is one. */
  take(limits: { readonly recordsMax: number; readonly bytesMax: number }): QueuedRecord[] {
    let end = this.#front;
    let bytes = 0;
    for (; end < this.#records.length && end - this.#front < limits.recordsMax; end += 1) {
      bytes += this.#records[end]?.bytes ?? 0;
      if (bytes > limits.bytesMax && end > this.#front) break;
    }
    const taken = this.#records.slice(this.#front, end);
    this.#front = end;
    this.#compact();
    return taken;
  }

  #compact(): void {
    if (this.#front === this.#records.length) {
      this.#records = [];
      this.#front = 0;
    } else if (this.#front * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#front);
      this.#front = 0;
    }
  }
}
