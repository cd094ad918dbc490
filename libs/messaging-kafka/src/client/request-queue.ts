import { createRequire } from 'node:module';

/** The fields of a connection's `RequestQueue` of kafkajs that decide when it looks at the requests that wait. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Milliseconds since the epoch; in the past when the broker does not throttle this client. */
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/** Milliseconds between two looks while requests wait and nothing throttles them: kafkajs's own. */
const CHECK_INTERVAL_MS = 10;

const require = createRequire(import.meta.url);

/**
 * Has connections of kafkajs rest while no request waits. Its own schedule asks for a timer in the past then, which Node.js makes one of a
 * millisecond, and each of them sets the next: a thousand wake-ups a second for every connection that once had a request to hold back. A look is
 * needed only while something waits; an answer that arrives and a request that is pushed look by themselves. Takes effect for connections made before, too.
 */
export function restWhileNothingWaits(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as {
    prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void };
  };
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    scheduleCheck(this);
  };
}

/** Sets the timer of the next look, where one is needed and none is set. */
export function scheduleCheck(queue: RequestQueue): void {
  if (queue.throttleCheckTimeoutId !== null || queue.pending.length === 0) return;
  const throttledMs = queue.throttledUntil - Date.now();
  queue.throttleCheckTimeoutId = setTimeout(
    () => {
      queue.throttleCheckTimeoutId = null;
      queue.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
  );
}
