import { type Logger } from '@caas/runtime';
import { type ConsumerContext } from '../consumer/types.js';
import { type Outcome, type OutcomeKind } from './outcome.js';
import { type PipelineItem } from './pipeline-item.js';

/** The stages of a whole chain, in their order. A pipeline leaves out what it does not need and may add its own. */
export const STAGES = [
  'deserialize',
  'validate',
  'tenant-context',
  'authorize',
  'transform',
  'process',
  'persist',
  'notify',
  'metrics',
] as const;

/** What a stage may ask while it works on a batch. */
export interface StageRun {
  readonly pipeline: string;
  readonly logger: Logger;
  /** Aborts when the consumer gives the work up. */
  readonly signal: AbortSignal;
  readonly isOwned: ConsumerContext['isOwned'];
  /** Milliseconds that each stage before took. */
  readonly durations: ReadonlyMap<string, number>;
}

/** One step of a pipeline. Works on a batch of one partition, in order; must be idempotent, since batches are redone. */
export interface Stage<Item extends PipelineItem = PipelineItem> {
  readonly name: string;
  /** Stages that must have run before, besides those that the chain's own stages always need. */
  readonly needs?: readonly string[];
  /** Outcomes with which a record is given to it; `ok` only unless said otherwise. */
  readonly takes?: readonly OutcomeKind[];
  /** Limit for one batch; 5 000 unless given. */
  readonly timeoutMs?: number;
  /**
   * Settles the items it decides about; the others stay as they are. What it throws is the failure of the batch: an error that may be the fault of
   * one record makes the stage run again with each record alone.
   */
  process(items: readonly Item[], run: StageRun): Promise<void> | void;
  /** The outcome of a record alone that made the stage throw; as `outcomeOf` says unless given. */
  onError?(error: unknown): Outcome;
}
