import { InternalError, type QuotaCheck, QuotaExceededError, type Quotas } from '@caas/runtime';
import { type Step } from './run-steps.js';

/**
 * Counts an accepted request among the tenant's API calls of the month; behind the rate limit, so that what that refuses is not billed. Throws
 * `QuotaExceededError` (429) once the plan allows no more. With leased credits at hand it costs no round trip and no promise.
 */
export function countCall(quotas: Pick<Quotas, 'check'>): Step {
  return ({ tenant }) => {
    if (tenant === undefined) throw new InternalError('A call is counted before its tenant is known.');
    const check = quotas.check(tenant, 'api_calls');
    return check instanceof Promise ? check.then(requireAllowed) : requireAllowed(check);
  };
}

function requireAllowed(check: QuotaCheck): void {
  if (!check.allowed) throw new QuotaExceededError(check);
}
