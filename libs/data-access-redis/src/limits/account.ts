import { type RateDecision, type RatePolicy, type RateSubject } from '@caas/runtime';
import { CreditPool } from './credit-pool.js';
import { type LocalWindow } from './local-window.js';
import { available, later, waitMs, type WindowState, windowMsOf } from './sliding-window.js';

/** What tenants with the same limits have in common. */
interface Rules {
  readonly requestsPerMinute: number;
  readonly burstPerSecond: number;
  readonly policies: readonly RatePolicy[];
  readonly limits: readonly number[];
}

/** Different pairs of limits that are kept; there are a handful of plans, and contracts. */
const RULES_KEPT_MAX = 1_000;
const rules = new Map<string, Rules>();

function rulesOf({ requestsPerMinute, burstPerSecond }: RateSubject): Rules {
  const name = `${requestsPerMinute} ${burstPerSecond}`;
  const known = rules.get(name);
  if (known !== undefined) return known;
  const policies: readonly RatePolicy[] = [
    { name: 'tenant', limit: requestsPerMinute, windowSeconds: 60 },
    { name: 'burst', limit: burstPerSecond, windowSeconds: 1 },
  ];
  const made = { requestsPerMinute, burstPerSecond, policies, limits: policies.flatMap((policy) => [policy.limit, windowMsOf(policy)]) };
  if (rules.size >= RULES_KEPT_MAX) rules.clear();
  rules.set(name, made);
  return made;
}

const NOTHING_SEEN: readonly WindowState[] = [];

/** What this process knows and holds of one tenant's limits. Times are milliseconds of the limiter's clock. */
export class Account {
  readonly tenantId: RateSubject['tenantId'];
  readonly #rules: Rules;
  readonly pool = new CreditPool<RateDecision>();
  /** Credits die with the window in which they were taken. */
  expiresAt = 0;
  /** Until then Redis has said that nothing is free. */
  blockedUntil = 0;
  /** Counts while Redis is away. */
  local: LocalWindow | undefined;
  #states: readonly WindowState[] = NOTHING_SEEN;
  #observedAt = 0;
  #shown: { policy: RatePolicy; free: number; resetAt: number } | undefined;

  constructor(subject: RateSubject) {
    this.tenantId = subject.tenantId;
    this.#rules = rulesOf(subject);
  }

  get policies(): readonly RatePolicy[] {
    return this.#rules.policies;
  }

  /** Limit and window of each policy, as the script takes them. */
  get limits(): readonly number[] {
    return this.#rules.limits;
  }

  /** Where the counters of each policy live. Made when they are asked for, which is once a lease. */
  keys(): readonly string[] {
    return this.policies.map(({ name }) => `rl:{${this.tenantId}}:${name}`);
  }

  /** Whether the account still is about these limits; a change of plan starts a new one. */
  fits({ requestsPerMinute, burstPerSecond }: RateSubject): boolean {
    return this.#rules.requestsPerMinute === requestsPerMinute && this.#rules.burstPerSecond === burstPerSecond;
  }

  /** Takes in what the script said: its counters, and the credits that come into hand. */
  observe(states: readonly WindowState[], taken: number, nowMs: number): void {
    this.#states = states;
    this.#observedAt = nowMs;
    this.#shown = undefined;
    if (taken === 0) return;
    this.pool.credits += taken;
    this.expiresAt = nowMs + Math.max(...this.policies.map((policy, index) => windowMsOf(policy) - (states[index]?.elapsedMs ?? 0)));
  }

  /** An allowed request, as its headers show it: the policy of which the smallest part is left. */
  allowed(nowMs: number): RateDecision {
    if (this.#shown === undefined || nowMs >= this.#shown.resetAt) this.#shown = this.#tightest(nowMs);
    const { policy, free, resetAt } = this.#shown;
    return {
      allowed: true,
      policies: this.policies,
      policy,
      remaining: free + this.pool.credits,
      resetSeconds: wholeSeconds(resetAt - nowMs),
      source: 'shared',
    };
  }

  /** A refused request: the policy that keeps it waiting longest. */
  refused(cost: number, nowMs: number): RateDecision {
    return refusedBy(this.policies, this.#statesAt(nowMs), { cost, source: 'shared' });
  }

  /** Milliseconds until one credit is free, as far as this process knows. */
  waitMs(cost: number, nowMs: number): number {
    const states = this.#statesAt(nowMs);
    return Math.max(...this.policies.map((policy, index) => waitMs(policy, at(states, index), cost)));
  }

  #statesAt(nowMs: number): readonly WindowState[] {
    return this.policies.map((policy, index) => later(policy, at(this.#states, index), nowMs - this.#observedAt));
  }

  #tightest(nowMs: number): { policy: RatePolicy; free: number; resetAt: number } {
    const states = this.#statesAt(nowMs);
    const shown = this.policies.map((policy, index) => ({
      policy,
      free: available(policy, at(states, index)),
      resetAt: nowMs + windowMsOf(policy) - at(states, index).elapsedMs,
    }));
    return shown.reduce((tight, next) => (next.free / next.policy.limit < tight.free / tight.policy.limit ? next : tight));
  }
}

/** The refusal under the policy that keeps a request of this cost waiting longest. */
export function refusedBy(
  policies: readonly RatePolicy[],
  states: readonly WindowState[],
  { cost, source }: { cost: number; source: RateDecision['source'] },
): RateDecision {
  const waits = policies.map((policy, index) => {
    const state = at(states, index);
    return { policy, state, waitMs: waitMs(policy, state, cost), used: 1 - available(policy, state) / policy.limit };
  });
  // a window may have ended since it refused: then nothing has to wait, and the fullest policy it was
  const longest = waits.reduce((long, next) =>
    next.waitMs > long.waitMs || (next.waitMs === long.waitMs && next.used > long.used) ? next : long,
  );
  return {
    allowed: false,
    policies,
    policy: longest.policy,
    remaining: available(longest.policy, longest.state),
    resetSeconds: wholeSeconds(longest.waitMs),
    source,
  };
}

/** `RateLimit` speaks of whole seconds; less than one would read as "now". */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

const NOTHING_TAKEN: WindowState = { current: 0, previous: 0, elapsedMs: 0 };

function at(states: readonly WindowState[], index: number): WindowState {
  return states[index] ?? NOTHING_TAKEN;
}
