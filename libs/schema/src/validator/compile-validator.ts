import { Ajv, type ValidateFunction } from 'ajv';
import { type z } from 'zod';
import { type JsonRendering, renderJson } from '../json/render-json.js';
import { describeShape } from '../shape/describe-shape.js';
import { type Shape } from '../shape/shape.js';
import { type Issue, toIssues } from './issue.js';
import { KEYWORDS } from './keywords.js';

/** What a validator says of a value. */
export type ValidationResult = { ok: true } | { ok: false; issues: Issue[] };

/**
 * Says whether a value is good, and else what is wrong with it, at most 50 issues. Changes nothing, calls nothing of zod.
 * `T` is the type of the values it accepts: zod's input, in which a field with a default may be absent.
 */
export interface Validator<T> {
  (value: unknown): ValidationResult;
  /** The same answer without the issues, as a type guard: for hot paths that only branch. */
  accepts(value: unknown): value is T;
}

type UnknownFields = 'refuse' | 'ignore';

/** How strict a validator is. */
export interface ValidatorOptions {
  /** `refuse` (the default), or `ignore` for readers of what a newer writer may have extended. Names in a record are checked either way. */
  unknownFields?: UnknownFields;
}

const rendering = (unknownFields: UnknownFields): JsonRendering => ({
  special: (shape) => {
    const { nullable } = shape;
    if (shape.kind === 'bson-date') return { 'x-bson-date': { nullable } };
    if (shape.kind === 'bytes') return { 'x-bytes': { nullable, max: shape.max } };
    return { 'x-free-form': { nullable, ...shape.limits } };
  },
  // ajv counts the code points of every text; ours counts only where the cheap length does not decide
  string: ({ min, max, wellFormed }) => ({
    minLength: undefined,
    maxLength: undefined,
    ...((min > 0 || max !== undefined) && { 'x-length': { min, max } }),
    ...(wellFormed && { 'x-well-formed': true }),
  }),
  union: (branches, { discriminator }) => ({ type: 'object', discriminator: { propertyName: discriminator }, oneOf: branches }),
  // unlike `anyOf`, this reports what is wrong inside the chosen branch and nothing of the others
  nullableUnion: (union) => ({ if: { type: 'null' }, else: union }),
  isRequired: ({ optional, defaultValue }) => !optional && defaultValue === undefined,
  isClosed: unknownFields === 'refuse',
  annotate: () => ({}),
});

/** Formats are off: patterns decide. Unions of types are how `null` is said. Nothing is coerced, filled in or removed. */
const newAjv = (allErrors: boolean): Ajv =>
  new Ajv({
    allErrors,
    strict: true,
    allowUnionTypes: true,
    discriminator: true,
    unicodeRegExp: true,
    validateFormats: false,
    validateSchema: false,
    addUsedSchema: false,
    keywords: [...KEYWORDS],
  });

/** One each: an instance of ajv is larger than most of what it compiles. */
const ajvs = new Map<boolean, Ajv>();

function ajvFor(allErrors: boolean): Ajv {
  const known = ajvs.get(allErrors) ?? newAjv(allErrors);
  ajvs.set(allErrors, known);
  return known;
}

const compile = (shape: Shape, unknownFields: UnknownFields, { allErrors }: { allErrors: boolean }): ValidateFunction =>
  ajvFor(allErrors).compile(renderJson(shape, { rendering: rendering(unknownFields), path: '' }));

const validators: Readonly<Record<UnknownFields, WeakMap<z.ZodType, Validator<unknown>>>> = {
  refuse: new WeakMap(),
  ignore: new WeakMap(),
};

/**
 * A validator that agrees with zod on every value that JSON, BSON or Avro can carry. It stops at the first problem; only for a
 * value that is not good, a second function gathers the issues. Both are compiled when they are first needed, which costs milliseconds: most of what a process knows it never checks.
 * A schema is compiled once, however often it is asked for. Throws `UnrepresentableError` for a schema that cannot be rendered.
 */
export const compileValidator = <T>(schema: z.ZodType<unknown, T>, { unknownFields = 'refuse' }: ValidatorOptions = {}): Validator<T> => {
  const known = validators[unknownFields].get(schema);
  if (known !== undefined) return known as Validator<T>;
  const validator = newValidator<T>(describeShape(schema), unknownFields);
  validators[unknownFields].set(schema, validator);
  return validator;
};

function newValidator<T>(shape: Shape, unknownFields: UnknownFields): Validator<T> {
  let check: ValidateFunction | undefined;
  let explain: ValidateFunction | undefined;

  const isGood = (value: unknown): boolean => (check ??= compile(shape, unknownFields, { allErrors: false }))(value);
  const issuesOf = (value: unknown): Issue[] => {
    explain ??= compile(shape, unknownFields, { allErrors: true });
    explain(value);
    return toIssues(explain.errors ?? []);
  };
  const validate = (value: unknown): ValidationResult => (isGood(value) ? { ok: true } : { ok: false, issues: issuesOf(value) });
  return Object.assign(validate, { accepts: (value: unknown): value is T => isGood(value) });
}
