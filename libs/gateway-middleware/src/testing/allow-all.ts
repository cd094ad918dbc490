import { type RateLimiter } from '@caas/runtime';

const policies = [{ name: 'tenant', limit: 1_000, windowSeconds: 60 }] as const;

/** A limiter to which every request is the first one of the minute. */
export const allowAll: RateLimiter = {
  take: () => ({ allowed: true, policies, policy: policies[0], remaining: 999, resetSeconds: 60, violated: [], source: 'shared' }),
};
