import { z } from 'zod';
import { ruleCheck } from '../rules.js';

/** Bounds of a text, in Unicode code points. */
export interface TextOptions {
  min?: number;
  /** The default is no bound; say one wherever a caller decides the value. */
  max?: number;
}

/** The number of Unicode code points of a text: what MongoDB, JSON Schema and PostgreSQL call its length. */
export const codePointLength = (value: string): number => {
  let length = value.length;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && index + 1 < value.length) {
      const following = value.charCodeAt(index + 1);
      if (following >= 0xdc00 && following <= 0xdfff) {
        length -= 1;
        index += 1;
      }
    }
  }
  return length;
};

/** Whether UTF-8 can carry the text unchanged: it holds no half of a surrogate pair. */
export const isWellFormed = (value: string): boolean => value.isWellFormed();

/**
 * A text whose length is counted in code points in every dialect (zod's own `.min` and `.max` count UTF-16 units, so that an emoji
 * would count twice here and once in MongoDB). Refuses lone surrogates, which UTF-8 would replace.
 */
export const text = ({ min = 0, max }: TextOptions = {}): z.ZodString =>
  z.string().check(
    ruleCheck<string>({ kind: 'code-points', min, max }, (value) => {
      if (!isWellFormed(value)) return { message: 'must be well-formed Unicode' };
      if (max !== undefined && value.length > max && codePointLength(value) > max)
        return { message: `must have at most ${max} characters` };
      if (min > 0 && codePointLength(value) < min) return { message: `must have at least ${min} characters` };
      return undefined;
    }),
  );
