import { type AppError } from '@caas/runtime';
import { type Verdict } from '../client/errors.js';
import { type RawHeaders } from '../consumer/raw-record.js';

/** Ours are texts; those of a record that is forwarded are what its producer wrote. */
export type RecordHeaders = RawHeaders;

/** A record as it goes to the broker. */
export interface OutgoingMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly partition: number;
  readonly headers: RecordHeaders;
}

/** A record that waits for its acknowledgement. Exactly one of `resolve` and `reject` is called, once. */
export interface QueuedRecord {
  readonly topic: string;
  readonly message: OutgoingMessage;
  /** Size on the wire before compression, roughly. */
  readonly bytes: number;
  /** `performance.now()` at which the sender handed it in. */
  readonly queuedAt: number;
  resolve(offset: string): void;
  reject(error: AppError): void;
}

/** First offset that the broker gave to the records of each partition in one request: topic → partition → offset. */
export type BaseOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** One try to bring records to the broker. The batcher above knows no client library, only this. */
export interface ProduceTransport {
  /**
   * Sends the records in one request and resolves once all in-sync replicas hold every one of them. Keeps their order inside a partition.
   * After a rejection each of them may or may not be stored. May never settle on a dead link: the caller has a deadline.
   */
  send(records: readonly QueuedRecord[]): Promise<BaseOffsets>;
  /** What a rejection of `send` means. */
  verdictOn(error: unknown): Verdict;
  /** Gives the connection up; the next `send` opens a new one. Does not wait. */
  replace(reason: string): void;
  /** Closes the connection. */
  close(): Promise<void>;
}
