/**
 * Waits for work while heartbeats go on, so that a long chunk costs no rebalance. A failed heartbeat does not interrupt the work: it is
 * handed back with the result, and `onFailed` may set a limit for what is still going on, because what is begun must be finished and committed before the group is joined again.
 */
export async function keepAlive<Result>(
  work: Promise<Result>,
  heartbeat: () => Promise<void>,
  { intervalMs, onFailed }: { intervalMs: number; onFailed?: () => NodeJS.Timeout },
): Promise<{ result: Result; heartbeatFailure?: unknown }> {
  let failed: { failure: unknown } | undefined;
  let limit: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    heartbeat().catch((failure: unknown) => {
      if (failed !== undefined) return;
      failed = { failure };
      limit = onFailed?.();
    });
  }, intervalMs);
  try {
    const result = await work;
    return failed === undefined ? { result } : { result, heartbeatFailure: failed.failure };
  } finally {
    clearInterval(timer);
    clearTimeout(limit);
  }
}
