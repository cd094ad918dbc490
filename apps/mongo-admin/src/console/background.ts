import { setTimeout as pause } from 'node:timers/promises';
import { type Logger } from '@caas/runtime';

const WAIT_MS = 5_000;

/** Work that may take longer than a browser waits. The process ends when all of it has. */
export class Background {
  readonly #logger: Logger;
  readonly #waitMs: number;
  readonly #running = new Set<Promise<unknown>>();

  constructor({ logger, waitMs = WAIT_MS }: { logger: Logger; waitMs?: number }) {
    this.#logger = logger;
    this.#waitMs = waitMs;
  }

  /**
   * Resolves with the result of the work; with `undefined` when it takes longer than a few seconds: it then goes on by itself, and a failure is logged. Rejects with
   * what the work rejects with in time.
   */
  async run<Result>(what: string, work: Promise<Result>): Promise<Result | undefined> {
    this.#running.add(work);
    let awaited = true;
    void work
      .catch((error: unknown) => {
        if (!awaited) this.#logger.error({ err: error, what }, 'what an operator began has failed');
      })
      .finally(() => this.#running.delete(work));
    const timer = new AbortController();
    try {
      return await Promise.race([work, pause(this.#waitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    } finally {
      awaited = false;
      timer.abort();
    }
  }

  /** Resolves when nothing is under way any more. Never rejects. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}
