import { AppError, InternalError } from '@caas/runtime';
import { partitionOf } from '../client/murmur2.js';
import { type TopicDirectory } from '../client/topic-directory.js';
import { producerClosed, queueFull } from './delivery-errors.js';
import { type GatedBatcher } from './gated-batcher.js';
import { type OutgoingMessage, type QueuedRecord, type RecordHeaders } from './transport.js';

/** A record whose partition is not chosen yet. */
export interface DraftRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  readonly queuedAt: number;
  onStored(partition: number, offset: string): void;
  onFailed(error: AppError): void;
}

/** Length prefixes, offset and timestamp deltas of one record, and of one header. */
const RECORD_OVERHEAD_BYTES = 24;
const HEADER_OVERHEAD_BYTES = 4;

/**
 * One ordered way to the broker: chooses the partition of each record and hands it to the batcher. Records of a topic that is not known yet
 * wait together for its partition count, so that none overtakes another.
 */
export class ProducerLane {
  readonly #batcher: GatedBatcher;
  readonly #directory: TopicDirectory;
  readonly #queueRecordsMax: number;
  readonly #waiting = new Map<string, DraftRecord[]>();
  readonly #locating = new Set<Promise<void>>();
  #waitingRecords = 0;
  #closed = false;
  #nextKeyless = Math.floor(Math.random() * 1_000);

  constructor(batcher: GatedBatcher, directory: TopicDirectory, queueRecordsMax: number) {
    this.#batcher = batcher;
    this.#directory = directory;
    this.#queueRecordsMax = queueRecordsMax;
  }

  get queued(): number {
    return this.#batcher.queued + this.#waitingRecords;
  }

  /** Takes the record, or throws an `UnavailableError` when too many wait. */
  enqueue(draft: DraftRecord): void {
    if (this.#closed) throw producerClosed();
    const waiting = this.#waiting.get(draft.topic);
    const partitions = waiting === undefined ? this.#directory.known(draft.topic) : undefined;
    if (partitions !== undefined) return this.#batcher.push(this.#place(draft, partitions));
    if (this.queued >= this.#queueRecordsMax) throw queueFull(this.queued);
    this.#waitingRecords += 1;
    if (waiting !== undefined) {
      waiting.push(draft);
      return;
    }
    this.#waiting.set(draft.topic, [draft]);
    const locating = this.#locate(draft.topic).finally(() => this.#locating.delete(locating));
    this.#locating.add(locating);
  }

  /** See {@link GatedBatcher.close}. Refuses new records at once; topics that are being looked up are waited for, so that theirs leave too. */
  async close(): Promise<number> {
    this.#closed = true;
    await Promise.all(this.#locating);
    return this.#batcher.close();
  }

  async #locate(topic: string): Promise<void> {
    try {
      const partitions = await this.#directory.load(topic);
      for (const draft of this.#release(topic)) this.#pushOrFail(draft, partitions);
    } catch (error) {
      const failure = error instanceof AppError ? error : new InternalError('The topic could not be looked up.', { cause: error });
      for (const draft of this.#release(topic)) draft.onFailed(failure);
    }
  }

  #release(topic: string): readonly DraftRecord[] {
    const drafts = this.#waiting.get(topic) ?? [];
    this.#waiting.delete(topic);
    this.#waitingRecords -= drafts.length;
    return drafts;
  }

  #pushOrFail(draft: DraftRecord, partitions: number): void {
    try {
      this.#batcher.push(this.#place(draft, partitions));
    } catch (error) {
      draft.onFailed(error as AppError);
    }
  }

  #place(draft: DraftRecord, partitions: number): QueuedRecord {
    const { key } = draft;
    return new PlacedRecord(draft, key === null ? this.#nextKeyless++ % partitions : partitionOf(key, partitions));
  }
}

/** A draft with its partition. */
class PlacedRecord implements QueuedRecord {
  readonly topic: string;
  readonly message: OutgoingMessage;
  readonly bytes: number;
  readonly queuedAt: number;
  readonly #draft: DraftRecord;

  constructor(draft: DraftRecord, partition: number) {
    const { topic, key, value, headers, queuedAt } = draft;
    this.#draft = draft;
    this.topic = topic;
    this.message = { key, value, partition, headers };
    this.bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes(headers);
    this.queuedAt = queuedAt;
  }

  resolve(offset: string): void {
    this.#draft.onStored(this.message.partition, offset);
  }

  reject(error: AppError): void {
    this.#draft.onFailed(error);
  }
}

function headerBytes(headers: RecordHeaders): number {
  let bytes = 0;
  // Characters instead of bytes: names and values are ASCII but for rare exceptions, and the cap has room for those.
  for (const name in headers) bytes += HEADER_OVERHEAD_BYTES + name.length + (headers[name]?.length ?? 0);
  return bytes;
}
