import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { freeForm } from '../fields/free-form.js';
import { bsonDate, double, int32, int64 } from '../fields/numbers.js';
import { text } from '../fields/text.js';
import { idOf } from '../ids.js';
import { toBsonSchema } from './bson-schema.js';

describe('toBsonSchema', () => {
  it('renders a whole document', () => {
    const schema = z.strictObject({
      _id: idOf('usr'),
      name: text({ min: 1, max: 10 }).describe('Shown to others'),
      status: z.enum(['active', 'gone']).default('active'),
      level: z.literal([1, 2]).nullable(),
      score: double({ min: 0 }).optional(),
      sequence: int64({ min: 0 }),
      tags: z
        .array(text({ max: 5 }))
        .max(3)
        .nullable(),
      secret: bytes({ max: 4 }),
      metadata: freeForm({ maxKeys: 3 }).nullable(),
      at: bsonDate().nullable(),
      flag: z.boolean(),
      __v: int32({ min: 0 }),
    });

    expect(toBsonSchema(schema)).toEqual({
      bsonType: 'object',
      required: ['_id', 'name', 'status', 'level', 'sequence', 'tags', 'secret', 'metadata', 'at', 'flag', '__v'],
      properties: {
        _id: { bsonType: 'string', pattern: '^usr_[0-7][0-9a-hjkmnp-tv-z]{25}(?![\\s\\S])' },
        name: { bsonType: 'string', minLength: 1, maxLength: 10, description: 'Shown to others' },
        status: { bsonType: 'string', enum: ['active', 'gone'] },
        level: { bsonType: ['int', 'long', 'null'], enum: [1, 2, null] },
        score: { bsonType: ['int', 'long', 'double'], minimum: 0, maximum: Number.MAX_VALUE },
        sequence: { bsonType: ['int', 'long'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        tags: { bsonType: ['array', 'null'], items: { bsonType: 'string', maxLength: 5 }, maxItems: 3 },
        secret: { bsonType: 'binData' },
        metadata: {
          bsonType: ['object', 'null'],
          maxProperties: 3,
          patternProperties: { '^(?!\\$)(?!(?:__proto__|constructor)(?![\\s\\S]))[^.\\x{0}]+(?![\\s\\S])': {} },
          additionalProperties: false,
        },
        at: { bsonType: ['date', 'null'] },
        flag: { bsonType: 'bool' },
        __v: { bsonType: 'int', minimum: 0, maximum: 2_147_483_647 },
      },
      additionalProperties: false,
    });
  });

  it('renders a union as the branches that its discriminator keeps apart', () => {
    const schema = z.strictObject({
      content: z
        .discriminatedUnion('type', [z.strictObject({ type: z.literal('a') }), z.strictObject({ type: z.enum(['b', 'c']) })])
        .nullable(),
    });

    const branch = (tags: string[]): unknown => ({
      bsonType: 'object',
      required: ['type'],
      properties: { type: { bsonType: 'string', enum: tags } },
      additionalProperties: false,
    });
    expect(toBsonSchema(schema).properties).toEqual({
      content: { anyOf: [{ bsonType: 'null' }, { bsonType: 'object', anyOf: [branch(['a']), branch(['b', 'c'])] }] },
    });
  });

  it('leaves required away where nothing is', () => {
    expect(toBsonSchema(z.strictObject({ a: text().optional() }))).not.toHaveProperty('required');
  });

  it.each(['$set', 'a.b', 'a\0'])('refuses the name %j', (name) => {
    expect(() => toBsonSchema(z.strictObject({ outer: z.strictObject({ [name]: text() }) }))).toThrow(
      expect.objectContaining({ path: `/outer/${name}`, dialect: 'bson' }),
    );
  });
});
