import { UnavailableError } from './errors/app-error.js';

export const CIRCUIT_STATES = ['closed', 'half_open', 'open'] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/** The state as metrics show it: 0 closed, 1 half open, 2 open. */
export function circuitLevel(state: CircuitState): 0 | 1 | 2 {
  return CIRCUIT_STATES.indexOf(state) as 0 | 1 | 2;
}

export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failuresMax: number;
  /** Milliseconds for which nothing passes once it is open; also how long a trial may stay unanswered before the next one. */
  readonly openMs: number;
  /** Successful trials that close it again. */
  readonly successesToClose: number;
  /** Milliseconds of a clock that never goes back; `performance.now` unless given. */
  readonly now?: () => number;
  /** Told of every change, synchronously. */
  readonly onChange?: (state: CircuitState) => void;
}

/** What a failed call says about the dependency: `success` when it answered, if only to refuse; `none` when nothing can be concluded. */
export type CircuitVerdict = 'failure' | 'success' | 'none';

/** The dependency failed several times in a row and is left alone for `details.retryAfterSeconds`; nothing was sent. */
export class CircuitOpenError extends UnavailableError {
  constructor(dependency: string, { retryAfterMs }: { retryAfterMs: number }) {
    super(`${dependency} failed several times in a row and is left alone for a moment.`, {
      details: { reason: 'circuit_open', retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) },
    });
  }
}

/**
 * Keeps callers from waiting for a dependency that does not answer. Closed: everything passes. Open, after `failuresMax` failures in a row: nothing
 * passes. Half open, `openMs` later: one trial at a time; `successesToClose` good ones close it, a bad one opens it anew. Synchronous and without timers.
 */
export class CircuitBreaker {
  readonly #options: CircuitOptions;
  readonly #now: () => number;
  #state: CircuitState = 'closed';
  #failures = 0;
  #successes = 0;
  #trialAt = 0;
  /** Counts the openings, so that a call that began before one decides nothing after it. */
  #openings = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Milliseconds until the next trial may pass; 0 when a call may pass now. */
  get retryAfterMs(): number {
    return this.#state === 'closed' ? 0 : Math.max(0, this.#trialAt - this.#now());
  }

  /** Whether a call may be made now. A true answer in a circuit that is not closed is the trial: its outcome has to be reported. */
  claim(): boolean {
    if (this.#state === 'closed') return true;
    if (this.retryAfterMs > 0) return false;
    this.#trialAt = this.#now() + this.#options.openMs;
    this.#change('half_open');
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    if (this.#state !== 'half_open') return;
    this.#successes += 1;
    if (this.#successes >= this.#options.successesToClose) this.#change('closed');
    else this.#trialAt = this.#now();
  }

  failed(): void {
    this.#failures += 1;
    if (this.#state === 'open' || (this.#state === 'closed' && this.#failures < this.#options.failuresMax)) return;
    this.#openings += 1;
    this.#successes = 0;
    this.#trialAt = this.#now() + this.#options.openMs;
    this.#change('open');
  }

  /** Lets a trial pass at once: something else has shown that the dependency is back. */
  expectRecovery(): void {
    if (this.#state === 'open') this.#trialAt = this.#now();
  }

  /** Makes the call and reports its outcome. Rejects with {@link CircuitOpenError} without calling, else as the call does. */
  async run<Result>(
    work: () => Promise<Result>,
    { dependency, verdictOf }: { readonly dependency: string; readonly verdictOf: (error: unknown) => CircuitVerdict },
  ): Promise<Result> {
    if (!this.claim()) throw new CircuitOpenError(dependency, { retryAfterMs: this.retryAfterMs });
    const openings = this.#openings;
    try {
      const result = await work();
      if (openings === this.#openings) this.succeeded();
      return result;
    } catch (error) {
      if (openings === this.#openings) this.#judge(verdictOf(error));
      throw error;
    }
  }

  #judge(verdict: CircuitVerdict): void {
    if (verdict === 'failure') this.failed();
    else if (verdict === 'success') this.succeeded();
    else if (this.#state === 'half_open') this.#trialAt = this.#now();
  }

  #change(state: CircuitState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'closed') this.#successes = 0;
    this.#options.onChange?.(state);
  }
}
