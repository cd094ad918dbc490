import { type PortablePattern } from './portable-pattern.js';
import { type StringShape } from './shape.js';

const END = '(?![\\s\\S])';

/**
 * One pattern for all that a record's key must be: its length in code points, its patterns, and never `__proto__`, which zod drops silently
 * and a program that copies the record would set as prototype.
 */
export const recordKeyPattern = ({ min, max, patterns }: StringShape): PortablePattern => {
  const length = `(?=[\\s\\S]{${min},${max ?? ''}}${END})`;
  const combined = (spelling: 'ecma' | 'pcre'): string =>
    `^(?!__proto__${END})${length}${patterns.map((pattern) => `(?=[\\s\\S]*?(?:${pattern[spelling]}))`).join('')}`;
  return { ecma: combined('ecma'), pcre: combined('pcre') };
};
