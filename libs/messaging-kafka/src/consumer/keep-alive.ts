/**
 * Waits for work while heartbeats go on, so that a long chunk costs no rebalance. A failed heartbeat does not interrupt the work: it is
 * handed back with the result, because what is begun must be finished and committed before the group is joined again.
 */
export async function keepAlive<Result>(
  work: Promise<Result>,
  heartbeat: () => Promise<void>,
  intervalMs: number,
): Promise<{ result: Result; heartbeatFailure?: unknown }> {
  let failed: { failure: unknown } | undefined;
  const timer = setInterval(() => {
    heartbeat().catch((failure: unknown) => (failed ??= { failure }));
  }, intervalMs);
  try {
    const result = await work;
    return failed === undefined ? { result } : { result, heartbeatFailure: failed.failure };
  } finally {
    clearInterval(timer);
  }
}
