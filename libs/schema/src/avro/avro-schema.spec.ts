import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { freeForm } from '../fields/free-form.js';
import { bsonDate, double, int32, int64, timestampMs } from '../fields/numbers.js';
import { recordOf } from '../fields/record-of.js';
import { text } from '../fields/text.js';
import { toAvro } from './avro-schema.js';

const name = { name: 'Sent', namespace: 'caas.chat' };

describe('toAvro', () => {
  it('renders a whole record', () => {
    const schema = z.strictObject({
      id: text().describe('Who'),
      count: int32(),
      sequence: int64(),
      sent_at: timestampMs(),
      ratio: double().nullable(),
      kind: z.enum(['a', 'b']).default('b'),
      version: z.literal(1),
      is_final: z.literal(true).optional(),
      data: bytes({ max: 3 }),
      metadata: freeForm().default({}),
      labels: recordOf(text(), { maxKeys: 2 }).nullable().default({}),
      parent: z.strictObject({ id: text().nullable() }).optional(),
      items: z.array(z.strictObject({ x: int32() })).default([]),
      note: text().nullable().default(null),
    });

    expect(toAvro(schema, name)).toEqual({
      type: 'record',
      name: 'Sent',
      namespace: 'caas.chat',
      fields: [
        { name: 'id', type: 'string', doc: 'Who' },
        { name: 'count', type: 'int' },
        { name: 'sequence', type: 'long' },
        { name: 'sent_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'ratio', type: ['null', 'double'] },
        { name: 'kind', type: 'string', default: 'b' },
        { name: 'version', type: 'long' },
        { name: 'is_final', type: ['null', 'boolean'], default: null },
        { name: 'data', type: 'bytes' },
        { name: 'metadata', type: { type: 'string', logicalType: 'json' }, default: '{}' },
        { name: 'labels', type: [{ type: 'map', values: 'string' }, 'null'], default: {} },
        {
          name: 'parent',
          type: [
            'null',
            { type: 'record', name: 'SentParent', namespace: 'caas.chat', fields: [{ name: 'id', type: ['null', 'string'] }] },
          ],
          default: null,
        },
        {
          name: 'items',
          type: {
            type: 'array',
            items: { type: 'record', name: 'SentItems', namespace: 'caas.chat', fields: [{ name: 'x', type: 'int' }] },
          },
          default: [],
        },
        { name: 'note', type: ['null', 'string'], default: null },
      ],
    });
  });

  it('renders a union at the root as records named after their tags', () => {
    const event = (type: string): z.ZodObject => z.strictObject({ type: z.literal(type), payload: z.strictObject({}) });
    const schema = z.discriminatedUnion('type', [event('message.sent') as never, event('message.edited') as never]);

    const record = (tag: string): unknown => ({
      type: 'record',
      name: tag,
      namespace: 'caas.chat',
      fields: [
        { name: 'type', type: 'string' },
        { name: 'payload', type: { type: 'record', name: `${tag}Payload`, namespace: 'caas.chat', fields: [] } },
      ],
    });
    expect(toAvro(schema, { name: 'Value', namespace: 'caas.chat' })).toEqual([record('ValueMessageSent'), record('ValueMessageEdited')]);
  });

  it('defines a shape with an id once and then names it', () => {
    const point = z.strictObject({ x: int32() }).meta({ id: 'AvroPoint' });

    expect(toAvro(z.strictObject({ from: point, to: point.nullable() }), name)).toHaveProperty('fields', [
      { name: 'from', type: { type: 'record', name: 'AvroPoint', namespace: 'caas.chat', fields: [{ name: 'x', type: 'int' }] } },
      { name: 'to', type: ['null', 'caas.chat.AvroPoint'] },
    ]);
  });

  it('gives the same text each time', () => {
    const render = (): string => JSON.stringify(toAvro(z.strictObject({ b: text(), a: z.strictObject({ c: int32().optional() }) }), name));

    expect(render()).toBe(render());
  });

  it.each<[string, z.ZodType, string, string]>([
    ['.nullish()', z.strictObject({ a: text().nullish() }), '/a', 'either .nullable() or .optional()'],
    ['dates', z.strictObject({ a: z.array(bsonDate()) }), '/a/*', 'timestampMs()'],
    ['unfit names', z.strictObject({ 'a-b': text() }), '/a-b', 'letters, digits or _'],
    ['an unfit id', z.strictObject({ a: z.strictObject({}).meta({ id: 'Not fit' }) }), '/a', 'Not fit'],
    ['a default of an object', z.strictObject({ a: z.strictObject({ b: text() }).default({ b: 'x' }) }), '/a', 'default'],
    ['a default of a list with items', z.strictObject({ a: z.array(int32()).default([1]) }), '/a', 'empty'],
    [
      'two records of one name',
      z.strictObject({ a_b: z.strictObject({}), a: z.strictObject({ b: z.strictObject({}) }) }),
      '/a/b',
      'named SentAB',
    ],
    ['items without a field', z.strictObject({ a: z.array(z.strictObject({})) }), '/a/*', 'without fields'],
    ['a root that is no record', z.array(text()), '', 'discriminated union'],
    ['a root that can be null', z.strictObject({}).nullable(), '', 'cannot be null'],
  ])('refuses %s, naming the field', (_what, schema, path, rule) => {
    expect(() => toAvro(schema, name)).toThrow(expect.objectContaining({ path, dialect: 'avro' }));
    expect(() => toAvro(schema, name)).toThrow(rule);
  });

  it.each([
    [{ name: 'a-b', namespace: 'x' }, 'a-b'],
    [{ name: 'A', namespace: '' }, 'dots'],
    [{ name: 'A', namespace: 'x..y' }, 'dots'],
  ])('refuses the full name %j', (unfit, rule) => {
    expect(() => toAvro(z.strictObject({}), unfit)).toThrow(rule);
  });
});
