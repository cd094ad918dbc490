import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutMarkup } from './plain-text.js';

describe('withoutMarkup', () => {
  it.each([
    ['hello <b>bold</b> world', 'hello bold world'],
    ['<script>alert(1)</script>hi', 'hi'],
    ['<style>a{}</style>hi', 'hi'],
    ['<img src=x onerror=alert(1)>hi', 'hi'],
    ['<a href="javascript:alert(1)">link</a>', 'link'],
    ['<scr<script></script>ipt>alert(1)</script>', 'ipt>alert(1)'],
    ['<svg/onload=alert(1)>', ''],
    ['<!-- hidden -->seen', 'seen'],
    ['R&D <i>&</i> &lt;b&gt;', 'R&D & &lt;b&gt;'],
    ['<b', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(withoutMarkup(text)).toBe(expected);
  });

  it.each(['a < b && c > d', 'R&D', '&lt;script&gt;', 'I <3 you', 'x<=y', '"quoted" \'text\'', '1 <2', ''])('%j stays', (text) => {
    expect(withoutMarkup(text)).toBe(text);
  });

  it('leaves nothing that HTML could take for a tag, and changes nothing the second time', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom('<', '>', '/', '<script>', '</script>', '<b', 'a', '&lt;', '&', '"', '<!--', '-->', ' ', '<svg onload='),
        fc.string(),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const clean = withoutMarkup(parts.join(''));

        expect(clean).not.toMatch(/<[a-z/!?]/iu);
        expect(withoutMarkup(clean)).toBe(clean);
      }),
    );
  });

  it('leaves every text without a < alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const harmless = text.replaceAll('<', '');

        expect(withoutMarkup(harmless)).toBe(harmless);
      }),
    );
  });
});
