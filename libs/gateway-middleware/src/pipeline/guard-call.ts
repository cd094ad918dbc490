import { AppError, type AdmittedCall, isPromise, UnavailableError } from '@caas/runtime';
import { type Step } from './run-steps.js';

/** Lets only those through that a rule about calls does not refuse; a rule that cannot decide refuses. */
export function guardCall(rule: { check(call: AdmittedCall): void | Promise<void> }): Step {
  return (exchange) => {
    try {
      const checked = rule.check(exchange);
      return isPromise(checked) ? checked.catch(refuse) : undefined;
    } catch (error) {
      return refuse(error);
    }
  };
}

function refuse(error: unknown): never {
  throw error instanceof AppError
    ? error
    : new UnavailableError('A rule about calls could not decide.', { code: 'AUTHZ_UNAVAILABLE', cause: error });
}
