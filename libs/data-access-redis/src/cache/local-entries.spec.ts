import { describe, expect, it } from '@jest/globals';
import { LocalBudget, LocalEntries } from './local-entries.js';

const LONG_MS = 60_000;

function someEntries({ entriesMax = 10, bytesMax = 10_000 } = {}) {
  const log = { nearlyFull: 0, evicted: 0 };
  const budget = new LocalBudget(() => (log.nearlyFull += 1));
  const make = () => new LocalEntries<string>({ entriesMax, bytesMax, budget, onEvicted: () => (log.evicted += 1) });
  return { log, budget, entries: make(), make };
}

const entry = (value: string) => ({ value, freshUntil: Infinity });

describe('entries in this process', () => {
  it('are at most so many', () => {
    const { entries, log, budget } = someEntries();

    for (let index = 0; index < 25; index++) entries.set(`k${index}`, entry('v'), LONG_MS);

    expect(entries.keys()).toHaveLength(10);
    expect(entries.get('k24')?.value).toBe('v');
    expect([log.evicted, budget.entries]).toEqual([15, 10]);
  });

  it('take at most so many bytes together', () => {
    const { entries } = someEntries();

    for (let index = 0; index < 10; index++) entries.set(`k${index}`, entry('v'.repeat(2_000)), LONG_MS);

    expect(entries.keys()).toEqual(['k9', 'k8']);
  });

  it('are not kept when one alone is too large', () => {
    const { entries, budget } = someEntries();
    entries.set('a', entry('small'), LONG_MS);

    entries.set('a', entry('v'.repeat(6_000)), LONG_MS);

    expect(entries.get('a')).toBeUndefined();
    expect([budget.entries, budget.bytes]).toEqual([0, 0]);
  });

  it('give back to the budget exactly what they took', () => {
    const { entries, budget } = someEntries();
    for (const value of ['a', 'bb', 'ccc']) entries.set('same', entry(value), LONG_MS);
    entries.set('other', entry('d'), LONG_MS);
    expect(budget.entries).toBe(2);

    entries.delete('same');
    entries.clear();

    expect([budget.entries, budget.bytes]).toEqual([0, 0]);
  });

  it('make room for themselves, not at the cost of another cache', () => {
    const { make, budget, log } = someEntries({ entriesMax: 50_000, bytesMax: 100 * 2 ** 20 });
    const [quiet, noisy] = [make(), make()];
    quiet.set('a', entry('v'), LONG_MS);

    for (let index = 0; index < 60_000; index++) noisy.set(`k${index}`, entry('v'), LONG_MS);

    expect(quiet.get('a')?.value).toBe('v');
    expect(budget.entries).toBe(50_000);
    expect(log.nearlyFull).toBe(1);
  });

  it('take no memory before they are filled', () => {
    const taken = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const before = taken();

    const { entries } = someEntries({ entriesMax: 20_000_000, bytesMax: 2 ** 40 });

    expect(taken() - before).toBeLessThan(50 * 2 ** 20); // arrays for all of them would take 480 MB
    expect(entries.keys()).toEqual([]);
  });
});
