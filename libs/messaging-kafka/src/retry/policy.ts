/** How often and when failed records of a group are tried again. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries after the first one, in the same process, while the record's key waits. */
  readonly triesMax: number;
  /** First pause between those tries; doubles up to `backoffMaxMs`, each drawn from zero to there (full jitter). */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** How long a record rests in each retry topic. */
  readonly tierDelaysMs: readonly number[];
}

export const RETRY_DEFAULTS: RetryPolicy = {
  triesMax: 3,
  backoffMinMs: 100,
  backoffMaxMs: 30_000,
  tierDelaysMs: [60_000, 300_000, 1_800_000],
};

/** The pause before try number `tries + 1`: full jitter over a doubling ceiling. `random` is from 0 to below 1. */
export function backoffMs(policy: Pick<RetryPolicy, 'backoffMinMs' | 'backoffMaxMs'>, tries: number, random: number): number {
  return Math.ceil(Math.min(policy.backoffMinMs * 2 ** (tries - 1), policy.backoffMaxMs) * random);
}
