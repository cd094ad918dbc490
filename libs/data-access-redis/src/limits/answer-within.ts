/**
 * Resolves as `work` does, or rejects once `timeoutMs` have passed without an answer. An answer that lies unread in the socket counts: when
 * the event loop was blocked, timers fire before sockets are read, and a busy process would take itself for a slow server.
 */
export function answerWithin<Answer>(timeoutMs: number, work: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${timeoutMs} ms`));
    const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
