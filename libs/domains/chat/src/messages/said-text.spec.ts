import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fit, refitted, saidText } from './said-text.js';

const anything = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('saidText', () => {
  it.each<[string, string, string]>([
    ['a usual text', 'hello, world', 'hello, world'],
    ['space around', '  hello \n', 'hello'],
    ['line feeds and tabs inside', 'a\n\tb', 'a\n\tb'],
    ['control characters', 'a\u0000b\u001bc\u0085d\r\ne', 'abcd\ne'],
    ['letters in two parts', 'e\u0301', 'é'],
    ['nothing but space', ' \t\n ', ''],
  ])('of %s', (_, text, expected) => {
    expect(saidText(text)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = saidText(text);
        expect(saidText(once)).toBe(once);
      }),
    );
  });
});

describe('spans', () => {
  it('stay on their words, and go with them', () => {
    const [before, after] = ['  hi @ada and @bob', 'hi @ada'];

    expect(
      refitted(
        [
          { offset: 5, length: 4 },
          { offset: 14, length: 4 },
        ],
        before,
        after,
      ),
    ).toEqual([{ offset: 3, length: 4 }]);
  });

  it('lie inside the text wherever they are refitted', () => {
    fc.assert(
      fc.property(anything, anything, fc.nat(40), fc.integer({ min: 1, max: 40 }), (before, after, offset, length) => {
        fc.pre(fit([{ offset, length }], before));
        const spans = refitted([{ offset, length }], before, after);
        expect(fit(spans, after) || before === after).toBe(true);
        for (const span of spans) expect(after.substr(span.offset, length)).toBe(before.substr(offset, length));
      }),
    );
  });
});
