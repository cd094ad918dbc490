import { type ErrorObject } from 'ajv';

/** One thing that is wrong with a value. */
export interface Issue {
  /** JSON pointer (RFC 6901) to the field; for a missing or unknown field, to where it should be or is. Empty for the value itself. */
  pointer: string;
  /**
   * What is wrong, as a key for translations: `required`, `unknown_field`, `discriminator`, `type`, `enum`, `pattern`, `min_length`, `max_length`,
   * `minimum`, `maximum`, `exclusive_minimum`, `exclusive_maximum`, `min_items`, `max_items`, `max_properties`, `well_formed`, `bson_date`, `bytes`, `free_form`.
   */
  code: string;
  /** A sentence without a subject: "must be …". Never holds the value. */
  message: string;
  /** The bounds and choices that the message names. */
  params?: Record<string, unknown>;
}

/** The most issues that are reported for one value. */
export const ISSUES_MAX = 50;

const pointerToken = (name: unknown): string => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
const snakeCase = (keyword: string): string =>
  keyword
    .replace(/^x-/u, '')
    .replaceAll('-', '_')
    .replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

/** `if` around a union or null says nothing that its `else` has not said. */
const isNoise = ({ keyword }: ErrorObject): boolean => keyword === 'if';

const TYPES: Record<string, string | undefined> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

const LIMITS: Record<string, ((limit: number) => string) | undefined> = {
  minLength: (limit) => `must have at least ${limit} characters`,
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
  maxProperties: (limit) => `must have at most ${limit} keys`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be greater than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
};

/** Code, message and parameters, and for a missing or unknown field its name. */
type Finding = Omit<Issue, 'pointer'> & { name?: unknown };

const findingOf = ({ keyword, params: anyParams, message = 'is not valid' }: ErrorObject): Finding => {
  const params = anyParams as Record<string, unknown>;
  const code = snakeCase(keyword);
  const limit = LIMITS[keyword];
  if (limit) return { code, message: limit(params.limit as number), params: { limit: params.limit } };
  switch (keyword) {
    case 'required':
      return { name: params.missingProperty, code, message: 'is required' };
    case 'additionalProperties':
      return { name: params.additionalProperty, code: 'unknown_field', message: 'is not a known field' };
    case 'discriminator':
      if (params.tagValue === undefined) return { name: params.tag, code: 'required', message: 'is required' };
      return { name: params.tag, code, message: 'must be one of the known kinds' };
    case 'type': {
      const types = [params.type].flat() as string[];
      return { code, message: `must be ${types.map((type) => TYPES[type] ?? type).join(' or ')}`, params: { types } };
    }
    case 'enum': {
      const allowed = params.allowedValues as unknown[];
      return { code, message: `must be one of ${allowed.map(String).join(', ')}`, params: { allowed } };
    }
    case 'pattern':
      return { code, message: 'does not have the required form', params: { pattern: params.pattern } };
    default:
      return { code, message };
  }
};

const toIssue = (error: ErrorObject): Issue => {
  const { name, ...finding } = findingOf(error);
  return { pointer: name === undefined ? error.instancePath : error.instancePath + pointerToken(name), ...finding };
};

/** The findings of ajv as issues, at most {@link ISSUES_MAX}, each place and code once. */
export const toIssues = (errors: readonly ErrorObject[]): Issue[] => {
  const issues = new Map<string, Issue>();
  for (const error of errors) {
    if (issues.size >= ISSUES_MAX) break;
    if (isNoise(error)) continue;
    const issue = toIssue(error);
    const key = `${issue.pointer} ${issue.code}`;
    const isImplied = issue.code === 'enum' && issues.has(`${issue.pointer} type`);
    if (!isImplied && !issues.has(key)) issues.set(key, issue);
  }
  return [...issues.values()];
};
