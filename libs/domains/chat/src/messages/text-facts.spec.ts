import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsOfText, LINKS_MAX, usernamesOf } from './text-facts.js';

describe('factsOfText', () => {
  it.each<[text: string, links: string[], hashtags: string[], words: number]>([
    ['hello there', [], [], 2],
    ['  ', [], [], 0],
    ['see https://example.com/a?b=1#c, and (http://example.org).', ['https://example.com/a?b=1#c', 'http://example.org'], [], 4],
    ['https://example.com https://example.com', ['https://example.com'], [], 2],
    ['not a link: ftp://example.com http://', [], [], 5],
    ['#Launch day, #launch! #größe a#b &#39; ##x #', [], ['launch', 'größe'], 8],
  ])('%j', (text, links, hashtags, wordCount) => {
    expect(factsOfText(text)).toEqual({ links, hashtags, wordCount });
  });

  it('counts words as white space parts them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\n', '\t', '\u00a0', '\u2003', '\u3000', '👩', '\u0000', '\u001f') }),
        (text) => {
          expect(factsOfText(text).wordCount).toBe(text.match(/\S+/gu)?.length ?? 0);
        },
      ),
    );
  });

  it('keeps the first ten links', () => {
    const links = Array.from({ length: 12 }, (_, index) => `https://example.com/${index}`);

    expect(factsOfText(links.join(' ')).links).toEqual(links.slice(0, LINKS_MAX));
  });
});

describe('usernamesOf', () => {
  it('finds names after an @ with their place, and no addresses', () => {
    expect(usernamesOf('hi @ada, mail ada@example.com or @Grace_H @x')).toEqual([
      { name: 'ada', offset: 3, length: 4 },
      { name: 'Grace_H', offset: 33, length: 8 },
    ]);
  });
});
