import { type RateDecision, type RatePolicy } from '@caas/runtime';

/** `RateLimit-Policy` texts by policy list; limiters hand out the same list for the same limits. */
const policyTexts = new WeakMap<readonly RatePolicy[], string>();

/** `"tenant";q=1000;w=60, "burst";q=100;w=1`: all policies as a structured-field list (draft-ietf-httpapi-ratelimit-headers-10). */
export function rateLimitPolicy(policies: readonly RatePolicy[]): string {
  let text = policyTexts.get(policies);
  if (text === undefined) {
    text = policies.map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`).join(', ');
    policyTexts.set(policies, text);
  }
  return text;
}

/** Takes one response header. */
export type SetHeader = (name: string, value: string | number) => unknown;

/**
 * Everything a counted answer tells about limits: the draft's two fields, the three common `X-` ones of the same policy, and
 * `Retry-After` when the request was refused. `now` is in milliseconds since the epoch.
 */
export function setRateLimitHeaders(decision: RateDecision, now: number, set: SetHeader): void {
  const { policy, remaining, resetSeconds } = decision;
  set('ratelimit-policy', rateLimitPolicy(decision.policies));
  set('ratelimit', `"${policy.name}";r=${remaining};t=${resetSeconds}`);
  set('x-ratelimit-limit', policy.limit);
  set('x-ratelimit-remaining', remaining);
  set('x-ratelimit-reset', Math.ceil(now / 1000) + resetSeconds);
  if (!decision.allowed) set('retry-after', Math.max(1, resetSeconds));
}
