/**
 * Resolves or rejects as `work` does, or rejects with `onTimeout()` once `timeoutMs` have passed. The work itself goes on: give it an
 * abort signal where it can be stopped.
 */
export async function withTimeout<Result>(timeoutMs: number, work: Promise<Result> | Result, onTimeout: () => Error): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onTimeout()), timeoutMs);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
