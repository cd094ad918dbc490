import { type AnySchemaObject, type FuncKeywordDefinition, type SchemaValidateFunction } from 'ajv';
import { bytesFinding } from '../fields/bytes.js';
import { freeFormFinding } from '../fields/free-form.js';
import { codePointLength, isWellFormed } from '../fields/text.js';
import { type FreeFormLimits } from '../rules.js';

interface Special {
  nullable: boolean;
}

/** What is wrong. `path` leads into the value; `keyword` and `limit` are those of the standard keyword that ours stands for. */
interface Finding {
  message: string;
  path?: string[];
  keyword?: string;
  limit?: number;
}

/** A keyword of ours: a function from its parameter and a value to what is wrong. */
const keyword = <P>(name: string, find: (parameter: P, value: unknown) => Finding | undefined): FuncKeywordDefinition => {
  const validate: SchemaValidateFunction = (
    parameter: P,
    value: unknown,
    _schema?: AnySchemaObject,
    context?: { instancePath: string },
  ) => {
    const finding = find(parameter, value);
    if (!finding) return true;
    const inside = (finding.path ?? []).map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const { keyword: standard = name, message, limit } = finding;
    validate.errors = [
      { keyword: standard, message, params: limit === undefined ? {} : { limit }, instancePath: `${context?.instancePath ?? ''}${inside}` },
    ];
    return false;
  };
  return { keyword: name, errors: 'full', validate };
};

/** What JSON Schema cannot say, as keywords of the compiled validator; they appear in no published schema. */
export const KEYWORDS: readonly FuncKeywordDefinition[] = [
  keyword<{ min: number; max?: number }>('x-length', ({ min, max }, value) => {
    if (typeof value !== 'string') return undefined;
    // a text has at most as many code points as code units, and at least half as many
    if (max !== undefined && value.length > max && codePointLength(value) > max) {
      return { keyword: 'maxLength', limit: max, message: `must have at most ${max} characters` };
    }
    if (value.length < 2 * min && codePointLength(value) < min) {
      return { keyword: 'minLength', limit: min, message: `must have at least ${min} characters` };
    }
    return undefined;
  }),
  keyword<boolean>('x-well-formed', (_, value) =>
    typeof value === 'string' && !isWellFormed(value) ? { message: 'must be well-formed Unicode' } : undefined,
  ),
  keyword<Special>('x-bson-date', ({ nullable }, value) => {
    const isGood = (nullable && value === null) || (value instanceof Date && !Number.isNaN(value.getTime()));
    return isGood ? undefined : { message: 'must be a date' };
  }),
  keyword<Special & { max: number }>('x-bytes', ({ nullable, max }, value) => {
    const message = nullable && value === null ? undefined : bytesFinding(value, max);
    return message === undefined ? undefined : { message };
  }),
  keyword<Special & FreeFormLimits>('x-free-form', ({ nullable, ...limits }, value) =>
    nullable && value === null ? undefined : freeFormFinding(value, limits),
  ),
];
