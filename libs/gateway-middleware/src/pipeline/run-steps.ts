import { type Exchange } from './exchange.js';

/**
 * One stage of the way of a request to its handler. Returns nothing when it is done at once, a promise when it has to wait; throws or
 * rejects with the error that answers the request.
 */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** Runs steps in order and calls `done` once. Stays synchronous as long as the steps do: no promise is made on the hot path. */
export function runSteps(steps: readonly Step[], exchange: Exchange, done: (error?: Error) => void): void {
  runFrom(0, steps, { exchange, done });
}

function runFrom(start: number, steps: readonly Step[], run: { exchange: Exchange; done: (error?: Error) => void }): void {
  for (let index = start; index < steps.length; index++) {
    let pending: void | Promise<void>;
    try {
      pending = steps[index]?.(run.exchange);
    } catch (error) {
      run.done(error as Error);
      return;
    }
    if (pending !== undefined) {
      pending.then(
        () => runFrom(index + 1, steps, run),
        (error: unknown) => run.done(error as Error),
      );
      return;
    }
  }
  run.done();
}
