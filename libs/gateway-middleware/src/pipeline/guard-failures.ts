import { type AppError, type AuthFailureGuard, type ErrorCode, type FailedAttempt } from '@caas/runtime';
import { type Exchange } from './exchange.js';
import { presentedKeyPrefix } from './read-credential.js';
import { type Step } from './run-steps.js';

/** Refusals that say: whoever this is guesses. What has expired, was revoked or lacks a right was good once, and is none of them. */
const GUESSES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AUTH_KEY_INVALID',
  'AUTH_TOKEN_MALFORMED',
  'AUTH_TOKEN_SIGNATURE',
  'AUTH_APP_CREDENTIALS_INVALID',
]);
/** Refuses callers whose credentials were wrong too often, before a credential costs anything. */
export function guardFailures(guard: AuthFailureGuard): Step {
  return (exchange) => {
    if (!guard.isQuiet) guard.check(attemptOf(exchange));
  };
}

/** Counts an answer that says that a credential was made up. */
export function countFailure(guard: AuthFailureGuard, exchange: Exchange, { code, details }: AppError): void {
  if (GUESSES.has(code) || details['isGuess'] === true) guard.failed(attemptOf(exchange));
}

/** A key is known by its prefix, everything else by the route that it was tried at. */
function attemptOf(exchange: Exchange): FailedAttempt {
  return { ip: exchange.ip, subject: presentedKeyPrefix(exchange) ?? exchange.route ?? 'unknown' };
}
