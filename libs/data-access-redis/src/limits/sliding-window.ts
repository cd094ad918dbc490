import { type RatePolicy } from '@caas/runtime';

/** The counters of one policy at one moment: what was taken in the current window and in the one before. */
export interface WindowState {
  readonly current: number;
  readonly previous: number;
  /** Milliseconds since the current window began. */
  readonly elapsedMs: number;
}

export const EMPTY_WINDOW: WindowState = { current: 0, previous: 0, elapsedMs: 0 };

/** Keeps what should be a whole number from being floored one too low; the script does the same. */
const EPSILON = 1e-9;

/**
 * Credits that are free. Sliding-window counter: the window before counts in proportion to the part of it that a window ending now still
 * covers. That assumes its requests were spread evenly, which costs an error of about 1 % and saves a log of every request.
 */
export function available(policy: RatePolicy, { current, previous, elapsedMs }: WindowState): number {
  const covered = Math.max(0, 1 - elapsedMs / windowMsOf(policy));
  return Math.max(0, Math.floor(policy.limit - current - previous * covered + EPSILON));
}

/** Milliseconds until `cost` credits are free if nobody takes any meanwhile; 0 when they are now. A cost above the limit never fits. */
export function waitMs(policy: RatePolicy, state: WindowState, cost: number): number {
  if (available(policy, state) >= cost) return 0;
  const windowMs = windowMsOf(policy);
  const room = policy.limit - cost - state.current;
  // in this window: the share of the window before must shrink to what the current one leaves
  if (room >= 0) return Math.max(1, Math.ceil(windowMs * (1 - room / state.previous) - state.elapsedMs));
  // in the next window the current one takes the place of the window before; what costs more than the limit is told to wait for two of them
  const share = state.current === 0 ? 0 : Math.max(0, policy.limit - cost) / state.current;
  return Math.ceil(windowMs - state.elapsedMs + windowMs * Math.max(0, 1 - share));
}

/** The same counters some milliseconds later, nothing taken meanwhile. */
export function later(policy: RatePolicy, { current, previous, elapsedMs }: WindowState, passedMs: number): WindowState {
  const windowMs = windowMsOf(policy);
  const elapsed = elapsedMs + passedMs;
  if (elapsed < windowMs) return { current, previous, elapsedMs: elapsed };
  if (elapsed < 2 * windowMs) return { current: 0, previous: current, elapsedMs: elapsed - windowMs };
  return { current: 0, previous: 0, elapsedMs: elapsed % windowMs };
}

export function windowMsOf(policy: RatePolicy): number {
  return policy.windowSeconds * 1000;
}
