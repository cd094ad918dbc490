import { type z } from 'zod';
import { isWellFormed } from '../fields/text.js';
import { type Rule, ruleOf } from '../rules.js';
import { PatternError, portablePattern } from './portable-pattern.js';
import { refuse, refuseType } from './refusal.js';
import { type Bare, type BytesShape, type DateShape, type EnumShape, type FreeFormShape, type StringShape } from './shape.js';
import { builtIn, type Check, checksOf, UNKNOWN_CHECK } from './zod-checks.js';

/** zod's string formats whose whole meaning is their pattern. */
const PATTERN_FORMATS: ReadonlySet<string> = new Set([
  'regex',
  'uuid',
  'guid',
  'ulid',
  'email',
  'ipv4',
  'e164',
  'date',
  'time',
  'datetime',
]);

/** The one rule that a type of ours hangs on; any other check beside it is refused. */
const onlyRule = <K extends Rule['kind']>(schema: z.core.$ZodType, path: string, kinds: readonly K[]): Extract<Rule, { kind: K }> => {
  const found = checksOf(schema).map((check) => ruleOf(check) ?? refuse(path, UNKNOWN_CHECK));
  const [rule] = found;
  if (found.length !== 1 || !rule || !(kinds as readonly string[]).includes(rule.kind)) return refuseType(schema._zod.def.type, path);
  return rule as Extract<Rule, { kind: K }>;
};

const addPattern = (shape: Bare<StringShape>, pattern: RegExp, path: string): void => {
  try {
    shape.patterns.push(portablePattern(pattern));
  } catch (error) {
    if (error instanceof PatternError) refuse(path, `${String(pattern)}: ${error.message}`);
    throw error;
  }
};

const addStringCheck = (shape: Bare<StringShape>, check: Check, path: string): void => {
  const rule = ruleOf(check);
  if (rule?.kind === 'code-points') {
    shape.wellFormed = true;
    shape.min = Math.max(shape.min, rule.min);
    shape.max = Math.min(shape.max ?? Number.POSITIVE_INFINITY, rule.max ?? Number.POSITIVE_INFINITY);
    if (shape.max === Number.POSITIVE_INFINITY) shape.max = undefined;
    return;
  }
  if (rule?.kind === 'format') {
    shape.format = rule.format;
    return;
  }
  const def = builtIn(check);
  if (def.check === 'string_format' && PATTERN_FORMATS.has(def.format) && def.pattern) addPattern(shape, def.pattern, path);
  else if (def.check === 'min_length' && def.minimum <= 1) shape.min = Math.max(shape.min, def.minimum);
  else if (def.check === 'string_format')
    refuse(path, `the format ${def.format} is more than a pattern; use email(), httpUrl(), dateTime() or z.string().regex()`);
  else if (def.check === 'min_length' || def.check === 'max_length' || def.check === 'length_equals')
    refuse(path, 'zod counts UTF-16 units; use text({ min, max }), which counts characters in every dialect');
  else refuse(path, UNKNOWN_CHECK);
};

/** A string with its checks. */
export const describeString = (schema: z.core.$ZodString, path: string): Bare<StringShape> => {
  if (schema._zod.def.coerce) return refuse(path, 'coercion changes the value; validate the stored form');
  const shape: Bare<StringShape> = { kind: 'string', min: 0, max: undefined, wellFormed: false, patterns: [], format: undefined };
  for (const check of checksOf(schema)) addStringCheck(shape, check, path);
  if (shape.max !== undefined && shape.min > shape.max) refuse(path, 'min is greater than max');
  return shape;
};

/** An enum or literal: constants of one type. */
export const describeConstants = (values: readonly unknown[], path: string): Bare<EnumShape> => {
  const type = (value: unknown): EnumShape['type'] => {
    if (typeof value === 'string' && isWellFormed(value)) return 'string';
    if (typeof value === 'boolean') return 'boolean';
    return Number.isSafeInteger(value) ? 'integer' : refuse(path, 'a constant is a well-formed text, a safe integer or a boolean');
  };
  const types = new Set(values.map(type));
  const [only] = types;
  if (types.size !== 1 || only === undefined) return refuse(path, 'constants must be of one type');
  return { kind: 'enum', type: only, values: [...new Set(values as (string | number | boolean)[])] };
};

/** A date of a document. */
export const describeDate = (schema: z.core.$ZodDate, path: string): Bare<DateShape> => {
  const isOurs = checksOf(schema).length === 1 && checksOf(schema).every((check) => ruleOf(check)?.kind === 'bson-date');
  return isOurs && !schema._zod.def.coerce
    ? { kind: 'bson-date' }
    : refuse(path, 'z.date: use bsonDate() in documents, dateTime() in JSON, timestampMs() in events');
};

/** Bytes or a free-form object; every other custom type is a function that no dialect knows. */
export const describeCustom = (schema: z.core.$ZodCustom, path: string): Bare<BytesShape> | Bare<FreeFormShape> => {
  const rule = onlyRule(schema, path, ['bytes', 'free-form']);
  if (rule.kind === 'bytes') return { kind: 'bytes', max: rule.max };
  const { maxBytes, maxDepth, maxKeys } = rule;
  return { kind: 'free-form', limits: { maxBytes, maxDepth, maxKeys } };
};
