import { type TenantId } from '@caas/schema';

/** One limit: so many in so long. */
export interface RatePolicy {
  /** As in `RateLimit-Policy`: `tenant`, `burst`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The outcome of one check, with what the headers tell the caller. */
export interface RateDecision {
  readonly allowed: boolean;
  readonly policies: readonly RatePolicy[];
  /** The tightest policy, and what is left of it as far as this process knows. */
  readonly policy: RatePolicy;
  readonly remaining: number;
  /** Whole seconds until the tightest policy has room again, at least 1. */
  readonly resetSeconds: number;
  /** Whether Redis decided (`shared`) or, with Redis away, this process alone (`local`). */
  readonly source: 'shared' | 'local';
}

/** Whose credits are taken, and how many there are: the tenant's effective limits (plan and contract), not the plan's name. */
export interface RateSubject {
  readonly tenantId: TenantId;
  /** Requests in any 60 seconds; policy `tenant`. */
  readonly requestsPerMinute: number;
  /** Requests in any one second; policy `burst`. */
  readonly burstPerSecond: number;
}

/** Counts requests against the limits of a tenant. Implemented by `data-access-redis`. */
export interface RateLimiter {
  /**
   * Takes `cost` credits. Synchronous while leased credits are at hand. Never throws and never allows without limit: with Redis away
   * a local limiter decides. `strict` asks Redis every time, so that many processes admit the limit exactly.
   */
  take(subject: RateSubject, options?: { cost?: number; strict?: boolean }): RateDecision | Promise<RateDecision>;
}
