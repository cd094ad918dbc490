import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deserialise, serialise } from './serialisation.js';

const documents = fc.anything({
  withBigInt: true,
  withDate: true,
  withNullPrototype: false,
  key: fc.oneof(fc.string(), fc.constant('$caas'), fc.constant('__proto__')),
  values: [
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  ],
});

describe('serialisation', () => {
  it('gives back every value with its types', () => {
    fc.assert(
      fc.property(documents, (value) => {
        expect(deserialise(serialise(value))).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('is plain JSON where JSON is enough', () => {
    expect(serialise({ name: 'a', list: [1, null], none: undefined })).toBe('{"name":"a","list":[1,null]}');
  });

  it.each([[new Map()], [new Set([1])]])('refuses what it would lose', (value) => {
    expect(() => serialise({ value })).toThrow(TypeError);
  });
});
