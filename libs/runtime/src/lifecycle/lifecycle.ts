import { type Logger } from '../logging/logger.js';
import { withTimeout } from '../timeout.js';

/** One part of a process that is started in order and stopped in reverse. */
export interface LifecycleStep {
  readonly name: string;
  start?(): Promise<void> | void;
  /** Must be safe after a failed or missing start. */
  stop?(): Promise<void> | void;
  /** Milliseconds this stop may take before the next one begins; 5 000 unless given. */
  readonly stopTimeoutMs?: number;
}

export interface LifecycleOptions {
  readonly logger: Logger;
  /** Milliseconds for the whole stop; past that the process exits with 1. */
  readonly shutdownTimeoutMs?: number;
  /** How the process ends; `process.exit` unless given (specs). */
  readonly exit?: (code: number) => void;
}

/**
 * Start and stop of a process. A failing start stops what had started, in reverse. `SIGTERM`, `SIGINT`, an unhandled rejection and an
 * uncaught exception run the same stop; a second signal exits at once with 1. The exit code is 0 only when every step stopped in time
 * and no fatal error was the reason.
 */
export class Lifecycle {
  readonly #steps: LifecycleStep[] = [];
  readonly #started: LifecycleStep[] = [];
  readonly #options: Required<LifecycleOptions>;
  #stopping: Promise<boolean> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = { shutdownTimeoutMs: 30_000, exit: (code) => process.exit(code), ...options };
  }

  /** A step without a start of its own counts as started from here on. */
  add(step: LifecycleStep): void {
    if (step.start === undefined) this.#started.push(step);
    else this.#steps.push(step);
  }

  async start(): Promise<void> {
    for (const step of this.#steps) {
      if (this.#stopping !== undefined) return;
      const started = performance.now();
      this.#started.push(step);
      try {
        await step.start?.();
      } catch (error) {
        this.#options.logger.fatal({ err: error, step: step.name }, 'start failed');
        await this.stop('start failed');
        throw error;
      }
      this.#options.logger.debug({ step: step.name, elapsed_ms: Math.round(performance.now() - started) }, 'started');
    }
  }

  /** Stops everything, once; later calls wait for the same stop. Resolves with whether every step stopped cleanly. */
  stop(reason: string): Promise<boolean> {
    this.#stopping ??= this.#stop(reason);
    return this.#stopping;
  }

  /** Binds the stop to signals and fatal errors, and ends the process after it. */
  bindSignals(): void {
    const finish = (reason: string, fatal: boolean): void => {
      if (this.#stopping !== undefined) return this.#options.exit(1);
      const forced = setTimeout(() => this.#options.exit(1), this.#options.shutdownTimeoutMs);
      forced.unref();
      void this.stop(reason).then((clean) => this.#options.exit(clean && !fatal ? 0 : 1));
    };
    process.on('SIGTERM', () => finish('SIGTERM', false));
    process.on('SIGINT', () => finish('SIGINT', false));
    const onFatal = (error: unknown): void => {
      this.#options.logger.fatal({ err: error }, 'unhandled error');
      if (this.#stopping === undefined) finish('fatal error', true);
    };
    process.on('unhandledRejection', onFatal);
    process.on('uncaughtException', onFatal);
  }

  async #stop(reason: string): Promise<boolean> {
    this.#options.logger.info({ reason }, 'stopping');
    let clean = true;
    for (const step of this.#started.toReversed()) {
      try {
        const timeoutMs = step.stopTimeoutMs ?? 5_000;
        await withTimeout(timeoutMs, step.stop?.(), () => new Error(`${step.name} did not stop within ${timeoutMs} ms`));
      } catch (error) {
        clean = false;
        this.#options.logger.error({ err: error, step: step.name }, 'stop failed');
      }
    }
    this.#options.logger.info({ reason, clean }, 'stopped');
    return clean;
  }
}
