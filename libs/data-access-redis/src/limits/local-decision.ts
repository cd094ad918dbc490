import { type RateDecision } from '@caas/runtime';
import { type Account } from './account.js';
import { refusedBy } from './decisions.js';
import { LocalWindow } from './local-window.js';

/** Decides in this process alone, by limit ÷ divisor of every policy; all accounts or none. */
export function takeLocally(
  accounts: readonly Account[],
  { cost, now, divisor }: { cost: number; now: number; divisor: number },
): RateDecision {
  const windows = accounts.map((account) => (account.local ??= windowOf(account, now, divisor)));
  const fits = windows.every((window) => window.fits(cost, now));
  if (fits) for (const window of windows) window.take(cost, now);
  const policies = windows.flatMap((window) => window.policies);
  const states = windows.flatMap((window) => window.statesAt(now));
  const decision = refusedBy(policies, states, { cost, source: 'local' });
  return fits ? { ...decision, allowed: true, violated: [] } : decision;
}

function windowOf({ policies }: Account, now: number, divisor: number): LocalWindow {
  return new LocalWindow(
    policies.map((policy) => ({ ...policy, limit: Math.max(1, Math.floor(policy.limit / divisor)) })),
    now,
  );
}
