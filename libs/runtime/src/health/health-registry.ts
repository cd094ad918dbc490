import { type Clock, systemClock } from '../clock.js';
import { withTimeout } from '../timeout.js';

export type CheckStatus = 'ok' | 'degraded' | 'error';

/** One dependency, as the probes of an orchestrator and an operator see it. */
export interface HealthCheck {
  readonly name: string;
  /** When it is down the process is not ready. */
  readonly required: boolean;
  /**
   * Resolves when the dependency answers; may return facts for `/health/detailed`, of which any `status` but `healthy` degrades. Rejects when
   * it does not answer.
   */
  check(signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | void>;
}

export interface CheckResult {
  readonly status: CheckStatus;
  readonly required: boolean;
  readonly latencyMs: number;
  readonly checkedAt: number;
  /** Class and short text, for operators only. */
  readonly error?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  /** `error` when a required dependency is down, `degraded` when anything is not ok. */
  readonly status: CheckStatus;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

export interface HealthOptions {
  readonly timeoutMs?: number;
  readonly cacheTtlMs?: number;
  /** Slower answers count as degraded. */
  readonly degradedLatencyMs?: number;
  readonly clock?: Clock;
}

/** Runs the checks of a process: in parallel, each within a timeout, one run at a time, its result kept for a second. */
export class HealthRegistry {
  readonly #checks: HealthCheck[] = [];
  readonly #options: Required<HealthOptions>;
  #cached: { report: HealthReport; at: number } | undefined;
  #running: Promise<HealthReport> | undefined;
  #draining = false;

  constructor(options: HealthOptions = {}) {
    this.#options = { timeoutMs: 5_000, cacheTtlMs: 1_000, degradedLatencyMs: 1_000, clock: systemClock, ...options };
  }

  register(check: HealthCheck): void {
    this.#checks.push(check);
  }

  /** From now on the process answers "shutting down" to every probe. */
  startDraining(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  report(): Promise<HealthReport> {
    const { clock, cacheTtlMs } = this.#options;
    if (this.#cached !== undefined && clock.now() - this.#cached.at < cacheTtlMs) return Promise.resolve(this.#cached.report);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<HealthReport> {
    const results = await Promise.all(this.#checks.map(async (check) => [check.name, await this.#runOne(check)] as const));
    const checks = Object.fromEntries(results);
    const all = Object.values(checks);
    const down = all.some((result) => result.required && result.status === 'error');
    const report: HealthReport = { status: down ? 'error' : all.every((result) => result.status === 'ok') ? 'ok' : 'degraded', checks };
    this.#cached = { report, at: this.#options.clock.now() };
    return report;
  }

  async #runOne(check: HealthCheck): Promise<CheckResult> {
    const { clock, timeoutMs, degradedLatencyMs } = this.#options;
    const startedAt = clock.now();
    const started = performance.now();
    const abort = new AbortController();
    try {
      const facts = await withTimeout(timeoutMs, check.check(abort.signal), () => new Error(`no answer within ${timeoutMs} ms`));
      const latencyMs = Math.round(performance.now() - started);
      return {
        status: latencyMs > degradedLatencyMs || (facts?.['status'] ?? 'healthy') !== 'healthy' ? 'degraded' : 'ok',
        required: check.required,
        latencyMs,
        checkedAt: startedAt,
        ...(facts ? { facts } : {}),
      };
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return {
        status: 'error',
        required: check.required,
        latencyMs: Math.round(performance.now() - started),
        checkedAt: startedAt,
        error: text.slice(0, 200),
      };
    } finally {
      abort.abort();
    }
  }
}
