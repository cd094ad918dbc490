import { type RateLevel, type RatePolicy } from '@caas/runtime';
import { type LocalWindow } from './local-window.js';
import { available, EMPTY_WINDOW, later, waitMs, type WindowState, windowMsOf } from './sliding-window.js';

const NOTHING_SEEN: readonly WindowState[] = [];

/** Part of a lease at which the next one is fetched in the background. */
const LOW_WATER = 0.25;

/** The policy of which the smallest part is left. */
export interface Tightest {
  readonly policy: RatePolicy;
  /** Credits free in Redis when it was last asked. */
  readonly free: number;
  readonly resetAt: number;
}

/** What this process knows and holds of one level's limits. Times are milliseconds of the limiter's clock. */
export class Account {
  readonly scope: string;
  readonly policies: readonly RatePolicy[];
  readonly #id: string;
  /** Leased and not spent. */
  credits = 0;
  /** Credits die with the window in which they were taken. */
  expiresAt = 0;
  /** Until then Redis has said that nothing is free. */
  blockedUntil = 0;
  /** Counts while Redis is away. */
  local: LocalWindow | undefined;
  #leased = 0;
  #states: readonly WindowState[] = NOTHING_SEEN;
  #observedAt = 0;
  #shown: Tightest | undefined;

  constructor(scope: string, { id, policies }: RateLevel) {
    this.scope = scope;
    this.policies = policies;
    this.#id = id;
  }

  /** Where the counters of each policy live. Made when they are asked for, which is once a lease. */
  keys(): readonly string[] {
    return this.policies.map(({ name }) => (this.#id === '' ? `rl:{${this.scope}}:${name}` : `rl:{${this.scope}}:${name}:${this.#id}`));
  }

  /** Whether a lease is due before the credits are gone. */
  get isLow(): boolean {
    return this.credits <= this.#leased * LOW_WATER;
  }

  /** Whether so many credits are at hand. */
  has(cost: number, nowMs: number): boolean {
    if (nowMs >= this.expiresAt) this.credits = 0;
    return this.credits >= cost;
  }

  /** Takes in what the script said: its counters, and the credits that come into hand. */
  observe(states: readonly WindowState[], leased: number, nowMs: number): void {
    this.#states = states;
    this.#observedAt = nowMs;
    this.#shown = undefined;
    this.hold(leased, nowMs);
    this.#leased = this.credits;
  }

  /** Puts credits into hand that were taken in the windows last observed. */
  hold(credits: number, nowMs: number): void {
    if (credits === 0) return;
    this.credits += credits;
    this.expiresAt = nowMs + Math.max(...this.policies.map((policy, index) => windowMsOf(policy) - at(this.#states, index).elapsedMs));
  }

  /** Remembers that nothing is free, if so, and refuses without asking until something may be. */
  closeWhenEmpty(nowMs: number): void {
    if (this.credits > 0) return;
    const wait = this.waitMs(1, nowMs);
    if (wait > 0) this.blockedUntil = nowMs + wait;
  }

  /** Milliseconds until so many credits are free, as far as this process knows. */
  waitMs(cost: number, nowMs: number): number {
    const states = this.statesAt(nowMs);
    return Math.max(...this.policies.map((policy, index) => waitMs(policy, at(states, index), cost)));
  }

  statesAt(nowMs: number): readonly WindowState[] {
    return this.policies.map((policy, index) => later(policy, at(this.#states, index), nowMs - this.#observedAt));
  }

  tightest(nowMs: number): Tightest {
    if (this.#shown === undefined || nowMs >= this.#shown.resetAt) this.#shown = this.#findTightest(nowMs);
    return this.#shown;
  }

  #findTightest(nowMs: number): Tightest {
    const states = this.statesAt(nowMs);
    const shown = this.policies.map((policy, index) => ({
      policy,
      free: available(policy, at(states, index)),
      resetAt: nowMs + windowMsOf(policy) - at(states, index).elapsedMs,
    }));
    return shown.reduce((tight, next) => (next.free / next.policy.limit < tight.free / tight.policy.limit ? next : tight));
  }
}

function at(states: readonly WindowState[], index: number): WindowState {
  return states[index] ?? EMPTY_WINDOW;
}
