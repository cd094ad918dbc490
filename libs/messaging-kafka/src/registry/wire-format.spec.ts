import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frame, FRAME_BYTES, schemaIdOf } from './wire-format.js';

describe('wire format', () => {
  it('is a zero byte, the id as four bytes big-endian, and the body', () => {
    expect(frame(0x01020304, Buffer.from('ab'))).toEqual(Buffer.from([0, 1, 2, 3, 4, 0x61, 0x62]));
  });

  it('gives back id and body for every id', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.uint8Array({ minLength: 1 }), (id, body) => {
        const framed = frame(id, body);

        expect(schemaIdOf(framed)).toBe(id);
        expect(framed.subarray(FRAME_BYTES).equals(body)).toBe(true);
      }),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['only a frame', Buffer.from([0, 0, 0, 0, 1])],
    ['plain JSON', Buffer.from('{"a":1}')],
  ])('does not take %s for framed', (_, value) => {
    expect(schemaIdOf(value)).toBeUndefined();
  });
});
