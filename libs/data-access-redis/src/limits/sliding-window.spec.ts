import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LocalWindow } from './local-window.js';
import { available, later, waitMs, type WindowState } from './sliding-window.js';

const policy = { name: 'tenant', limit: 100, windowSeconds: 60 };

const states = fc.record({
  current: fc.integer({ min: 0, max: 100 }),
  previous: fc.integer({ min: 0, max: 100 }),
  elapsedMs: fc.integer({ min: 0, max: 59_999 }),
});

/** Takes one credit if it fits. */
function takeFrom(window: LocalWindow, now: number): boolean {
  const fits = window.fits(1, now);
  if (fits) window.take(1, now);
  return fits;
}

describe('sliding window', () => {
  it('weighs the window before by the part of it that still counts', () => {
    expect(available(policy, { current: 10, previous: 80, elapsedMs: 0 })).toBe(10);
    expect(available(policy, { current: 10, previous: 80, elapsedMs: 30_000 })).toBe(50);
    expect(available(policy, { current: 10, previous: 80, elapsedMs: 59_999 })).toBe(89);
  });

  it('never frees less than nothing', () => {
    expect(available(policy, { current: 100, previous: 100, elapsedMs: 0 })).toBe(0);
  });

  it('rolls the windows on as time passes', () => {
    const state: WindowState = { current: 40, previous: 90, elapsedMs: 50_000 };

    expect(later(policy, state, 5_000)).toEqual({ current: 40, previous: 90, elapsedMs: 55_000 });
    expect(later(policy, state, 20_000)).toEqual({ current: 0, previous: 40, elapsedMs: 10_000 });
    expect(later(policy, state, 80_000)).toEqual({ current: 0, previous: 0, elapsedMs: 10_000 });
  });

  it('says exactly when there is room: then there is, a millisecond earlier there is not', () => {
    fc.assert(
      fc.property(states, fc.integer({ min: 1, max: 100 }), (state, cost) => {
        const wait = waitMs(policy, state, cost);

        expect(available(policy, later(policy, state, wait))).toBeGreaterThanOrEqual(cost);
        if (wait > 1) expect(available(policy, later(policy, state, wait - 2))).toBeLessThan(cost);
      }),
    );
  });

  it('has what costs more than its limit wait for a time that is a number', () => {
    const small = { name: 'tenant', limit: 1, windowSeconds: 60 };

    expect(waitMs(small, { current: 0, previous: 0, elapsedMs: 10_000 }, 10)).toBe(110_000);
  });
});

describe('local window', () => {
  it('takes under all policies or none', () => {
    const window = new LocalWindow([policy, { name: 'burst', limit: 3, windowSeconds: 1 }], 0);

    const taken = [1, 2, 3, 4].map((at) => takeFrom(window, at));

    expect(taken).toEqual([true, true, true, false]);
    expect(window.statesAt(5)[0]).toMatchObject({ current: 3 });
  });

  it('never admits more than the limit within one window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }), (pauses) => {
        const window = new LocalWindow([{ name: 'burst', limit: 20, windowSeconds: 1 }], 0);
        const perWindow = new Map<number, number>();
        let now = 0;

        for (const pause of pauses) {
          now += pause;
          if (takeFrom(window, now)) perWindow.set(Math.floor(now / 1000), (perWindow.get(Math.floor(now / 1000)) ?? 0) + 1);
        }

        for (const count of perWindow.values()) expect(count).toBeLessThanOrEqual(20);
      }),
    );
  });
});
