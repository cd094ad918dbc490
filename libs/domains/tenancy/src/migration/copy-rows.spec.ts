import { describe, expect, it } from '@jest/globals';
import { type Reconciled, type ReconcileOptions, type TenantCollection } from '@caas/data-access-mongo';
import { ConflictError, UnavailableError } from '@caas/runtime';
import { type SagaContext } from '../lifecycle/saga.js';
import { copyRows } from './copy-rows.js';

const AT_ONCE = { attemptsMax: 3, delayInitialMs: 0, delayMaxMs: 0 };
const definitions = [{ name: 'lines' }] as unknown as TenantCollection[];

/** Rows `1` to `total` in batches of two; `failing` says what stands in the way before the batch that begins behind a row. */
function aRelocation(total: number, failing: (after: number) => Error | undefined) {
  const begun: (string | undefined)[] = [];
  return {
    begun,
    count: async (_: TenantCollection, { after }: { after?: string | undefined } = {}) => total - Number(after ?? 0),
    reconcile: async (_: TenantCollection, { after, onBatch }: ReconcileOptions = {}) => {
      begun.push(after);
      const from = Number(after ?? 0);
      for (let at = from; at < total; at += 2) {
        const error = failing(at);
        if (error !== undefined) throw error;
        await onBatch?.({ seen: at + 2 - from, after: String(at + 2) });
      }
      return {} as Reconciled;
    },
  };
}

/** Keeps what the step tells. */
function aContext(copied: Record<string, string | null> = {}) {
  const told: number[] = [];
  const kept: unknown[] = [];
  const context = {
    operation: { result: { copied } },
    report: async ({ done }: { done: number }) => void told.push(done),
    keep: async (facts: unknown) => void kept.push(facts),
  } as unknown as SagaContext;
  return { context, told, kept };
}

const { signal } = new AbortController();

describe('copying the rows of a tenant', () => {
  it('goes on behind the last batch when the server was away for a moment', async () => {
    const outages = new Map([[4, 2]]);
    const relocation = aRelocation(8, (after) => {
      const left = outages.get(after) ?? 0;
      outages.set(after, left - 1);
      return left > 0 ? new UnavailableError('away') : undefined;
    });
    const { context, told, kept } = aContext();

    await copyRows(context, { relocation, definitions, signal }, { retry: AT_ONCE });

    expect(relocation.begun).toEqual([undefined, '4', '4']);
    expect(told).toEqual([2, 4, 6, 8, 8]);
    expect(kept.at(-1)).toEqual({ copied: { lines: null } });
  });

  it('goes on where a run before was killed, and counts what that one did', async () => {
    const relocation = aRelocation(6, () => undefined);
    const { context, told } = aContext({ lines: '2' });

    await copyRows(context, { relocation, definitions, signal }, { retry: AT_ONCE });

    expect(relocation.begun).toEqual(['2']);
    expect(told).toEqual([4, 6, 6]);
  });

  it('gives up when it gets no further, and leaves what it has for a later run', async () => {
    const relocation = aRelocation(8, (after) => (after === 4 ? new UnavailableError('away') : undefined));
    const { context } = aContext();

    await expect(copyRows(context, { relocation, definitions, signal }, { retry: AT_ONCE })).rejects.toThrow('away');

    expect(relocation.begun).toEqual([undefined, '4', '4']);
  });

  it('repeats nothing that no repeat mends', async () => {
    const relocation = aRelocation(8, () => new ConflictError('taken'));
    const { context } = aContext();

    await expect(copyRows(context, { relocation, definitions, signal }, { retry: AT_ONCE })).rejects.toThrow('taken');

    expect(relocation.begun).toEqual([undefined]);
  });
});
