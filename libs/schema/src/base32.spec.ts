import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BASE32_128_SOURCE, decode128Bits, encode128Bits, encode20Bits, encode48Bits } from './base32.js';

const sixteenBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('base32', () => {
  it('gives 16 bytes back', () => {
    fc.assert(
      fc.property(sixteenBytes, (bytes) => {
        const text = encode128Bits(bytes);

        expect(text).toMatch(new RegExp(`^${BASE32_128_SOURCE}$`, 'u'));
        expect([...decode128Bits(text)]).toEqual([...bytes]);
      }),
    );
  });

  it('sorts texts like the bytes they hold', () => {
    fc.assert(
      fc.property(sixteenBytes, sixteenBytes, (left, right) => {
        const [a, b] = [encode128Bits(left), encode128Bits(right)];

        expect(Math.sign(Buffer.compare(left, right))).toBe(a < b ? -1 : Number(a > b));
      }),
    );
  });

  it('reads the bytes of a view in their place', () => {
    const whole = Buffer.from('ff'.repeat(4) + '00'.repeat(16), 'hex');

    expect(encode128Bits(whole.subarray(4))).toBe('0'.repeat(26));
  });

  it('encodes parts like the whole', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), fc.array(fc.nat({ max: 2 ** 20 - 1 }), { minLength: 4, maxLength: 4 }), (high, groups) => {
        const bits = groups.reduce((sum, group) => (sum << 20n) | BigInt(group), BigInt(high));
        const bytes = Buffer.from(bits.toString(16).padStart(32, '0'), 'hex');

        expect(encode48Bits(high) + groups.map(encode20Bits).join('')).toBe(encode128Bits(bytes));
      }),
    );
  });
});
