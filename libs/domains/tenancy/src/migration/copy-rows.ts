import { setTimeout as pause } from 'node:timers/promises';
import {
  type Reconciled,
  RETRY_PRESETS,
  retryDelayMs,
  type RetryPreset,
  type TenantCollection,
  type TenantRelocation,
} from '@caas/data-access-mongo';
import { type FaultHook, inLanes, isRetryable } from '@caas/runtime';
import { type SagaContext } from '../lifecycle/saga.js';
import { factsOf } from './move-plan.js';

/** What a pass works with. */
export interface PassOptions {
  readonly relocation: TenantRelocation;
  readonly definitions: readonly TenantCollection[];
  readonly signal: AbortSignal;
}

/** What a pass over all collections found. */
export interface PassResult {
  readonly rows: number;
  /** Rows that were written or removed in the new place. */
  readonly changes: number;
  readonly elapsedMs: number;
  readonly byCollection: Readonly<Record<string, Pick<Reconciled, 'rows' | 'digest'>>>;
  /** Ids of what was changed, where they were asked for. */
  readonly changed: ReadonlyMap<TenantCollection, readonly string[]>;
}

/** Milliseconds between two batches of the copy: one reader and one writer at a time, and room for others between them. */
const PAUSE_MS = 5;
/** A position is written down at most this often. */
const NOTE_EVERY_MS = 1_000;
/** Collections that are compared at the same time while writes wait. */
const LANES = 4;

/** Copies collection by collection, and goes on where a run before was killed. A server that is away for a moment is waited for: hours of copying are at stake. */
export async function copyRows(
  context: SagaContext,
  {
    relocation,
    definitions,
    signal,
  }: Pick<PassOptions, 'definitions' | 'signal'> & {
    readonly relocation: Pick<TenantRelocation, 'count' | 'reconcile'>;
  },
  { faults, retry = RETRY_PRESETS.FAST }: { faults?: FaultHook | undefined; retry?: RetryPreset } = {},
): Promise<void> {
  const copied: Record<string, string | null> = { ...factsOf(context.operation).copied };
  for (const definition of definitions) {
    const { name } = definition;
    if (copied[name] === null) continue;
    const after = copied[name];
    const total = await relocation.count(definition);
    const before = after === undefined ? 0 : Math.max(0, total - (await relocation.count(definition, { after })));
    let notedAt = performance.now();
    let done = before;
    await untilWhole({ retry, signal }, (progressed) => {
      const from = done;
      return relocation.reconcile(definition, {
        after: copied[name] ?? undefined,
        signal,
        pauseMs: PAUSE_MS,
        onBatch: async ({ seen, after: position }) => {
          copied[name] = position;
          done = from + seen;
          progressed();
          await context.report({ name, done, total });
          faults?.('after-copy-batch');
          if (performance.now() - notedAt < NOTE_EVERY_MS) return;
          notedAt = performance.now();
          await context.keep({ copied: { ...copied } });
        },
      });
    });
    copied[name] = null;
    await context.report({ name, done: total, total });
    await context.keep({ copied: { ...copied } });
  }
}

/** Repeats what may succeed later, until it fails as often as the preset says without getting any further. */
async function untilWhole(
  { retry, signal }: { retry: RetryPreset; signal: AbortSignal },
  work: (progressed: () => void) => Promise<unknown>,
): Promise<void> {
  for (let failures = 0; ;) {
    try {
      await work(() => (failures = 0));
      return;
    } catch (error) {
      failures += 1;
      if (!isRetryable(error) || failures >= retry.attemptsMax) throw error;
      await pause(retryDelayMs(retry, failures), undefined, { signal });
    }
  }
}

/** One pass over everything. */
export async function pass({ relocation, definitions, signal }: PassOptions, { lanes = 1, collect = false } = {}): Promise<PassResult> {
  const started = performance.now();
  const found = new Map<TenantCollection, Reconciled>();
  const changed = new Map<TenantCollection, string[]>();
  await inLanes(definitions, lanes, async (definition) => {
    signal.throwIfAborted();
    const ids: string[] = [];
    found.set(
      definition,
      await relocation.reconcile(definition, { signal, ...(collect ? { onChanged: (more) => ids.push(...more) } : {}) }),
    );
    if (ids.length > 0) changed.set(definition, ids);
  });
  const all = [...found];
  return {
    rows: all.reduce((sum, [, { rows }]) => sum + rows, 0),
    changes: all.reduce((sum, [, { written, removed }]) => sum + written + removed, 0),
    elapsedMs: performance.now() - started,
    byCollection: Object.fromEntries(all.map(([{ name }, { rows, digest }]) => [name, { rows, digest }])),
    changed,
  };
}

/** The pass while writes wait: faster, and it remembers what it changed. */
export function lastPass(options: PassOptions): Promise<PassResult> {
  return pass(options, { lanes: LANES, collect: true });
}
