/** How often something is tried, and how long to wait in between. */
export interface RetryPreset {
  /** The first try included. */
  readonly attemptsMax: number;
  readonly delayInitialMs: number;
  readonly delayMaxMs: number;
}

/**
 * `STANDARD` for writes and for the connection at start, `FAST` for reads that somebody waits for, `SLOW` for background work.
 * Only for what may be repeated: a write that is not idempotent is retried by the driver's own mechanism and by nothing else.
 */
export const RETRY_PRESETS = {
  STANDARD: { attemptsMax: 10, delayInitialMs: 1_000, delayMaxMs: 30_000 },
  FAST: { attemptsMax: 5, delayInitialMs: 500, delayMaxMs: 5_000 },
  SLOW: { attemptsMax: 15, delayInitialMs: 2_000, delayMaxMs: 60_000 },
} as const satisfies Readonly<Record<string, RetryPreset>>;

/** Most that chance adds to a delay: a quarter, so that processes that lost the same server do not come back together. */
const JITTER_MAX = 0.25;

/**
 * Milliseconds to wait after the given failed attempt, counted from 1: doubles each time up to the preset's maximum, plus 0–25 % of chance.
 * `random` yields a number from 0 to 1.
 */
export function retryDelayMs(preset: RetryPreset, attempt: number, random: () => number = Math.random): number {
  const delayMs = Math.min(preset.delayInitialMs * 2 ** (attempt - 1), preset.delayMaxMs);
  return Math.round(delayMs * (1 + JITTER_MAX * random()));
}
