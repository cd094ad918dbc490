import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codePointLength, isWellFormed, text } from './text.js';

describe('text', () => {
  it('counts characters, not UTF-16 units', () => {
    const field = text({ min: 2, max: 3 });

    expect(field.safeParse('\u{1F600}'.repeat(3)).success).toBe(true);
    expect(field.safeParse('\u{1F600}'.repeat(4)).success).toBe(false);
    expect(field.safeParse('\u{1F600}').success).toBe(false);
  });

  it('keeps its meaning through wrappers and further checks', () => {
    const field = text({ max: 1 }).regex(/^a/u).optional().nullable();

    expect(field.safeParse('ab').success).toBe(false);
    expect(field.safeParse('a').success).toBe(true);
  });

  it('refuses halves of surrogate pairs', () => {
    expect(text().safeParse('a\ud83d').success).toBe(false);
  });
});

describe('codePointLength', () => {
  it('is the number of code points of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\ude00')) }), (value) => {
        expect(codePointLength(value)).toBe([...value].length);
      }),
    );
  });
});

describe('isWellFormed', () => {
  it('says whether UTF-8 gives the text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '\u{1F600}', '\ud83d', '\ude00') }), (value) => {
        expect(isWellFormed(value)).toBe(Buffer.from(value).toString() === value);
      }),
    );
  });
});
