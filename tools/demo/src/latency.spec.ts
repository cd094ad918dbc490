import { describe, expect, it } from '@jest/globals';
import { latencyOf } from './latency.js';

describe('latencyOf', () => {
  it('takes percentiles by nearest rank', () => {
    expect(latencyOf(Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({ p50: 50, p99: 99, max: 100 });
    expect(latencyOf([7])).toEqual({ p50: 7, p99: 7, max: 7 });
  });

  it('refuses nothing', () => {
    expect(() => latencyOf([])).toThrow(RangeError);
  });
});
