import { InternalError, isPromise } from '@caas/runtime';
import { type Exchange } from './exchange.js';
import { runSteps, type Step } from './run-steps.js';

/** A step whose refusals run other steps first, which may refuse by themselves: whoever is over a limit is told that and nothing else. */
export function countingRefusals(step: Step, counting: readonly Step[]): Step {
  const refuse = (exchange: Exchange, error: unknown): Promise<never> =>
    new Promise((_resolve, reject) => runSteps(counting, exchange, (limited) => reject(limited ?? asError(error))));
  return (exchange) => {
    try {
      const pending = step(exchange);
      return isPromise(pending) ? pending.catch((error: unknown) => refuse(exchange, error)) : undefined;
    } catch (error) {
      return refuse(exchange, error);
    }
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new InternalError('A step ended with something that is no error.', { cause: thrown });
}
