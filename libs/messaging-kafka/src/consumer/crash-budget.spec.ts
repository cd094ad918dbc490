import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { CrashBudget } from './crash-budget.js';

describe('CrashBudget', () => {
  it('doubles the pause, and ends with the fifth crash within ten minutes', () => {
    const budget = new CrashBudget(new ManualClock());

    expect([1, 2, 3, 4, 5].map(() => budget.record())).toEqual([1_000, 2_000, 4_000, 8_000, undefined]);
  });

  it('forgets crashes older than ten minutes', () => {
    const clock = new ManualClock();
    const budget = new CrashBudget(clock);
    for (let crash = 0; crash < 4; crash += 1) budget.record();

    clock.advance(600_000);

    expect(budget.recent).toBe(0);
    expect(budget.record()).toBe(1_000);
  });

  it('never pauses longer than half a minute', () => {
    const budget = new CrashBudget(new ManualClock(), { crashesMax: 20 });

    expect(Array.from({ length: 10 }, () => budget.record()).at(-1)).toBe(30_000);
  });
});
