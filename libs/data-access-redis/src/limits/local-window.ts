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

  /** Takes `cost` credits under all policies, or none. Returns whether it did, and the counters afterwards. */
  take(cost: number, nowMs: number): { readonly taken: boolean; readonly states: readonly WindowState[] } {
    const states = this.policies.map((policy, index) => later(policy, this.#states[index] ?? EMPTY_WINDOW, nowMs - this.#at));
    const taken = this.policies.every((policy, index) => available(policy, states[index] ?? EMPTY_WINDOW) >= cost);
    this.#states = taken ? states.map((state) => ({ ...state, current: state.current + cost })) : states;
    this.#at = nowMs;
    return { taken, states: this.#states };
  }
}
