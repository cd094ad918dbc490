/** The times of a JWT, in seconds since the epoch (RFC 7519 §4.1). */
export interface TokenTimes {
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly iat?: unknown;
}

export type TimeFault = 'missing' | 'future' | 'expired';

/** What is wrong with the times of a token at a moment, clocks being allowed to differ by `toleranceSeconds`. */
export function timeFaultOf({ exp, nbf, iat }: TokenTimes, nowMs: number, toleranceSeconds: number): TimeFault | undefined {
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return 'missing';
  const now = nowMs / 1_000;
  if (iat > now + toleranceSeconds || (nbf ?? 0) > now + toleranceSeconds) return 'future';
  return exp <= now - toleranceSeconds ? 'expired' : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
