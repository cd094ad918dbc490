import { type RatePolicy } from '@caas/runtime';
import { available, EMPTY_WINDOW, later, type WindowState } from './sliding-window.js';

/** Counts in this process alone, by the same rule as the shared script. */
export class LocalWindow {
  #states: readonly WindowState[];
  #at: number;

  constructor(
    readonly policies: readonly RatePolicy[],
    nowMs: number,
  ) {
    this.#states = policies.map(() => EMPTY_WINDOW);
    this.#at = nowMs;
  }

  /** Whether `cost` credits are free under all policies. */
  fits(cost: number, nowMs: number): boolean {
    const states = this.statesAt(nowMs);
    return this.policies.every((policy, index) => available(policy, states[index] ?? EMPTY_WINDOW) >= cost);
  }

  /** Takes credits, whether they are free or not. */
  take(cost: number, nowMs: number): void {
    this.#states = this.statesAt(nowMs).map((state) => ({ ...state, current: state.current + cost }));
    this.#at = nowMs;
  }

  /** The counters at a later moment. */
  statesAt(nowMs: number): readonly WindowState[] {
    return this.policies.map((policy, index) => later(policy, this.#states[index] ?? EMPTY_WINDOW, nowMs - this.#at));
  }
}
