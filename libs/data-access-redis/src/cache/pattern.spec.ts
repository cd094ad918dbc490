import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fits } from './pattern.js';

describe('fits', () => {
  it('agrees with the same pattern as a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, text) => {
        expect(fits(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u').test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes everything but the asterisk literally', () => {
    expect([fits('a?[b]*', 'a?[b]c'), fits('a?', 'ab')]).toEqual([true, false]);
  });
});
