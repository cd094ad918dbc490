import { describe, expect, it } from '@jest/globals';
import { type JsonSchema, text, toJsonSchema, z } from '@caas/schema';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { jsonIncompatibilities } from './json-compatibility.js';

const object = (properties: object, more: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const rendered = (schema: z.ZodType): JsonSchema => toJsonSchema(schema, { dialect: 'draft-07' });
const branch = (tag: string, more: object = {}): JsonSchema =>
  object({ type: { type: 'string', enum: [tag] }, ...more }, { required: ['type'] });

describe('what a JSON Schema takes of another one’s documents', () => {
  it.each<[string, JsonSchema, JsonSchema]>([
    ['the same', object({ a: { type: 'string' } }), object({ a: { type: 'string' } })],
    ['documents without a field that may be absent', object({ a: {}, b: { type: 'string' } }), object({ a: {} })],
    ['an integer as a number', { type: 'number' }, { type: 'integer' }],
    ['shorter texts', { type: 'string', maxLength: 20 }, { type: 'string', maxLength: 10 }],
    ['fewer values', { type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['a'] }],
    ['certain values within its bounds', { type: 'string' }, { type: 'string', enum: ['a'] }],
    ['a field that is always there, where it may be absent', object({ a: {} }), object({ a: {} }, { required: ['a'] })],
    ['what is not null, where null may be', { type: ['string', 'null'] }, { type: 'string' }],
    ['one branch fewer', { oneOf: [branch('a'), branch('b')] }, { oneOf: [branch('a')] }],
    ['a text that held a pattern', { type: 'string' }, { type: 'string', pattern: '^a' }],
    ['other words about it', { type: 'string', description: 'new', format: 'uri' }, { type: 'string', description: 'old' }],
  ])('%s', (_, reader, writer) => {
    expect(jsonIncompatibilities(reader, writer)).toEqual([]);
  });

  it.each<[string, JsonSchema, JsonSchema, { path: string; message: string }]>([
    ['a field that it does not know', object({}), object({ a: {} }), { path: '/a', message: 'does not know the field, and is closed' }],
    [
      'documents without a field that it needs',
      object({ a: {} }, { required: ['a'] }),
      object({ a: {} }),
      { path: '/a', message: 'needs the field, which was not always written' },
    ],
    ['another type', { type: 'string' }, { type: ['string', 'null'] }, { path: '', message: 'reads string where null was written' }],
    ['a number as an integer', { type: 'integer' }, { type: 'number' }, { path: '', message: 'reads integer where number was written' }],
    [
      'longer texts',
      object({ a: { type: 'string', maxLength: 5 } }),
      object({ a: { type: 'string', maxLength: 9 } }),
      { path: '/a', message: 'has a tighter limit: maxLength 5 for 9' },
    ],
    [
      'texts of any length',
      { type: 'string', maxLength: 5 },
      { type: 'string' },
      { path: '', message: 'has a tighter limit: maxLength 5 for none' },
    ],
    [
      'lower numbers',
      { type: 'integer', minimum: 1 },
      { type: 'integer', minimum: 0 },
      { path: '', message: 'has a tighter limit: minimum 1 for 0' },
    ],
    ['an unknown value', { type: 'string', enum: ['a'] }, { type: 'string', enum: ['a', 'b'] }, { path: '', message: 'does not know "b"' }],
    [
      'any value',
      { type: 'string', enum: ['a'] },
      { type: 'string' },
      { path: '', message: 'takes certain values only where any were written' },
    ],
    [
      'texts that held no pattern',
      { type: 'string', pattern: '^a' },
      { type: 'string' },
      { path: '', message: 'demands a pattern that was not held: ^a' },
    ],
    [
      'a branch that is gone',
      { oneOf: [branch('a')] },
      { oneOf: [branch('a'), branch('b')] },
      { path: '', message: 'has no branch for ["type","b"]' },
    ],
    [
      'a branch that changed',
      { oneOf: [branch('a', { n: { type: 'integer' } }), branch('b')] },
      { oneOf: [branch('a', { n: { type: 'string' } }), branch('b')] },
      { path: '/n', message: 'reads integer where string was written' },
    ],
    [
      'items of another type',
      { type: 'array', items: { type: 'string' } },
      { type: 'array', items: { type: 'integer' } },
      { path: '/*', message: 'reads string where integer was written' },
    ],
    ['any field', object({}), { type: 'object' }, { path: '', message: 'is closed where any field could be written' }],
    [
      'anything in a field of its own',
      { type: 'object', properties: { a: { type: 'string' } } },
      { type: 'object' },
      { path: '/a', message: 'has a form for the field, where anything could be written' },
    ],
    [
      'what it says by a word that cannot be compared',
      { type: 'array', uniqueItems: true },
      { type: 'array' },
      { path: '', message: 'says "uniqueItems", which cannot be compared, and it differs' },
    ],
  ])('but not %s', (_, reader, writer, issue) => {
    expect(jsonIncompatibilities(reader, writer)).toEqual([issue]);
  });

  it('follows a definition through its rendering: an optional field may be added, not a required one, and none taken away', () => {
    const before = z.strictObject({ name: text({ max: 10 }), kind: z.enum(['a', 'b']) });

    expect(jsonIncompatibilities(rendered(before.extend({ note: text({ max: 5 }).optional() })), rendered(before))).toEqual([]);
    expect(jsonIncompatibilities(rendered(before.extend({ note: text({ max: 5 }) })), rendered(before)).map(({ path }) => path)).toEqual([
      '/note',
    ]);
    expect(jsonIncompatibilities(rendered(before.omit({ kind: true })), rendered(before)).map(({ path }) => path)).toEqual(['/kind']);
  });

  it('never promises to take a document that it then refuses', () => {
    const scalar = fc.oneof(
      fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: ['type'] }),
      fc.record({ type: fc.constantFrom('integer', 'number'), minimum: fc.integer({ min: -2, max: 2 }) }, { requiredKeys: ['type'] }),
      fc.constantFrom<JsonSchema>({ type: 'boolean' }, { type: ['string', 'null'] }, { type: 'string', enum: ['a', 'b'] }, {}),
    );
    const schema = fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(scalar, fc.record({ type: fc.constant('array'), items: scalar }))),
        required: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
        additionalProperties: fc.constant(false),
      },
      { requiredKeys: ['type'] },
    );
    const value = fc.oneof(
      fc.constantFrom('a', 'b', 'abc', '', null, true, 0, 1, -1, 0.5),
      fc.array(fc.constantFrom('a', 1, null), { maxLength: 2 }),
    );
    const document = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value);
    const ajv = new Ajv({ strict: false });

    fc.assert(
      fc.property(schema, schema, fc.array(document, { minLength: 20, maxLength: 20 }), (reader, writer, documents) => {
        fc.pre(jsonIncompatibilities(reader, writer).length === 0);
        const [takes, writes] = [ajv.compile(reader), ajv.compile(writer)];

        expect(documents.filter((one) => writes(one) && !takes(one))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
