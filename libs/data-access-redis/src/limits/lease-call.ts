import { type Account } from './account.js';
import { type Waiter } from './refill-queue.js';
import { type WindowState, windowMsOf } from './sliding-window.js';

/** Waiters who ask the same accounts for the same cost. */
export interface WaiterGroup {
  readonly cost: number;
  /** Places of the accounts in their list. */
  readonly places: readonly number[];
  /** In the order in which they came. */
  readonly waiters: readonly Waiter[];
}

/** Sorts waiters by what they ask for, so that a thousand equal requests are one demand of the script. */
export function grouped(waiting: readonly Waiter[], accounts: readonly Account[]): readonly WaiterGroup[] {
  const placeOf = new Map(accounts.map((account, index) => [account, index]));
  const groups = new Map<string, { cost: number; places: number[]; waiters: Waiter[] }>();
  for (const waiter of waiting) {
    const places = waiter.lacking.map((account) => placeOf.get(account) ?? 0);
    const name = `${waiter.cost}:${places.join(' ')}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { cost: waiter.cost, places, waiters: [waiter] });
    else group.waiters.push(waiter);
  }
  return [...groups.values()];
}

/** What the script is told. */
export function leaseArguments(accounts: readonly Account[], groups: readonly WaiterGroup[], leaseFraction: number): number[] {
  const limits = accounts.flatMap(({ policies, credits }) => [
    policies.length,
    Math.max(0, credits),
    ...policies.flatMap((policy) => [policy.limit, windowMsOf(policy)]),
  ]);
  const demands = groups.flatMap(({ cost, places, waiters }) => [waiters.length, cost, places.length, ...places.map((place) => place + 1)]);
  return [leaseFraction, accounts.length, ...limits, groups.length, ...demands];
}

/** What the script said: who got their credits; per account the lease, and the counters per policy. */
export interface LeaseReply {
  readonly granted: readonly Waiter[];
  readonly leases: readonly number[];
  readonly states: readonly (readonly WindowState[])[];
}

export function readReply(
  numbers: readonly number[],
  { groups, accounts }: { groups: readonly WaiterGroup[]; accounts: readonly Account[] },
): LeaseReply {
  const granted = groups.flatMap(({ waiters }, index) => waiters.slice(0, numbers[index] ?? 0));
  const leases: number[] = [];
  let position = groups.length;
  const next = (): number => numbers[position++] ?? 0;
  const states = accounts.map(({ policies }) => {
    leases.push(next());
    return policies.map(() => ({ current: next(), previous: next(), elapsedMs: next() }));
  });
  return { granted, leases, states };
}
