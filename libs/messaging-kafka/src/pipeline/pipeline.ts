import { groupBy, TimeoutError, withTimeout } from '@caas/runtime';
import { asError } from '../client/errors.js';
import { HELD, outcomeOf, type Outcome, type OutcomeKind } from './outcome.js';
import { type PipelineItem } from './pipeline-item.js';
import { type PipelineMetrics } from './pipeline-metrics.js';
import { type Stage, type StageRun } from './stage.js';

const STAGE_TIMEOUT_MS = 5_000;
const OPEN: readonly OutcomeKind[] = ['ok'];

export type PipelineRun = Omit<StageRun, 'pipeline' | 'durations'>;

/** A chain of stages, made by {@link PipelineBuilder} only. Holds no state of a run, so that partitions may run at once. */
export class Pipeline<Item extends PipelineItem> {
  readonly name: string;
  readonly stages: readonly Stage<Item>[];
  readonly #metrics: PipelineMetrics;

  constructor({ name, stages, metrics }: { name: string; stages: readonly Stage<Item>[]; metrics: PipelineMetrics }) {
    this.name = name;
    this.stages = stages;
    this.#metrics = metrics;
  }

  /**
   * Takes the items through all stages and settles them; never rejects. Once something that every record needs is away, only stages that take
   * `pause` go on. Resolves with `false` when the partition was lost on the way: then somebody else does the work, and nothing more was begun here.
   */
  async run(items: readonly Item[], run: PipelineRun): Promise<boolean> {
    const durations = new Map<string, number>();
    const stageRun: StageRun = { ...run, pipeline: this.name, durations };
    let isPaused = false;
    for (const stage of this.stages) {
      if (!run.isOwned()) return false;
      const takes = stage.takes ?? OPEN;
      if (isPaused && !takes.includes('pause')) continue;
      const taken = items.filter(({ outcome }) => takes.includes(outcome.kind));
      if (taken.length === 0) continue;
      const started = performance.now();
      await this.#work(stage, taken, stageRun);
      const elapsed = performance.now() - started;
      durations.set(stage.name, elapsed);
      this.#metrics.stageSeconds.labels(this.name, stage.name).observe(elapsed / 1_000);
      let isRetried = false;
      for (const item of taken) {
        item.decidedBy(stage.name);
        isPaused ||= item.outcome.kind === 'pause';
        isRetried ||= item.outcome.kind === 'retry';
      }
      if (isRetried) hold(items);
    }
    return true;
  }

  async #work(stage: Stage<Item>, items: readonly Item[], run: StageRun): Promise<void> {
    try {
      const working = stage.process(items, run);
      if (working instanceof Promise) await withTimeout(stage.timeoutMs ?? STAGE_TIMEOUT_MS, working, () => tooLong(stage));
    } catch (error) {
      this.#metrics.stageErrors.labels(this.name, stage.name, asError(error).name).inc();
      const outcome = stage.onError?.(error) ?? outcomeOf(error);
      const parts = suspectsOf(items, outcome);
      if (parts.length === 1) for (const item of items) item.settle(outcome);
      else for (const part of parts) await this.#work(stage, part, run);
    }
  }
}

/**
 * The parts of a batch that are worked on again, each alone, to find the one that made the stage throw; the batch itself where nobody's fault is looked for. What
 * is to be tried again takes its key along, so that records of one key stay together: the later ones must not overtake it.
 */
function suspectsOf<Item extends PipelineItem>(items: readonly Item[], { kind, ...outcome }: Outcome): readonly (readonly Item[])[] {
  if (isOnesFault(kind)) return items.map((item) => [item]);
  const isSlow = 'error' in outcome && outcome.error instanceof TimeoutError;
  return kind === 'retry' && !isSlow ? [...groupBy(items, ownerOf).values()] : [items];
}

/** What comes after a record that is to be tried again must not overtake it. */
function hold(items: readonly PipelineItem[]): void {
  const owners = new Set<unknown>();
  for (const item of items) {
    const owner = ownerOf(item);
    if (item.outcome.kind === 'retry') owners.add(owner);
    else if (owners.has(owner)) item.settle(HELD);
  }
}

/** Who keeps its order: the key of a tenant. A record without a key stands alone. */
const ownerOf = (item: PipelineItem): unknown => (item.record.key === null ? item : `${item.record.tenantId}:${item.record.key}`);

/** Whether one record of a batch may have caused it; an outage or a slow store is nobody's fault. */
const isOnesFault = (kind: OutcomeKind): boolean => kind === 'dlq' || kind === 'reject' || kind === 'skip';

const tooLong = ({ name, timeoutMs = STAGE_TIMEOUT_MS }: { name: string; timeoutMs?: number }): TimeoutError =>
  new TimeoutError(`The stage ${name} took longer than ${timeoutMs} ms.`);
