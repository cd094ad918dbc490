import { setTimeout as pause } from 'node:timers/promises';
import { InternalError, TimeoutError, withTimeout } from '@caas/runtime';
import { translateKafkaError } from '../client/errors.js';
import { deliveryExpired, deliveryUnknown, producerClosed, queueFull } from './delivery-errors.js';
import { BATCHER_DEFAULTS, type BatcherOptions } from './options.js';
import { RecordQueue } from './record-queue.js';
import { type BaseOffsets, type ProduceTransport, type QueuedRecord } from './transport.js';

/** What a lane tells its owner, for metrics. Must not throw. */
export interface BatcherObserver {
  onBatch?(records: readonly QueuedRecord[]): void;
  onRetry?(error: unknown, attempt: number): void;
}

/**
 * Gathers concurrent sends without a timer: at most one request is in flight, what arrives meanwhile is the next one. Alone, a record
 * leaves at the end of the current turn of the event loop; under load, requests grow by themselves to what one round trip allows.
 *
 * Order: a batch is settled (acknowledged, or its senders told) before the next one is taken, and a repeated try sends the same records to
 * the same partitions. So of any two records of one partition the earlier one is stored first, unless its sender was told of a failure.
 */
export class GatedBatcher {
  readonly #transport: ProduceTransport;
  readonly #options: BatcherOptions;
  readonly #observer: BatcherObserver;
  readonly #queue = new RecordQueue();
  #running = false;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(transport: ProduceTransport, options: Partial<BatcherOptions> = {}, observer: BatcherObserver = {}) {
    this.#transport = transport;
    this.#options = { ...BATCHER_DEFAULTS, ...options };
    this.#observer = observer;
  }

  /** Records that wait; those in flight are not among them. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Takes the record, or throws an `UnavailableError` when the queue is full or closed; then nothing was taken. */
  push(record: QueuedRecord): void {
    if (this.#closed) throw producerClosed();
    if (this.#queue.size >= this.#options.queueRecordsMax) throw queueFull(this.#queue.size);
    this.#queue.push(record);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  /** Refuses new records, sends what waits, closes the transport. Resolves with the number of records that could not be sent in time. */
  async close(): Promise<number> {
    this.#closed = true;
    const { flushTimeoutMs } = this.#options;
    if (this.#running) {
      const idle = new Promise<void>((resolve) => (this.#idle = resolve));
      await withTimeout(flushTimeoutMs, idle, () => new TimeoutError('flush')).catch(() => undefined);
    }
    const left = this.#queue.take({ recordsMax: Infinity, bytesMax: Infinity });
    for (const record of left) record.reject(producerClosed());
    await this.#transport.close();
    return left.length;
  }

  async #run(): Promise<void> {
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      this.#observer.onBatch?.(batch);
      await this.#deliver(batch);
    }
    this.#running = false;
    this.#idle?.();
  }

  /** The next request's records; those that waited for too long are told so instead. */
  #next(): QueuedRecord[] {
    const now = performance.now();
    for (;;) {
      const batch = this.#queue.take(this.#options);
      const fresh = batch.filter((record) => now - record.queuedAt < this.#options.deliveryTimeoutMs);
      if (fresh.length < batch.length) this.#expire(batch, now);
      if (fresh.length > 0 || batch.length === 0) return fresh;
    }
  }

  #expire(batch: readonly QueuedRecord[], now: number): void {
    for (const record of batch) {
      const waitedMs = now - record.queuedAt;
      if (waitedMs >= this.#options.deliveryTimeoutMs) record.reject(deliveryExpired(waitedMs));
    }
  }

  /** Tries one batch until it is acknowledged, refused, or out of time. Never rejects: every record is settled. */
  async #deliver(batch: readonly QueuedRecord[]): Promise<void> {
    const { requestTimeoutMs, deliveryTimeoutMs, backoffMs } = this.#options;
    const oldest = batch[0]?.queuedAt ?? performance.now();
    const deadline = Math.max(oldest + deliveryTimeoutMs, performance.now() + requestTimeoutMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return acknowledge(batch, await this.#try(batch, deadline));
      } catch (error) {
        const verdict = this.#transport.verdictOn(error);
        this.#observer.onRetry?.(error, attempt);
        if (verdict === 'refused') return refuse(batch, error);
        if (verdict === 'isolate') return this.#isolate(batch, error);
        if (performance.now() + backoffMs >= deadline) return this.#giveUp(batch, error);
        // One lost answer is normal when a broker stalls, and its connection recovers by itself; two in a row may be a dead link.
        if (attempt % 2 === 0) this.#transport.replace('two tries without an answer');
        await pause(backoffMs);
      }
    }
  }

  /** One try, at most until the deadline: a client stuck in a handshake must not hold the lane. */
  #try(batch: readonly QueuedRecord[], deadline: number): Promise<BaseOffsets> {
    const leftMs = Math.max(deadline - performance.now(), 1);
    const sent = this.#transport.send(batch);
    return withTimeout(leftMs, sent, () => {
      sent.catch(() => undefined);
      return new TimeoutError('The broker did not answer.');
    });
  }

  /** The broker refuses one of several topics: each goes alone, so that one tenant's missing topic fails nobody else. */
  async #isolate(batch: readonly QueuedRecord[], error: unknown): Promise<void> {
    this.#transport.replace('a topic was refused');
    const topics = new Set(batch.map((record) => record.topic));
    if (topics.size === 1) return refuse(batch, error);
    for (const topic of topics) await this.#deliver(batch.filter((record) => record.topic === topic));
  }

  #giveUp(batch: readonly QueuedRecord[], error: unknown): void {
    this.#transport.replace('the outcome of a request is unknown');
    const now = performance.now();
    for (const record of batch) record.reject(deliveryUnknown(now - record.queuedAt, error));
  }
}

function refuse(batch: readonly QueuedRecord[], error: unknown): void {
  const translated = translateKafkaError(error, 'take the record');
  for (const record of batch) record.reject(translated);
}

/** Gives every record its offset: records of one partition lie one after the other from the base offset on. */
function acknowledge(batch: readonly QueuedRecord[], offsets: BaseOffsets): void {
  const next = new Map<string, Map<number, number>>();
  for (const record of batch) {
    const { topic, message } = record;
    let partitions = next.get(topic);
    if (partitions === undefined) next.set(topic, (partitions = new Map(offsets.get(topic))));
    const offset = partitions.get(message.partition);
    if (offset === undefined) {
      record.reject(new InternalError('An acknowledged request lacks one of its partitions.'));
      continue;
    }
    partitions.set(message.partition, offset + 1);
    record.resolve(String(offset));
  }
}
