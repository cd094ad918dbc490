import { type GroupReads } from '../topics/types.js';

/** A consumer group as the cluster has it. */
export interface GroupDescription {
  readonly group: string;
  /** `Stable`, `Empty`, `PreparingRebalance`…; `Absent` for one of ours that never read anything. */
  readonly state: string;
  readonly members: number;
  /** Whether a definition names it. */
  readonly ours: boolean;
}

/** How far a group is on one partition. 64-bit numbers are text. */
export interface PartitionLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The next record that it reads; absent when it never committed one. */
  readonly committed?: string;
  readonly end: string;
  /** Records that wait, those before its first commit included. */
  readonly records: string;
}

/** Where a group goes on: an end of the log, or the first record from a time on. */
export type ResetTarget = 'earliest' | 'latest' | Date;

/** One partition whose position changes. */
export interface PositionChange {
  readonly topic: string;
  readonly partition: number;
  readonly from?: string;
  readonly to: string;
  /** Records that are read a second time (negative), or never (positive). */
  readonly skips: string;
}

export interface ResetOptions {
  readonly to: ResetTarget;
  /** Only these of its topics; all of them unless given. */
  readonly topics?: readonly string[];
  readonly dryRun?: boolean;
}

/** Consumer groups, for operators. Needs Read on the groups and Describe on their topics. */
export interface GroupAdmin {
  /** Every group of the cluster and every one of ours, sorted by name. */
  list(ours: readonly GroupReads[]): Promise<readonly GroupDescription[]>;
  /** How far each group is on every partition of the topics of its families. */
  lag(groups: readonly GroupReads[]): Promise<readonly PartitionLag[]>;
  /**
   * Has a group go on somewhere else. Answers what changes, or would on a dry run. Rejects with a `ConflictError` while the group has members: they would write their
   * own positions over it.
   */
  reset(reads: GroupReads, options: ResetOptions): Promise<readonly PositionChange[]>;
}
