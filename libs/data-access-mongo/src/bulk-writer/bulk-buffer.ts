import { type Logger } from '@caas/runtime';
import { retryDelayMs, type RetryPreset } from '../client/retry-presets.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { CHANGES_MAX } from '../repository/bulk-update.js';
import { type Repository } from '../repository/repository.js';
import { type BulkMetrics } from './bulk-metrics.js';
import { type BulkOperation } from './bulk-operation.js';
import { writeBatch } from './write-batch.js';

/** Bytes that make a batch go out; the server takes 48 MB in one message. */
const BYTES_MAX = 16 * 1_024 * 1_024;

export interface BufferOptions {
  readonly definition: CollectionDefinition;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly retry: RetryPreset;
  readonly metrics: BulkMetrics;
  readonly logger: Logger;
  /** Told when nothing is left. */
  readonly onIdle: () => void;
}

/**
 * Operations for one collection of one tenant. Goes out at the batch size, at 16 MB, or when the first of them has waited for the interval. One batch is
 * under way at a time, so no key is written by two at once and the timer cannot overlap. What has to be written again goes to the front, after a pause.
 */
export class BulkBuffer {
  readonly #target: Repository<CollectionDefinition>;
  readonly #options: BufferOptions;
  readonly #queue: BulkOperation[] = [];
  #bytes = 0;
  #state: 'idle' | 'writing' | 'pausing' = 'idle';
  #due = false;
  #draining = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #abandoned: { readonly error: unknown } | undefined;

  constructor(target: Repository<CollectionDefinition>, options: BufferOptions) {
    this.#target = target;
    this.#options = options;
  }

  add(operation: BulkOperation): void {
    this.#queue.push(operation);
    this.#bytes += operation.bytes;
    this.#next();
  }

  /** Sends what is there without waiting for more. With `draining` also what is added later. */
  flush({ draining = false } = {}): void {
    this.#draining ||= draining;
    this.#due = true;
    // Who waits for the end of everything must not lose the process meanwhile.
    this.#timer?.ref();
    this.#next();
  }

  /** Settles with this error what has not been sent, and what a batch under way cannot write. */
  abandon(error: unknown): void {
    this.#abandoned = { error };
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#bytes = 0;
    for (const operation of this.#queue.splice(0)) operation.settle({ ok: false, error });
    if (this.#state === 'pausing') this.#resume();
  }

  #next(): void {
    if (this.#state !== 'idle') return;
    if (this.#queue.length === 0) {
      this.#due = false;
      return this.#options.onIdle();
    }
    const { batchSize, flushIntervalMs } = this.#options;
    if (this.#due || this.#draining || this.#queue.length >= batchSize || this.#bytes >= BYTES_MAX) return void this.#write();
    this.#timer ??= this.#after(flushIntervalMs, () => this.flush());
  }

  async #write(): Promise<void> {
    const { definition, retry, metrics, logger } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = 'writing';
    const { batch, bytes } = this.#take();
    const started = performance.now();
    const again = await writeBatch(this.#target, batch, { definition, attemptsMax: retry.attemptsMax, metrics });
    metrics.observeBatch(definition.name, { operations: batch.length, bytes, elapsedMs: performance.now() - started });
    if (this.#abandoned !== undefined) {
      for (const operation of again.splice(0)) operation.settle({ ok: false, error: this.#abandoned.error });
    }
    this.#failures = again.length === 0 ? 0 : this.#failures + 1;
    this.#queue.unshift(...again);
    for (const operation of again) this.#bytes += operation.bytes;
    if (this.#failures === 0) return this.#resume();
    const delayMs = retryDelayMs(retry, this.#failures);
    logger.warn(
      { collection: definition.name, operations: again.length, delay_ms: delayMs },
      'operations of a bulk write are written again',
    );
    this.#state = 'pausing';
    this.#timer = this.#after(delayMs, () => ((this.#due = true), this.#resume()));
    if (this.#draining) this.#timer.ref();
  }

  #resume(): void {
    this.#state = 'idle';
    this.#next();
  }

  /** The first operations up to the limits; at least one. */
  #take(): { batch: BulkOperation[]; bytes: number } {
    const limit = Math.min(this.#options.batchSize, CHANGES_MAX, this.#queue.length);
    let [count, bytes] = [0, 0];
    while (count < limit && (count === 0 || bytes + (this.#queue[count]?.bytes ?? 0) <= BYTES_MAX))
      bytes += this.#queue[count++]?.bytes ?? 0;
    const batch = this.#queue.splice(0, count);
    this.#bytes -= bytes;
    if (this.#queue.length === 0) this.#due = false;
    return { batch, bytes };
  }

  /** Does not keep the process alive. */
  #after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      work();
    }, ms);
    return timer.unref();
  }
}
