import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { freeForm } from '../fields/free-form.js';
import { bsonDate, int32 } from '../fields/numbers.js';
import { recordOf } from '../fields/record-of.js';
import { text } from '../fields/text.js';
import { email } from '../fields/web.js';
import { toJsonSchema } from './json-schema.js';

const schema = z
  .strictObject({
    name: text({ min: 1, max: 10 }).meta({ description: 'Shown to others', examples: ['Ada'], deprecated: true }),
    limit: int32({ min: 1, max: 100 }).default(50),
    content: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('a') }),
        z.strictObject({ type: z.literal('b'), x: text().nullable() }),
      ])
      .nullable(),
    metadata: freeForm({ maxKeys: 3 }).nullable().optional(),
    features: recordOf(z.boolean(), { maxKeys: 2 }).optional(),
  })
  .meta({ id: 'Thing', title: 'A thing' });

/** At most 64 characters, no `$` in front, no dot, no name that reaches a prototype. */
const FIELD_KEY =
  '^(?!__proto__(?![\\s\\S]))(?=[\\s\\S]{1,64}(?![\\s\\S]))(?=[\\s\\S]*?(?:^(?!(?:__proto__|constructor)$)[^$.\\u0000][^.\\u0000]*$))';

const union = (more: object): unknown => ({
  anyOf: [
    {
      oneOf: [
        { type: 'object', properties: { type: { type: 'string', enum: ['a'] } }, required: ['type'], additionalProperties: false },
        {
          type: 'object',
          properties: { type: { type: 'string', enum: ['b'] }, x: { type: ['string', 'null'] } },
          required: ['type', 'x'],
          additionalProperties: false,
        },
      ],
      ...more,
    },
    { type: 'null' },
  ],
});

describe('toJsonSchema', () => {
  it('renders what a caller sends', () => {
    expect(toJsonSchema(schema, { dialect: '2020-12' })).toEqual({
      title: 'A thing',
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 10, description: 'Shown to others', examples: ['Ada'], deprecated: true },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
        content: union({ discriminator: { propertyName: 'type' } }),
        metadata: { type: ['object', 'null'], maxProperties: 3 },
        features: {
          type: 'object',
          patternProperties: { [FIELD_KEY]: { type: 'boolean' } },
          maxProperties: 2,
          additionalProperties: false,
        },
      },
      required: ['name', 'content'],
      additionalProperties: false,
    });
  });

  it('requires what has a default in what we answer', () => {
    expect(toJsonSchema(schema, { dialect: '2020-12', io: 'output' })).toHaveProperty('required', ['name', 'limit', 'content']);
  });

  it('keeps the word of OpenAPI out of draft-07', () => {
    expect(toJsonSchema(schema, { dialect: 'draft-07' })).toHaveProperty('properties.content', union({}));
  });

  it('names a format beside the pattern that decides', () => {
    expect(toJsonSchema(email(), { dialect: '2020-12' })).toEqual({
      type: 'string',
      maxLength: 254,
      pattern: expect.any(String),
      format: 'email',
    });
  });

  it('puts further patterns beside the first', () => {
    const field = text().regex(/^a/u).regex(/b$/u);

    expect(toJsonSchema(field, { dialect: 'draft-07' })).toEqual({ type: 'string', pattern: '^a', allOf: [{ pattern: 'b$' }] });
  });

  it('is valid by the rules of its draft', () => {
    const ajv7 = new Ajv();
    const ajv2020 = new Ajv2020();

    expect(ajv7.validateSchema(toJsonSchema(schema, { dialect: 'draft-07' }))).toBe(true);
    expect(ajv2020.validateSchema(toJsonSchema(schema, { dialect: '2020-12' }))).toBe(true);
  });

  it.each([
    ['bytes', bytes({ max: 1 }), 'base64'],
    ['dates', bsonDate(), 'dateTime()'],
  ])('refuses %s, naming the field', (_what, field, rule) => {
    const render = (): unknown => toJsonSchema(z.strictObject({ list: z.array(field) }), { dialect: '2020-12' });

    expect(render).toThrow(expect.objectContaining({ path: '/list/*', dialect: 'json-schema' }));
    expect(render).toThrow(rule);
  });
});
