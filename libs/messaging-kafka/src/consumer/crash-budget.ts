import { type Clock } from '@caas/runtime';

export interface CrashBudgetOptions {
  /** Crashes within the window that end the consumer. */
  readonly crashesMax?: number;
  readonly windowMs?: number;
  readonly backoffMinMs?: number;
  readonly backoffMaxMs?: number;
}

/** Decides whether a crashed consumer is started again, and when: 1 s, doubling to 30 s; the fifth crash within 10 minutes is the last. */
export class CrashBudget {
  readonly #clock: Clock;
  readonly #options: Required<CrashBudgetOptions>;
  #crashes: number[] = [];

  constructor(clock: Clock, options: CrashBudgetOptions = {}) {
    this.#clock = clock;
    this.#options = { crashesMax: 5, windowMs: 600_000, backoffMinMs: 1_000, backoffMaxMs: 30_000, ...options };
  }

  /** Counts a crash. The pause before the next start, in milliseconds, or `undefined` when there is none. */
  record(): number | undefined {
    const now = this.#clock.now();
    const { crashesMax, windowMs, backoffMinMs, backoffMaxMs } = this.#options;
    this.#crashes = [...this.#crashes.filter((at) => now - at < windowMs), now];
    if (this.#crashes.length >= crashesMax) return undefined;
    return Math.min(backoffMinMs * 2 ** (this.#crashes.length - 1), backoffMaxMs);
  }

  /** Crashes within the window. */
  get recent(): number {
    const now = this.#clock.now();
    return this.#crashes.filter((at) => now - at < this.#options.windowMs).length;
  }
}
