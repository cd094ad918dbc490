import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HIGHLIGHT_LENGTH_MAX, HIGHLIGHTS_MAX, highlightsOf } from './highlights.js';
import { SearchWords } from './search-words.js';

const shown = (text: string, q: string): string[] => highlightsOf(text, new SearchWords(q));
const plain = (html: string): string =>
  html
    .replace(/<\/?mark>/gu, '')
    .replace(/&(amp|lt|gt|quot|#39);/gu, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '');

describe('highlights', () => {
  it('mark the words as they were written', () => {
    expect(shown('Meet me at the Café, the cafe on the corner', 'cafe')).toEqual([
      'Meet me at the <mark>Café</mark>, the <mark>cafe</mark> on the corner',
    ]);
  });

  it('escape what the text says', () => {
    expect(shown('<script>alert("x")</script> & cat', 'cat script')).toEqual([
      '&lt;<mark>script</mark>&gt;alert(&quot;x&quot;)&lt;/<mark>script</mark>&gt; &amp; <mark>cat</mark>',
    ]);
  });

  it('are parts of a long text, three at most', () => {
    const gap = 'filler '.repeat(40);
    const found = shown(`${gap}one needle ${gap}two needle ${gap}three needle ${gap}four needle`, 'needle');

    expect(found).toHaveLength(HIGHLIGHTS_MAX);
    expect(found[1]).toMatch(/two <mark>needle<\/mark> filler/u);
  });

  it('join words that overlap', () => {
    expect(shown('foo-bar', 'foo foo-bar')).toEqual(['<mark>foo-bar</mark>']);
  });

  it('are always parts of the text, short, well-formed and marked', () => {
    const word = fc.constantFrom('needle', 'ça', 'naïve', '東京', '🎉', 'x', '<b>', '&', 'straße');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 80 }), fc.constantFrom('needle', 'naive', 'x', '東京', 'ca'), (words, q) => {
        const text = words.join(' ');
        const found = shown(text, q);
        for (const html of found) {
          expect(text).toContain(plain(html));
          expect(plain(html).length).toBeLessThanOrEqual(HIGHLIGHT_LENGTH_MAX);
          expect(plain(html).isWellFormed()).toBe(true);
          expect(html).toContain('<mark>');
        }
        expect(found.length > 0).toBe(words.some((one) => one.normalize('NFD').replace(/\p{M}/gu, '') === q));
      }),
    );
  });
});
