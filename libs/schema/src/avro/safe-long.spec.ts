import { describe, expect, it } from '@jest/globals';
import avsc from 'avsc';
import fc from 'fast-check';
import { safeLong } from './safe-long.js';

const type = safeLong;
const standard = avsc.Type.forSchema('long');

describe('safeLong', () => {
  it('gives every safe integer back', () => {
    const anyInteger = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.constantFrom(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -(2 ** 52) - 1, -64, -65, 63, 64),
    );
    fc.assert(
      fc.property(anyInteger, (value) => {
        expect(type.fromBuffer(type.toBuffer(value))).toBe(value + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes what the Avro specification says, where avsc does too', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        fc.pre(value >= -(2 ** 52) && value < Number.MAX_SAFE_INTEGER);

        expect(type.toBuffer(value)).toEqual(standard.toBuffer(value));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([2 ** 53, -(2 ** 53), 0.5, Number.NaN, '1', null, 1n])('refuses to write %p', (value) => {
    expect(() => type.toBuffer(value)).toThrow();
  });

  it('refuses to read an integer that JavaScript cannot hold', () => {
    const twoToThe53 = Buffer.from('8080808080808020', 'hex');

    expect(() => type.fromBuffer(twoToThe53) as unknown).toThrow('beyond 2^53');
  });
});
