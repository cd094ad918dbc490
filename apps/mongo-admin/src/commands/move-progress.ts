/** One step of an operation as it reports itself. */
interface Step {
  readonly name: string;
  readonly index: number;
  readonly total: number;
  readonly state: 'running' | 'done' | 'skipped';
  readonly part?: { readonly name: string; readonly done: number; readonly total: number | null };
}

const SAY_EVERY_MS = 1_000;

/** Turns the steps of a move into lines: rows copied, rows per second, and the seconds that are left. */
export class MoveProgress {
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #part = '';
  #startedAt = 0;
  #startedWith = 0;
  #saidAt = -Infinity;

  constructor(say: (line: string) => void, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  step({ name, index, total, state, part }: Step): void {
    if (part === undefined) {
      if (state !== 'running') this.#say(`  ${index + 1}/${total} ${name}: ${state}`);
      return;
    }
    const now = this.#now();
    if (part.name !== this.#part) [this.#part, this.#startedAt, this.#startedWith] = [part.name, now, part.done];
    const isWhole = part.done === part.total;
    if (!isWhole && now - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now;
    this.#say(`  ${index + 1}/${total} ${name}: ${part.name} ${part.done}/${part.total ?? '?'}${this.#pace(part, now)}`);
  }

  #pace({ done, total }: NonNullable<Step['part']>, now: number): string {
    const seconds = (now - this.#startedAt) / 1_000;
    const rate = (done - this.#startedWith) / seconds;
    if (seconds <= 0 || rate <= 0 || total === null) return '';
    return `, ${Math.round(rate)}/s, ${Math.ceil((total - done) / rate)} s left`;
  }
}
