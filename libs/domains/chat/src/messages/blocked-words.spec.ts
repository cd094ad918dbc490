import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moderated } from './blocked-words.js';

const rules = (words: readonly string[], action: 'reject' | 'mask' = 'mask', isOn = true) => ({
  profanity_filter_enabled: isOn,
  custom_blocked_words: [...words],
  blocked_words_action: action,
});

describe('moderated', () => {
  it.each<[string, readonly string[], string, string]>([
    ['a word in any case', ['darn'], 'Darn, DARN it', '****, **** it'],
    ['no part of another word', ['darn'], 'darning undarn darn_it', 'darning undarn darn_it'],
    ['words of other scripts', ['плохо', 'ヤバい'], 'Плохо! ヤバい', '*****! ***'],
    ['a phrase', ['very bad'], 'a very bad day', 'a ******** day'],
    ['the longer one of two', ['foo', 'foo bar'], 'foo bar', '*******'],
    ['signs that mean something in expressions', ['a.b', 'c++', '[x]'], 'a.b axb c++ [x]', '*** axb *** ***'],
    ['a word at either end', ['x'], 'x y x', '* y *'],
  ])('masks %s', (_, words, text, expected) => {
    expect(moderated(text, rules(words))).toBe(expected);
  });

  it('refuses where the tenant wants that, without telling the word', () => {
    expect(() => moderated('well, darn', rules(['darn'], 'reject'))).toThrow(
      expect.objectContaining({ code: 'MSG_BLOCKED_CONTENT', status: 422, message: expect.not.stringContaining('darn') }),
    );
    expect(moderated('well', rules(['darn'], 'reject'))).toBe('well');
  });

  it('lets everything stand where the filter is off or there are no words', () => {
    expect(moderated('darn', rules(['darn'], 'reject', false))).toBe('darn');
    expect(moderated('darn', rules([]))).toBe('darn');
  });

  it('keeps the length, so that places in the text stay where they are, and leaves no blocked word', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdé😀_.*'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.array(word, { maxLength: 10 }), (words, said) => {
        const text = said.join(' ');
        const masked = moderated(text, rules(words));
        expect(masked).toHaveLength(text.length);
        for (const one of masked.split(' ')) expect(words.filter((blocked) => !/^\*+$/u.test(blocked))).not.toContain(one);
      }),
    );
  });
});
