import { describe, expect, it } from '@jest/globals';
import { FoldedText } from './folded-text.js';
import { SearchWords } from './search-words.js';

const holds = (text: string, q: string): boolean => new SearchWords(q).areIn(new FoldedText(text));

describe('words that are searched for', () => {
  it('all have to occur, in any order and case, with diacritics or without', () => {
    expect(holds('The café in Zürich', 'zurich CAFE')).toBe(true);
    expect(holds('The cafe in Zurich', 'Café Zürich')).toBe(true);
    expect(holds('The café in Zürich', 'café Bern')).toBe(false);
  });

  it('are whole words, in every script', () => {
    expect(holds('category', 'cat')).toBe(false);
    expect(holds('the cat.', 'cat')).toBe(true);
    expect(holds('snake_case', 'snake')).toBe(false);
    expect(holds('привет, мир', 'мир')).toBe(true);
    expect(holds('𝒳cat', 'cat')).toBe(false);
    expect(holds('👍cat👍', 'cat')).toBe(true);
  });

  it('have no syntax: quotes, minus and what stands around them mean nothing', () => {
    expect(new SearchWords('"cat -dog (bird)! cat').phrases).toBe('"cat" "dog" "bird"');
    expect(new SearchWords('foo-bar \\').phrases).toBe('"foo-bar"');
    expect(holds('don’t foo-bar', 'foo-bar')).toBe(true);
  });

  it.each(['--', '"" \\', '!?…'])('are missing in %s', (q) => {
    expect(() => new SearchWords(q)).toThrow(
      expect.objectContaining({ code: 'VAL_FAILED', issues: [expect.objectContaining({ field: '/query/q' })] }),
    );
  });
});
