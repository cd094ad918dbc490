import { AppError, UnavailableError } from '@caas/runtime';

/**
 * Turns what the driver threw into our errors, keeping it as the cause. Whatever the driver's reason (closed, timed out, loading,
 * read-only replica): Redis did not do what was asked, and asking again is safe.
 */
export function translateRedisError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  return new UnavailableError(`Redis: ${what} failed.`, { cause: error, details: { retryAfterSeconds: 1 } });
}
