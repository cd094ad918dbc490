import { z } from 'zod';

/** Formats that a published JSON Schema names beside the pattern that decides. */
export type StringFormat = 'date-time' | 'email' | 'uri';

/** Limits of a free-form object. */
export interface FreeFormLimits {
  /** Bytes of its JSON text in UTF-8. */
  maxBytes: number;
  /** Levels of objects and arrays, the object itself being the first. */
  maxDepth: number;
  /** Keys of all levels together. */
  maxKeys: number;
}

/** What one of our own zod checks means; the walker reads it instead of guessing at a function. */
export type Rule =
  | { kind: 'code-points'; min: number; max: number | undefined }
  | { kind: 'format'; format: StringFormat }
  | { kind: 'bson-date' }
  | { kind: 'timestamp-ms' }
  | { kind: 'bytes'; max: number }
  | { kind: 'max-keys'; max: number }
  | ({ kind: 'free-form' } & FreeFormLimits);

const rules = new WeakMap<z.core.$ZodCheck<never>, Rule>();

/** A finding of a rule: an issue without the parts that {@link ruleCheck} adds. */
export interface RuleFinding {
  message: string;
  path?: PropertyKey[];
}

/**
 * A zod check that every renderer understands. zod keeps check objects by identity through `.optional()`, `.meta()` and further checks,
 * so the rule is found again wherever the field ends up.
 */
export const ruleCheck = <T>(rule: Rule, find: (value: T) => RuleFinding | undefined): z.core.$ZodCheck<T> => {
  const check = z.check<T>(({ value, issues }) => {
    const finding = find(value);
    if (finding) issues.push({ code: 'custom', input: value, continue: false, params: { rule: rule.kind }, ...finding });
  });
  rules.set(check, rule);
  return check;
};

/** The rule of a check that was made by {@link ruleCheck}; undefined for every other check. */
export const ruleOf = (check: object): Rule | undefined => rules.get(check as z.core.$ZodCheck<never>);
