import { parseTopic } from '../definitions/topic-names.js';

/** Which topics somebody asked to pause: all of them, or those of some families. Outlives rebalances. */
export class PausedFamilies {
  readonly #families = new Set<string>();
  #all = false;

  pause(family: string | undefined): void {
    if (family === undefined) this.#all = true;
    else this.#families.add(family);
  }

  /** Without a family everything goes on, also what was paused by name. */
  resume(family: string | undefined): void {
    if (family !== undefined) {
      this.#families.delete(family);
      return;
    }
    this.#all = false;
    this.#families.clear();
  }

  /** What was asked: families, or `*` for everything. */
  get asked(): readonly string[] {
    return this.#all ? ['*'] : [...this.#families].sort();
  }

  has(topic: string): boolean {
    return this.#all || this.#families.has(parseTopic(topic)?.family ?? topic);
  }
}
