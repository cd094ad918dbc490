import { UnavailableError } from '@caas/runtime';
import { type Step } from './run-steps.js';

/** How far the gateway is on its way down. */
export interface DrainState {
  /** Probes say no, requests are still served. */
  draining: boolean;
  /** The listener is closed: what still comes in on open connections is refused. */
  closing: boolean;
}

/** Refuses late requests and tells clients to take their connections elsewhere. */
export function drainGate(state: DrainState): Step {
  return ({ reply }) => {
    if (!state.draining) return;
    reply.header('connection', 'close');
    if (state.closing) {
      throw new UnavailableError('This instance is shutting down.', { code: 'SYS_SHUTTING_DOWN', details: { retryAfterSeconds: 1 } });
    }
  };
}
