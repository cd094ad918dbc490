import { type Metrics } from '@caas/runtime';
import { Pipeline } from './pipeline.js';
import { type PipelineItem } from './pipeline-item.js';
import { pipelineMetrics } from './pipeline-metrics.js';
import { type Stage, STAGES } from './stage.js';

/** What the chain's own stages build on. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  validate: ['deserialize'],
  'tenant-context': ['deserialize'],
  authorize: ['tenant-context'],
  persist: ['tenant-context'],
  notify: ['persist'],
};

/**
 * Builds a pipeline stage by stage. Every method returns a new builder, so that one chain can be the beginning of several. Mistakes are told by
 * `build`, with the rule that they break.
 */
export class PipelineBuilder<Item extends PipelineItem> {
  readonly #name: string;
  readonly #stages: readonly Stage<Item>[];

  constructor(name: string, stages: readonly Stage<Item>[] = []) {
    this.#name = name;
    this.#stages = stages;
  }

  /** Appends a stage. */
  add(stage: Stage<Item>): PipelineBuilder<Item> {
    return new PipelineBuilder(this.#name, [...this.#stages, stage]);
  }

  /** Puts a stage before the one of that name. Throws a `TypeError` when there is none. */
  addBefore(name: string, stage: Stage<Item>): PipelineBuilder<Item> {
    return new PipelineBuilder(this.#name, this.#stages.toSpliced(this.#indexOf(name), 0, stage));
  }

  /** Puts a stage after the one of that name. Throws a `TypeError` when there is none. */
  addAfter(name: string, stage: Stage<Item>): PipelineBuilder<Item> {
    return new PipelineBuilder(this.#name, this.#stages.toSpliced(this.#indexOf(name) + 1, 0, stage));
  }

  /** Takes the stage of that name out. Throws a `TypeError` when there is none. */
  remove(name: string): PipelineBuilder<Item> {
    return new PipelineBuilder(this.#name, this.#stages.toSpliced(this.#indexOf(name), 1));
  }

  /** The pipeline. Throws a `TypeError` naming the rule when a name is there twice, the order is not that of {@link STAGES}, or a need is not met. */
  build({ metrics }: { metrics: Metrics }): Pipeline<Item> {
    const names = this.#stages.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw this.#mistake(`has two stages "${twice}"`);
    const own = STAGES.filter((name) => names.includes(name));
    const misplaced = names.filter((name) => STAGES.some((known) => known === name)).find((name, index) => own[index] !== name);
    if (misplaced !== undefined) throw this.#mistake(`has the stage "${misplaced}" out of order; the order is ${own.join(', ')}`);
    for (const [index, { name, needs = [] }] of this.#stages.entries()) {
      const missing = [...(NEEDS[name] ?? []), ...needs].find((need) => !names.slice(0, index).includes(need));
      if (missing !== undefined) throw this.#mistake(`needs the stage "${missing}" before "${name}"`);
    }
    return new Pipeline({ name: this.#name, stages: this.#stages, metrics: pipelineMetrics(metrics) });
  }

  #indexOf(name: string): number {
    const index = this.#stages.findIndex((stage) => stage.name === name);
    if (index === -1) throw this.#mistake(`has no stage "${name}"`);
    return index;
  }

  #mistake(rule: string): TypeError {
    return new TypeError(`Pipeline ${this.#name} ${rule}.`);
  }
}
