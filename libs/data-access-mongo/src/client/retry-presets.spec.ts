import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_PRESETS, retryDelayMs } from './retry-presets.js';

describe('RETRY_PRESETS', () => {
  it('are those of the contract', () => {
    expect(RETRY_PRESETS).toEqual({
      STANDARD: { attemptsMax: 10, delayInitialMs: 1_000, delayMaxMs: 30_000 },
      FAST: { attemptsMax: 5, delayInitialMs: 500, delayMaxMs: 5_000 },
      SLOW: { attemptsMax: 15, delayInitialMs: 2_000, delayMaxMs: 60_000 },
    });
  });
});

describe('retryDelayMs', () => {
  it('doubles up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(RETRY_PRESETS.STANDARD, attempt, () => 0));

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('adds a quarter at most, also to the maximum', () => {
    expect(retryDelayMs(RETRY_PRESETS.FAST, 1, () => 1)).toBe(625);
    expect(retryDelayMs(RETRY_PRESETS.FAST, 99, () => 1)).toBe(6_250);
  });

  it('stays between the plain delay and a quarter more, whatever chance says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const plain = retryDelayMs(RETRY_PRESETS.SLOW, attempt, () => 0);
        const delay = retryDelayMs(RETRY_PRESETS.SLOW, attempt, () => chance);
        return delay >= plain && delay <= plain * 1.25;
      }),
    );
  });
});
