import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyLanes } from './key-lanes.js';

describe('KeyLanes', () => {
  it('keeps the order of every key and never works on one key twice at once, whatever takes how long', async () => {
    const records = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), turns: fc.nat(4), fails: fc.boolean() }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 6 }), async (work, count) => {
        const lanes = new KeyLanes(count);
        const order: Record<string, number[]> = {};
        const active = new Map<string, number>();
        const runs = work.map(({ key, turns, fails }, index) =>
          lanes.run(lanes.laneOf(Buffer.from(key)), async () => {
            active.set(key, (active.get(key) ?? 0) + 1);
            expect(active.get(key)).toBe(1);
            for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
            (order[key] ??= []).push(index);
            active.set(key, 0);
            if (fails) throw new Error('as planned');
          }),
        );

        await Promise.allSettled(runs);

        for (const done of Object.values(order)) expect(done).toEqual([...done].sort((a, b) => a - b));
        expect(Object.values(order).flat()).toHaveLength(work.length);
      }),
    );
  });

  it('works on different keys at once', async () => {
    const lanes = new KeyLanes(2);
    let release!: () => void;
    const blocked = lanes.run(0, () => new Promise<void>((resolve) => (release = resolve)));

    const other = await lanes.run(1, () => Promise.resolve('done'));

    expect(other).toBe('done');
    release();
    await blocked;
  });

  it('spreads records without a key', () => {
    const lanes = new KeyLanes(3);

    expect([null, null, null, null].map((key) => lanes.laneOf(key))).toEqual([0, 1, 2, 0]);
  });
});
