import { type RawRecord } from './raw-record.js';

/** What one fetch brought of one partition, and what may be done with it. Implemented over the client library, and by specs. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** In offset order. */
  readonly records: readonly RawRecord[];
  /** Whether work may still be begun: the consumer runs, and nobody moved the partition's position meanwhile. */
  isCurrent(): boolean;
  /** Whether the partition is this member's. Turns false also when no heartbeat was answered for a session timeout. */
  isOwned(): boolean;
  /** Tells the group that this member lives, at most once per interval. Rejects when the group rebalances: finish and let it through. */
  heartbeat(): Promise<void>;
  /** The next fetch begins behind this record. */
  resolve(offset: string): void;
  /** Commits a position. Resolves with `refused` when the group no longer takes this member's word. */
  commit(position: string): Promise<'ok' | 'refused' | 'error'>;
  /** Stops fetching the partition; the returned function starts again. */
  pause(): () => void;
}
