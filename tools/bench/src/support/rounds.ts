import { type LoadResult } from './http-load.js';
import { type MeasuredProcess } from './processes.js';
import { type Figure } from './report.js';
import { median, percentile } from './statistics.js';

interface Sample {
  readonly rate: number;
  readonly cpuMicros: number;
  readonly latenciesMs: readonly number[];
}

/** Rounds that do not count: a server of some size runs at its own speed only after some ten seconds of work. */
export const WARM_UP_ROUNDS = 3;

/** Results of interleaved rounds by name. Those below {@link WARM_UP_ROUNDS} do not count. */
export class Rounds {
  readonly #samples = new Map<string, Sample[]>();

  /** Runs a load against a process and keeps rate and CPU per answer. */
  async take(name: string, run: { round: number; process: MeasuredProcess; load: () => Promise<LoadResult> }): Promise<void> {
    const before = run.process.cpuMicros();
    const { answers, seconds, latenciesMs } = await run.load();
    const cpuMicros = (run.process.cpuMicros() - before) / answers;
    if (run.round >= WARM_UP_ROUNDS) this.add(name, { rate: answers / seconds, cpuMicros, latenciesMs });
  }

  add(name: string, sample: Sample): void {
    this.#samples.set(name, [...(this.#samples.get(name) ?? []), sample]);
  }

  rate(name: string): number {
    return median(this.#of(name).map(({ rate }) => rate));
  }

  cpuMicros(name: string): number {
    return median(this.#of(name).map(({ cpuMicros }) => cpuMicros));
  }

  /** Median over the rounds of a percentile of each. */
  latency(name: string, share: number): number {
    return median(this.#of(name).map(({ latenciesMs }) => percentile(latenciesMs, share)));
  }

  /** The ratio of two medians, by rate or by CPU per operation. */
  compare(options: { goal?: string; what: string; name: string; baseline: string; floor?: number; by: 'rate' | 'cpu' }): Figure {
    const { goal, what, name, baseline, floor, by } = options;
    const value = by === 'rate' ? this.rate(name) / this.rate(baseline) : this.cpuMicros(baseline) / this.cpuMicros(name);
    return {
      ...(goal === undefined ? {} : { goal }),
      what: `${what}, by ${by === 'rate' ? 'rate' : 'CPU'}`,
      measured: this.#text(name),
      baseline: this.#text(baseline),
      value,
      unit: 'ratio',
      ...(floor === undefined ? {} : { floor }),
    };
  }

  #text(name: string): string {
    return `${Math.round(this.rate(name))}/s ${this.cpuMicros(name).toFixed(1)} µs`;
  }

  #of(name: string): readonly Sample[] {
    const samples = this.#samples.get(name);
    if (samples === undefined) throw new RangeError(`nothing was measured for ${name}`);
    return samples;
  }
}
