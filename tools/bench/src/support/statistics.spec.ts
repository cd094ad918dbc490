import { describe, expect, it } from '@jest/globals';
import { median, percentile } from './statistics.js';

describe('percentile', () => {
  it('goes by nearest rank, whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);

    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([50, 99, 100]);
  });

  it('is 0 for nothing', () => {
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe('median', () => {
  it('is not moved by one bad round', () => {
    expect(median([10, 11, 9_000])).toBe(11);
  });
});
