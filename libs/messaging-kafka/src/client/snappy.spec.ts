import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compressSync } from 'snappy';
import { compressXerial, expandXerial } from './snappy.js';

/** Written by snappy-java 1.1.10.5, `SnappyOutputStream`. */
const BY_JAVA = 'glNOQVBQWQAAAAABAAAAAQAAAC2kA1BrYWZrYSBzbmFwcHkgZnJhbWluZyD+FQD+FQD+FQD+FQD+FQD+FQA6FQA=';

describe('xerial framing', () => {
  it('gives back what went in, across blocks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 2_000 }), (piece, times) => {
        const input = Buffer.concat(Array.from({ length: times }, () => piece));

        expect(expandXerial(compressXerial(input)).equals(input)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('writes the same bytes as Java', () => {
    expect(compressXerial(Buffer.from('kafka snappy framing '.repeat(20))).toString('base64')).toBe(BY_JAVA);
  });

  it('reads one raw block, as clients without framing write it', () => {
    expect(expandXerial(compressSync('plain')).toString()).toBe('plain');
  });

  it('refuses damage instead of guessing', () => {
    const good = compressXerial(Buffer.from('kafka snappy framing '.repeat(20)));

    expect(() => expandXerial(good.subarray(0, 18))).toThrow(RangeError);
    expect(() => expandXerial(good.subarray(0, good.length - 1))).toThrow(RangeError);
    expect(() => expandXerial(Buffer.alloc(0))).toThrow(RangeError);
    expect(() => expandXerial(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toThrow(RangeError);
  });

  it('refuses a small block that announces gigabytes before it expands anything', () => {
    const announced = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08, 0x00]);

    expect(() => expandXerial(announced)).toThrow(/beyond its limit/);
  });
});
