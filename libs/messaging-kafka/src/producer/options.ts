/** Limits of one producer lane. Times in milliseconds. */
export interface BatcherOptions {
  /** Records of one request at most. */
  readonly recordsMax: number;
  /** Uncompressed bytes of one request at most; stays below the broker's 1 MiB even when all of them go to one partition. */
  readonly bytesMax: number;
  /** Records that may wait for the next request. */
  readonly queueRecordsMax: number;
  /** How long a record is tried, counted from the call; the last try may go past it by one request timeout. */
  readonly deliveryTimeoutMs: number;
  /** How long one request may take. */
  readonly requestTimeoutMs: number;
  /** Pause between tries of one batch. */
  readonly backoffMs: number;
  /** How long `close` waits for what is queued. */
  readonly flushTimeoutMs: number;
}

export const BATCHER_DEFAULTS: BatcherOptions = {
  recordsMax: 1_000,
  bytesMax: 1_000_000,
  queueRecordsMax: 10_000,
  deliveryTimeoutMs: 10_000,
  requestTimeoutMs: 5_000,
  backoffMs: 100,
  flushTimeoutMs: 10_000,
};

/** Largest value that a producer accepts, in bytes: the broker's limit less the frame. */
export const VALUE_BYTES_MAX = 1_000_000;
