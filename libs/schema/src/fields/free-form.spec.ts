import { describe, expect, it } from '@jest/globals';
import { freeForm } from './free-form.js';

const field = freeForm({ maxBytes: 60, maxDepth: 3, maxKeys: 4 });
const problemOf = (value: unknown): unknown => {
  const [issue] = field.safeParse(value).error?.issues ?? [];
  return issue && [issue.path.join('.'), issue.message];
};

describe('freeForm', () => {
  it.each([
    ['nothing', {}],
    ['every kind of value', { a: [1.5, 'x', null, true] }],
    ['as many levels as permitted', { a: { b: { c: 1 } } }],
    ['lists as levels', { a: [[1]] }],
    ['as many keys as permitted', { a: 1, b: { c: 1, d: 1 } }],
    ['exactly as many bytes as permitted', { a: 'x'.repeat(52) }],
    ['a dollar sign inside a key', { a$: 1 }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ])('accepts %s', (_what, value) => {
    expect(problemOf(value)).toBeUndefined();
  });

  it.each([
    ['a level too many', { a: { b: { c: {} } } }, 'a.b.c', 'at most 3 levels'],
    ['a list too deep', { a: [[[]]] }, 'a.0.0', 'at most 3 levels'],
    ['a key too many, counted over all levels', { a: 1, b: { c: 1, d: 1, e: 1 } }, 'b', 'at most 4 keys'],
    ['a byte too many', { a: 'x'.repeat(53) }, '', 'at most 60 bytes'],
    ['bytes counted in UTF-8', { a: 'é'.repeat(27) }, '', 'at most 60 bytes'],
    ['an operator', { $set: 1 }, '$set', 'not a permitted key'],
    ['an operator inside a list', { a: [{ $gt: 1 }] }, 'a.0.$gt', 'not a permitted key'],
    ['a dot in a key', { 'a.b': 1 }, 'a.b', 'not a permitted key'],
    ['an empty key', { '': 1 }, '', 'not a permitted key'],
    ['a key with NUL', { 'a\0': 1 }, 'a\0', 'not a permitted key'],
    ['__proto__', JSON.parse('{"a":{"__proto__":{"admin":true}}}'), 'a.__proto__', 'not a permitted key'],
    ['constructor', { constructor: 1 }, 'constructor', 'not a permitted key'],
    ['a date', { a: new Date(0) }, 'a', 'must be a JSON value'],
    ['undefined', { a: undefined }, 'a', 'must be a JSON value'],
    ['a function', { a: () => 1 }, 'a', 'must be a JSON value'],
    ['NaN', { a: Number.NaN }, 'a', 'must be a finite number'],
    ['a lone surrogate', { a: '\ud800' }, 'a', 'well-formed'],
  ])('refuses %s and says where', (_what, value, path, message) => {
    expect(problemOf(value)).toEqual([path, expect.stringContaining(message)]);
  });

  it.each([[[]], ['x'], [1], [null], [undefined], [new Date(0)], [new Map()]])('refuses %p, which is no JSON object', (value) => {
    expect(problemOf(value)).toEqual(['', 'must be a JSON object']);
  });

  it('refuses an object that contains itself', () => {
    const value: Record<string, unknown> = {};
    value.a = value;

    expect(problemOf(value)).toEqual(['a.a.a', 'must have at most 3 levels']);
  });

  it('can be optional, null or filled in', () => {
    expect(field.optional().parse(undefined)).toBeUndefined();
    expect(field.nullable().parse(null)).toBeNull();
    expect(field.default({}).parse(undefined)).toEqual({});
    expect(field.safeParse(undefined).success).toBe(false);
  });
});
