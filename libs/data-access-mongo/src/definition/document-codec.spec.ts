import { describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { bsonDate, double, freeForm, int64, recordOf, text, z } from '@caas/schema';
import { defineCollection } from './define-collection.js';

const { codec } = defineCollection({
  name: 'things',
  scope: 'tenant',
  id: { field: 'message_id', prefix: 'msg' },
  schema: z.strictObject({
    at: bsonDate(),
    size: int64(),
    ratio: double(),
    custom: freeForm(),
    counts: recordOf(int64(), { maxKeys: 10 }),
    content: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: text({ max: 10 }) }),
      z.strictObject({ type: z.literal('file'), bytes: int64() }),
    ]),
    parts: z.array(z.strictObject({ length: int64(), name: text({ max: 10 }) })).max(10),
  }),
  description: 'Things.',
});
const BIG = 2 ** 31;

describe('document codec', () => {
  it('writes 64-bit integers as Long only where they leave 32 bits', () => {
    const document = {
      at: new Date(0),
      size: BIG,
      ratio: BIG,
      custom: { size: BIG },
      counts: { a: BIG, b: 1 },
      content: { type: 'file', bytes: -BIG - 1 },
      parts: [
        { length: BIG - 1, name: 'a' },
        { length: Number.MAX_SAFE_INTEGER, name: 'b' },
      ],
    };

    expect(codec.encode(document)).toEqual({
      ...document,
      size: Long.fromNumber(BIG),
      counts: { a: Long.fromNumber(BIG), b: 1 },
      content: { type: 'file', bytes: Long.fromNumber(-BIG - 1) },
      parts: [
        { length: BIG - 1, name: 'a' },
        { length: Long.fromNumber(Number.MAX_SAFE_INTEGER), name: 'b' },
      ],
    });
  });

  it('leaves the caller’s object alone and copies nothing without need', () => {
    const document = { size: BIG, parts: [{ length: BIG, name: 'a' }], counts: { a: 1 } };
    const encoded = codec.encode(document);

    expect(document).toEqual({ size: BIG, parts: [{ length: BIG, name: 'a' }], counts: { a: 1 } });
    expect(encoded['counts']).toBe(document.counts);
    expect(codec.encode(encoded)).toBe(encoded);
  });

  it.each([
    ['size', BIG, Long.fromNumber(BIG)],
    ['parts.length', BIG, Long.fromNumber(BIG)],
    ['parts.0.length', BIG, Long.fromNumber(BIG)],
    ['counts.a', BIG, Long.fromNumber(BIG)],
    ['content.bytes', BIG, Long.fromNumber(BIG)],
    ['ratio', BIG, BIG],
    ['size', 5, 5],
  ])('writes a value at %s', (path, value, stored) => {
    expect(codec.encodeAt(path, value)).toEqual(stored);
  });

  it('names the id as the outside does', () => {
    expect(codec.storageName('message_id')).toBe('_id');
    expect(codec.storageName('size')).toBe('size');
    expect(codec.decode({ _id: 'x', size: 1 })).toEqual({ message_id: 'x', size: 1 });
  });

  it.each([
    ['message_id', true],
    ['tenant_id', true],
    ['content.text', true],
    ['content.bytes', true],
    ['parts.name', true],
    ['parts.1.name', true],
    ['custom.anything.below', true],
    ['counts.some_key', true],
    ['_id', false],
    ['content.nothing', false],
    ['parts.nothing', false],
    ['at.year', false],
    ['__proto__', false],
    ['constructor', false],
  ])('knows whether there is a field %s', (path, exists) => {
    expect(codec.field(path) !== undefined).toBe(exists);
  });
});
