/** Timers of one component: repeated tasks and single ones, all ended at once. None of them keeps the process alive. */
export class Housekeeping {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #onError: (error: unknown) => void;
  #ended = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Runs the task again and again, the interval counted from the end of the run before. A failed run is reported, and the next one comes. */
  every(intervalMs: number, task: () => Promise<void>): void {
    this.after(intervalMs, async () => {
      await task().catch(this.#onError);
      this.every(intervalMs, task);
    });
  }

  /** Runs the task once. */
  after(delayMs: number, task: () => Promise<void>): void {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task().catch(this.#onError);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  /** Cancels everything; nothing can be added afterwards. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
