import { describe, expect, it } from '@jest/globals';
import { isMet } from './report.js';

const figure = { what: 'a figure', measured: '1/s' };

describe('isMet', () => {
  it('wants ratios and rates at least at the floor', () => {
    expect(isMet({ ...figure, value: 0.9, unit: 'ratio', floor: 0.9 })).toBe(true);
    expect(isMet({ ...figure, value: 0.89, unit: 'ratio', floor: 0.9 })).toBe(false);
  });

  it('wants times, CPU and memory at most at it', () => {
    expect(isMet({ ...figure, value: 25, unit: 'ms', floor: 25 })).toBe(true);
    expect(isMet({ ...figure, value: 26, unit: 'µs', floor: 25 })).toBe(false);
    expect(isMet({ ...figure, value: 121, unit: 'MB', floor: 120 })).toBe(false);
  });

  it('says nothing without a floor', () => {
    expect(isMet({ ...figure, value: 1, unit: 'ms' })).toBeUndefined();
  });
});
