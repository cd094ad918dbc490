import { describe, expect, it } from '@jest/globals';
import { portablePattern } from './portable-pattern.js';

describe('portablePattern', () => {
  it.each([
    [/^a$/u, '^a(?![\\s\\S])'],
    [/^a.b$/u, '^a[^\\n\\r\\x{2028}\\x{2029}]b(?![\\s\\S])'],
    [/[$.]\$/u, '[$.]\\$'],
    [/^[\s\S]{1,3}$/u, '^[\\s\\S]{1,3}(?![\\s\\S])'],
    [/\u00e9\x41\u{1F600}/u, '\\x{e9}\\x{41}\\x{1f600}'],
    [/^(?:ab|(?=c)d|(?!e)f)+?\d{2,}$/u, '^(?:ab|(?=c)d|(?!e)f)+?\\d{2,}(?![\\s\\S])'],
    [/^[a-f0-9-]{8}$/, '^[a-f0-9-]{8}(?![\\s\\S])'],
    [/^[^\n]\D$/u, '^[^\\n]\\D(?![\\s\\S])'],
  ])('says %s as PCRE', (pattern, pcre) => {
    expect(portablePattern(pattern)).toEqual({ ecma: pattern.source, pcre });
  });

  it.each([
    [/a/i, 'the flag i'],
    [/a/g, 'the flag g'],
    [/a/mu, 'the flag m'],
    [/a\sb/u, '\\s differs'],
    [/\bword/u, '\\b differs'],
    [/\p{L}/u, '\\p differs'],
    [/(a)\1/u, '\\1 differs'],
    [/(?<=a)b/u, 'groups'],
    [/(?<name>a)/u, 'groups'],
    [/^.$/, 'u flag'],
    [/^[^a]$/, 'u flag'],
    [/^\W$/, 'u flag'],
    [new RegExp('\\u{1F600}'), 'u flag'],
    [/😀/, 'u flag'],
    [/\ud83d/u, 'halves of surrogate pairs'],
    [/[[]/, '\\['],
    [/[a&&b]/u, '&&'],
    [/[]/u, 'empty class'],
    [/\-/, 'u flag'],
  ])('refuses %s', (pattern, rule) => {
    expect(() => portablePattern(pattern)).toThrow(rule);
  });
});
