import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { freeForm } from '../fields/free-form.js';
import { bsonDate, double, int32 } from '../fields/numbers.js';
import { recordOf } from '../fields/record-of.js';
import { text } from '../fields/text.js';
import { email } from '../fields/web.js';
import { compileValidator, type Validator } from './compile-validator.js';

const content = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: text({ min: 1, max: 3 }) }),
  z.strictObject({ type: z.literal('location'), latitude: double({ min: -90, max: 90 }) }),
]);
const schema = z.strictObject({
  name: text({ max: 3 }),
  email: email().optional(),
  kind: z.enum(['a', 'b']).nullable().optional(),
  count: int32({ min: 1 }).optional(),
  ratio: z.number().gt(0).optional(),
  tags: z.array(text()).min(1).max(2).optional(),
  content: content.nullable(),
  metadata: freeForm().optional(),
  'a/b~c': z.strictObject({ x: int32() }).optional(),
  labels: recordOf(z.boolean(), { maxKeys: 1 }).optional(),
  at: bsonDate().nullable().optional(),
  data: bytes({ max: 2 }).nullable().optional(),
  limit: int32().default(50),
});
const validate = compileValidator(schema);
const good = { name: 'x', content: null };

const issuesOf = (value: unknown, check: Validator<unknown> = validate): unknown => {
  const result = check(value);
  return result.ok ? [] : result.issues.map(({ pointer, code }) => `${code} ${pointer}`);
};

describe('compileValidator', () => {
  it('accepts a good value and leaves it as it is', () => {
    const value = Object.freeze({ ...good });

    expect(validate(value)).toEqual({ ok: true });
    expect(validate.accepts(value)).toBe(true);
    expect(value).toEqual(good);
  });

  it.each<[string, unknown, string[]]>([
    ['a missing field', { content: null }, ['required /name']],
    ['an unknown field', { ...good, 'x/y': 1 }, ['unknown_field /x~1y']],
    ['a wrong type', { ...good, count: '1' }, ['type /count']],
    ['an object that is none', [], ['type ']],
    ['a text too long', { ...good, name: 'abcd' }, ['max_length /name']],
    ['half a surrogate pair', { ...good, name: '\ud83d' }, ['well_formed /name']],
    ['a wrong form', { ...good, email: 'x' }, ['pattern /email']],
    ['a value outside of an enum', { ...good, kind: 'c' }, ['enum /kind']],
    ['a number too small', { ...good, count: 0 }, ['minimum /count']],
    ['a number on an excluded bound', { ...good, ratio: 0 }, ['exclusive_minimum /ratio']],
    ['too few items', { ...good, tags: [] }, ['min_items /tags']],
    ['a wrong item', { ...good, tags: ['a', 1] }, ['type /tags/1']],
    ['a place with odd characters', { ...good, 'a/b~c': { x: null } }, ['type /a~1b~0c/x']],
    ['a wrong key', { ...good, labels: { $a: true } }, ['unknown_field /labels/$a']],
    ['too many keys', { ...good, labels: { a: true, b: true } }, ['max_properties /labels']],
    ['a date as text', { ...good, at: '2024' }, ['bson_date /at']],
    ['too many bytes', { ...good, data: Buffer.alloc(3) }, ['bytes /data']],
    ['a bad place inside free form', { ...good, metadata: { a: [{ $b: 1 }] } }, ['free_form /metadata/a/0/$b']],
    ['an absent kind', { ...good, content: {} }, ['required /content/type']],
    ['an unknown kind', { ...good, content: { type: 'poll' } }, ['discriminator /content/type']],
    ['a fault inside a branch, and nothing of the others', { ...good, content: { type: 'text', text: '' } }, ['min_length /content/text']],
    [
      'several faults',
      { name: 1, content: { type: 'location' }, count: 0 },
      ['type /name', 'minimum /count', 'required /content/latitude'],
    ],
  ])('says what is wrong with %s', (_what, value, expected) => {
    expect(validate.accepts(value)).toBe(false);
    expect(issuesOf(value)).toEqual(expected);
  });

  it('gives a message and the bounds, never the value', () => {
    expect(validate({ ...good, name: 'hunter2', kind: 'secret' })).toEqual({
      ok: false,
      issues: [
        { pointer: '/name', code: 'max_length', message: 'must have at most 3 characters', params: { limit: 3 } },
        { pointer: '/kind', code: 'enum', message: 'must be one of a, b, null', params: { allowed: ['a', 'b', null] } },
      ],
    });
  });

  it.each([
    [{ ...good, count: '1' }, 'must be an integer', { types: ['integer'] }],
    [{ ...good, at: 1 }, 'must be a date', undefined],
    [{ ...good, kind: 1 }, 'must be a string or null', { types: ['string', 'null'] }],
    [{ ...good, tags: ['a', 'b', 'c'] }, 'must have at most 2 items', { limit: 2 }],
    [{ ...good, ratio: 0 }, 'must be greater than 0', { limit: 0 }],
    [{ ...good, email: 'x' }, 'does not have the required form', { pattern: expect.any(String) }],
  ])('says of %j that it %s', (value, message, params) => {
    const result = validate(value);

    expect(result).toMatchObject({ ok: false, issues: [{ message, ...(params && { params }) }] });
  });

  it('reports at most 50 issues', () => {
    const many = compileValidator(z.array(int32()));

    expect(
      issuesOf(
        Array.from({ length: 200 }, () => 'x'),
        many,
      ),
    ).toHaveLength(50);
  });

  it('ignores unknown fields at every level when asked to, but no names of a record', () => {
    const lenient = compileValidator(schema, { unknownFields: 'ignore' });

    expect(issuesOf({ ...good, later: 1, content: { type: 'text', text: 'x', later: 1 }, 'a/b~c': { x: 1, later: 1 } }, lenient)).toEqual(
      [],
    );
    expect(issuesOf({ ...good, labels: { $a: true } }, lenient)).toEqual(['unknown_field /labels/$a']);
  });

  it('refuses __proto__ as a name', () => {
    expect(issuesOf({ ...good, labels: JSON.parse('{"__proto__":true}') as unknown })).toEqual(['unknown_field /labels/__proto__']);
    expect(issuesOf(JSON.parse('{"name":"x","content":null,"__proto__":{}}'))).toEqual(['unknown_field /__proto__']);
  });
});
