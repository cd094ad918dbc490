import { type RateDecision, type RatePolicy } from '@caas/runtime';
import { type Account } from './account.js';
import { available, EMPTY_WINDOW, waitMs, type WindowState } from './sliding-window.js';

const NOTHING_VIOLATED: readonly string[] = [];

/** An allowed request, as its headers show it: the policy of which the smallest part is left, of all accounts. */
export function allowed(accounts: readonly Account[], nowMs: number): RateDecision {
  let tight: { policy: RatePolicy; remaining: number; resetAt: number } | undefined;
  for (const account of accounts) {
    const { policy, free, resetAt } = account.tightest(nowMs);
    const remaining = free + account.credits;
    if (tight === undefined || remaining / policy.limit < tight.remaining / tight.policy.limit) tight = { policy, remaining, resetAt };
  }
  if (tight === undefined) throw new TypeError('A request is taken from at least one level.');
  return {
    allowed: true,
    policies: policiesOf(accounts),
    policy: tight.policy,
    remaining: tight.remaining,
    resetSeconds: wholeSeconds(tight.resetAt - nowMs),
    violated: NOTHING_VIOLATED,
    source: 'shared',
  };
}

/** A refused request: the policy that keeps it waiting longest. */
export function refused(accounts: readonly Account[], cost: number, nowMs: number): RateDecision {
  const states = accounts.flatMap((account) => account.statesAt(nowMs));
  return refusedBy(policiesOf(accounts), states, { cost, source: 'shared' });
}

/** The refusal under the policy that keeps a request of this cost waiting longest. */
export function refusedBy(
  policies: readonly RatePolicy[],
  states: readonly WindowState[],
  { cost, source }: { cost: number; source: RateDecision['source'] },
): RateDecision {
  const waits = policies.map((policy, index) => {
    const state = states[index] ?? EMPTY_WINDOW;
    return { policy, state, waitMs: waitMs(policy, state, cost), used: 1 - available(policy, state) / policy.limit };
  });
  // a window may have ended since it refused: then nothing has to wait, and the fullest policy it was
  const longest = waits.reduce((long, next) =>
    next.waitMs > long.waitMs || (next.waitMs === long.waitMs && next.used > long.used) ? next : long,
  );
  const waiting = waits.filter((wait) => wait.waitMs > 0).map(({ policy }) => policy.name);
  return {
    allowed: false,
    policies,
    policy: longest.policy,
    remaining: available(longest.policy, longest.state),
    resetSeconds: wholeSeconds(longest.waitMs),
    violated: waiting.length === 0 ? [longest.policy.name] : waiting,
    source,
  };
}

/** Lists of policies joined so far: the same lists give the same list, by which headers are remembered. */
const joined = new WeakMap<readonly RatePolicy[], WeakMap<readonly RatePolicy[], readonly RatePolicy[]>>();

/** The policies of all accounts in their order. */
export function policiesOf(accounts: readonly Account[]): readonly RatePolicy[] {
  let policies = accounts[0]?.policies ?? [];
  for (let index = 1; index < accounts.length; index++) policies = join(policies, accounts[index]?.policies ?? []);
  return policies;
}

function join(first: readonly RatePolicy[], second: readonly RatePolicy[]): readonly RatePolicy[] {
  let byFirst = joined.get(first);
  if (byFirst === undefined) joined.set(first, (byFirst = new WeakMap()));
  let both = byFirst.get(second);
  if (both === undefined) byFirst.set(second, (both = [...first, ...second]));
  return both;
}

/** `RateLimit` speaks of whole seconds; less than one would read as "now". */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
