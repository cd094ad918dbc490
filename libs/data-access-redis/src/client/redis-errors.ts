import { AppError, type ServerFault, serverFaultOf, UnavailableError } from '@caas/runtime';

/**
 * Turns what the driver threw into our errors, keeping it as the cause. Whatever the driver's reason (closed, timed out, loading,
 * read-only replica): Redis did not do what was asked, and asking again is safe.
 */
export function translateRedisError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  if (isAccessRefusal(error)) {
    return new UnavailableError(`Redis refuses this user: ${what} failed.`, {
      cause: error,
      retryable: false,
      details: { reason: 'REDIS_ACCESS_REFUSED' },
    });
  }
  return new UnavailableError(`Redis: ${what} failed.`, { cause: error, details: { retryAfterSeconds: 1 } });
}

/** Whether Redis knows neither the user nor the password, or asks for one. */
export function isAccessRefusal(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|ERR invalid password)\b/.test(error.message);
}

/** The fault behind what the driver threw. */
export function redisFaultOf(error: unknown): ServerFault {
  return isAccessRefusal(error) ? { kind: 'access_refused', said: (error as Error).message } : serverFaultOf(error);
}
