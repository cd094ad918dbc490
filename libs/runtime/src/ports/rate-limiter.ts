/** One limit: so many in so long. */
export interface RatePolicy {
  /** As in `RateLimit-Policy`: `tenant`, `burst`, `user`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The outcome of one check, with what the headers tell the caller. */
export interface RateDecision {
  readonly allowed: boolean;
  /** Of all levels, in their order; the same array for the same limits. */
  readonly policies: readonly RatePolicy[];
  /** The tightest policy, and what is left of it as far as this process knows. */
  readonly policy: RatePolicy;
  readonly remaining: number;
  /** Whole seconds until the tightest policy has room again, at least 1. */
  readonly resetSeconds: number;
  /** Names of the policies that refuse; empty for what is allowed. */
  readonly violated: readonly string[];
  /** Whether Redis decided (`shared`) or, with Redis away, this process alone (`local`). */
  readonly source: 'shared' | 'local';
}

/** One counter that a request is taken from, with all policies that bound it. */
export interface RateLevel {
  /** Tells the counters of one name apart inside their scope: the id of a user, an application…; empty where there is one. */
  readonly id: string;
  /** Hand in the same array for the same limits. */
  readonly policies: readonly RatePolicy[];
}

/** What a request is taken from: all of its levels at once, or none. */
export interface RateSubject {
  /** Whose counters are kept in one place: a tenant, or an address. */
  readonly scope: string;
  /** At least one; no two of the same names and id. */
  readonly levels: readonly RateLevel[];
}

/** Counts requests against limits. Implemented by `data-access-redis`. */
export interface RateLimiter {
  /**
   * Takes `cost` credits of every level, or none of any. Synchronous while leased credits are at hand. Never throws and never allows without limit: with
   * Redis away a local limiter decides. `strict` asks Redis every time, so that many processes admit the limit exactly.
   */
  take(subject: RateSubject, options?: { cost?: number; strict?: boolean }): RateDecision | Promise<RateDecision>;
}
