import { inspect } from 'node:util';
import { type FaultHook, isRetryable, type Logger } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';
import { type OperationState, type TenantOperation } from '../provisioning/tenant-operations.collection.js';
import { type HeldOperation, NO_LEASE } from './held-operation.js';

type StepEntry = TenantOperation['steps'][number];
type Part = NonNullable<TenantOperation['progress']>['parts'][number];

/** Steps that are noted as done need not be in place any more. */
const UNDONE_STATES: ReadonlySet<OperationState> = new Set(['rolling_back', 'rolled_back']);
const ERROR_LENGTH_MAX = 500;
/** A long step is written down at most this often. */
const REPORT_EVERY_MS = 1_000;

/** What a step sees of the operation that it belongs to. */
export interface SagaContext {
  readonly operation: TenantOperation;
  /** The log of the operation, for what has to be written together with it. */
  readonly log: HeldOperation;
  /** Aborts when the lease is lost; see {@link HeldOperation.signal}. */
  readonly signal: AbortSignal;
  /** Writes facts for later steps, for a run after a kill and for operators; they join what is there. */
  keep(facts: JsonObject): Promise<void>;
  /** How far a long step is; reaches the caller at once and the log about once a second. */
  report(part: Part): Promise<void>;
}

/** One part of an operation. Runs again after a kill that came before it was noted, so it must be idempotent. */
export interface SagaStep {
  /** Recorded, so it is never renamed. */
  readonly name: string;
  run(context: SagaContext): Promise<void>;
  /** Undoes `run` when a later step fails for good. Absent where nothing has to be undone. A `run` that fails cleans up after itself. */
  compensate?(context: SagaContext): Promise<void>;
}

/** Told of every step: before it, after it, and of how far a long one is (`running` with a `part`). */
export type SagaProgress = (step: {
  readonly name: string;
  readonly index: number;
  readonly total: number;
  readonly state: 'running' | 'done' | 'skipped';
  readonly part?: Part;
}) => void;

export interface SagaOptions {
  readonly logger: Logger;
  readonly now: () => number;
  readonly onProgress?: SagaProgress | undefined;
  readonly faults?: FaultHook | undefined;
  /** Nothing can be undone: a step that fails for good is left where it is, for a later run. */
  readonly irreversible?: boolean;
  /** Written in one transaction with the state that a failure ends in. */
  readonly onFailure?: (error: unknown) => Promise<void>;
}

/** The steps that a new run need not repeat. What a rollback has undone, or may have begun to undo, is made again. */
export function finishedSteps({ state, steps }: TenantOperation): StepEntry[] {
  return UNDONE_STATES.has(state) ? [] : steps.filter((step) => step.state === 'done');
}

/**
 * Runs the steps that are not noted as done, in order, and notes each. Rejects with a step's own error: one that may succeed later leaves the operation
 * `failed`, to go on there; one that fails for good undoes what was done, in reverse, and leaves it `rolled_back`, or `rolling_back` without a
 * lease when something could not be undone. Does not end a successful operation: the caller does, together with what it changes last.
 */
export async function runSaga(held: HeldOperation, steps: readonly SagaStep[], options: SagaOptions): Promise<void> {
  const run = new SagaRun(held, options);
  for (const [index, step] of steps.entries()) {
    const at = { name: step.name, index, total: steps.length };
    if (held.row.steps.some(({ name, state }) => name === step.name && state === 'done')) {
      options.onProgress?.({ ...at, state: 'skipped' });
      continue;
    }
    options.onProgress?.({ ...at, state: 'running' });
    await run.step(step, { at, steps });
    options.onProgress?.({ ...at, state: 'done' });
  }
}

class SagaRun {
  readonly #held: HeldOperation;
  readonly #options: SagaOptions;
  #reportedAt = -Infinity;

  constructor(held: HeldOperation, options: SagaOptions) {
    this.#held = held;
    this.#options = options;
  }

  async step(
    step: SagaStep,
    { at, steps }: { at: { name: string; index: number; total: number }; steps: readonly SagaStep[] },
  ): Promise<void> {
    const startedAt = new Date(this.#options.now());
    const context = this.#context((part) => this.#options.onProgress?.({ ...at, state: 'running', part }));
    try {
      await step.run(context);
    } catch (error) {
      await this.#fail(this.#entry({ name: step.name, state: 'failed', started_at: startedAt }, error), { error, steps });
      throw error;
    }
    this.#options.faults?.('after-saga-step');
    const done = this.#entry({ name: step.name, state: 'done', started_at: startedAt });
    await this.#held.record({ steps: [...this.#held.row.steps, done] });
  }

  /** Never rejects: whoever called gets the error of the step. What cannot be recorded is left to the lease. */
  async #fail(failed: StepEntry, { error, steps }: { error: unknown; steps: readonly SagaStep[] }): Promise<void> {
    const { logger, irreversible = false, onFailure = () => Promise.resolve() } = this.#options;
    const { operation_id } = this.#held.row;
    try {
      const log = { steps: [...this.#held.row.steps, failed] };
      if (isRetryable(error) || irreversible) {
        await this.#held.recordWith({ ...log, state: 'failed', ...NO_LEASE }, () => onFailure(error));
      } else {
        await this.#held.record({ ...log, state: 'rolling_back' });
        const isClean = await this.#undo(steps);
        await this.#held.recordWith({ state: isClean ? 'rolled_back' : 'rolling_back', ...NO_LEASE }, () => onFailure(error));
      }
    } catch (unrecorded) {
      logger.error({ err: unrecorded, operation_id, step: failed.name }, 'a failed operation could not be recorded');
    }
  }

  /** The finished steps, the last one first. One that cannot be undone does not keep the others. */
  async #undo(steps: readonly SagaStep[]): Promise<boolean> {
    const { logger } = this.#options;
    const done = steps.filter(({ name }) => this.#held.row.steps.some((entry) => entry.name === name && entry.state === 'done'));
    let isClean = true;
    for (const step of done.toReversed()) {
      try {
        await step.compensate?.(this.#context(() => undefined));
      } catch (error) {
        isClean = false;
        logger.error({ err: error, operation_id: this.#held.row.operation_id, step: step.name }, 'a step could not be undone');
        continue;
      }
      const undone = this.#held.row.steps.map((entry) =>
        entry.name === step.name && entry.state === 'done' ? this.#entry({ ...entry, state: 'compensated' }) : entry,
      );
      await this.#held.record({ steps: undone });
    }
    return isClean;
  }

  #context(tell: (part: Part) => void): SagaContext {
    const held = this.#held;
    return {
      get operation() {
        return held.row;
      },
      log: held,
      signal: held.signal,
      keep: (facts) => held.record({ result: { ...held.row.result, ...facts } }),
      report: async (part) => {
        tell(part);
        const now = this.#options.now();
        if (now - this.#reportedAt < REPORT_EVERY_MS) return;
        this.#reportedAt = now;
        await held.record({ progress: { parts: [part], per_second: null, eta_seconds: null, reported_at: new Date(now) } });
      },
    };
  }

  #entry({ name, state, started_at }: Pick<StepEntry, 'name' | 'state' | 'started_at'>, error?: unknown): StepEntry {
    const text = error === undefined ? null : (error instanceof Error ? error.message : inspect(error)).slice(0, ERROR_LENGTH_MAX);
    return { name, state, started_at, ended_at: new Date(this.#options.now()), error: text };
  }
}
