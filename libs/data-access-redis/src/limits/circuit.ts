/** Failures in a row after which Redis is left alone. */
const FAILURES_MAX = 3;

/**
 * Keeps requests from waiting for a Redis that does not answer: after three failures in a row it is open and lets one trial through per
 * `retryAfterMs`. The trial runs in the background; no request waits for it. One success closes it.
 */
export class Circuit {
  readonly #retryAfterMs: number;
  readonly #onChange: (state: 0 | 1 | 2) => void;
  #failures = 0;
  #retryAt = 0;

  constructor(retryAfterMs: number, onChange: (state: 0 | 1 | 2) => void) {
    this.#retryAfterMs = retryAfterMs;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#failures >= FAILURES_MAX;
  }

  /** Whether an open circuit may try again now; true for one caller per period. */
  claimTrial(nowMs: number): boolean {
    if (!this.isOpen || nowMs < this.#retryAt) return false;
    this.#retryAt = nowMs + this.#retryAfterMs;
    this.#onChange(1);
    return true;
  }

  succeeded(): void {
    if (this.isOpen) this.#onChange(0);
    this.#failures = 0;
  }

  failed(nowMs: number): void {
    this.#failures++;
    if (!this.isOpen) return;
    this.#retryAt = nowMs + this.#retryAfterMs;
    this.#onChange(2);
  }
}
