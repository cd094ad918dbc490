import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@caas/runtime';
import { type StoredEntry, WriteBehind } from './write-behind.js';

const logger = createLogger({ service: 'spec', level: 'silent' });

function aStore({ pendingMax = 100 } = {}) {
  const store = { batches: [] as (readonly StoredEntry<number>[])[], failures: 0, failing: false };
  const behind = new WriteBehind<number>(
    {
      pendingMax,
      flushEveryMs: 3_600_000,
      store: async (entries) => {
        if (store.failing) throw new Error('down');
        store.batches.push(entries);
      },
    },
    {
      logger,
      metrics: { hit: noop, miss: noop, bypass: noop, evicted: noop, took: noop, storeFailed: (entries) => (store.failures += entries) },
    },
  );
  return { store, behind };
}

function noop(): void {
  return undefined;
}

describe('write-behind', () => {
  it('stores the last value of each key, once', async () => {
    const { store, behind } = aStore();
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      await behind.add(key, value);

    await behind.flush();
    await behind.close();

    expect(store.batches).toEqual([
      [
        { key: 'a', value: 3 },
        { key: 'b', value: 2 },
      ],
    ]);
  });

  it('keeps what could not be stored, counts it, and lets newer values win', async () => {
    const { store, behind } = aStore();
    store.failing = true;
    await behind.add('a', 1);
    await behind.add('b', 1);
    expect(await behind.flush()).toBe(false);

    await behind.add('a', 2);
    store.failing = false;
    await behind.close();

    expect(store.failures).toBe(2);
    expect(new Map(store.batches.flat().map(({ key, value }) => [key, value]))).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
  });

  it('makes whoever adds too much wait for the store', async () => {
    const { store, behind } = aStore({ pendingMax: 2 });

    for (let key = 0; key < 5; key++) await behind.add(`k${key}`, key);

    expect(store.batches.map((batch) => batch.length)).toEqual([2, 2]);
    await behind.close();
  });

  it('never lets more wait than that, also while the store is down', async () => {
    const { store, behind } = aStore({ pendingMax: 2 });
    store.failing = true;

    const added = await Promise.allSettled(['a', 'b', 'c', 'd', 'a'].map((key, value) => behind.add(key, value)));
    store.failing = false;
    await behind.close();

    expect(added.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(store.batches.flat()).toHaveLength(2);
  });
});
