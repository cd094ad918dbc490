import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { bsonDate, double, int32, int64, timestampMs } from '../fields/numbers.js';
import { text } from '../fields/text.js';
import { UnrepresentableError } from '../unrepresentable-error.js';
import { describeShape } from './describe-shape.js';

const inField = (field: z.ZodType): z.ZodType => z.strictObject({ outer: z.strictObject({ field }) });

describe('describeShape', () => {
  it('describes an object with everything that its wrappers say', () => {
    const schema = z
      .strictObject({
        name: text({ min: 1, max: 5 }).describe('A name').optional(),
        count: int32({ min: 0 }).nullable().default(null),
        kind: z.enum(['a', 'b']).default('a').optional(),
      })
      .meta({ id: 'Thing', title: 'A thing' });

    expect(describeShape(schema)).toEqual({
      kind: 'object',
      id: 'Thing',
      nullable: false,
      annotations: { title: 'A thing' },
      fields: [
        {
          name: 'name',
          optional: true,
          defaultValue: undefined,
          shape: {
            kind: 'string',
            min: 1,
            max: 5,
            wellFormed: true,
            patterns: [],
            format: undefined,
            nullable: false,
            annotations: { description: 'A name' },
          },
        },
        {
          name: 'count',
          optional: false,
          defaultValue: { value: null },
          shape: { kind: 'integer', width: 32, isTimestamp: false, min: 0, max: 2_147_483_647, nullable: true, annotations: {} },
        },
        {
          name: 'kind',
          optional: false,
          defaultValue: { value: 'a' },
          shape: { kind: 'enum', type: 'string', values: ['a', 'b'], nullable: false, annotations: {} },
        },
      ],
    });
  });

  it.each([
    ['int64()', int64(), { kind: 'integer', width: 64, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }],
    ['timestampMs()', timestampMs(), { kind: 'integer', width: 64, isTimestamp: true, min: 0 }],
    ['z.int().positive()', z.int().positive(), { kind: 'integer', width: 64, min: 1 }],
    ['z.number().int().lt(2.5)', z.number().int().lt(2.5), { kind: 'integer', max: 2 }],
    ['z.uint32()', z.uint32(), { kind: 'integer', width: 64, min: 0, max: 4_294_967_295 }],
    ['z.number()', z.number(), { kind: 'double', min: -Number.MAX_VALUE, max: Number.MAX_VALUE }],
    ['double().gt(0)', double().gt(0), { kind: 'double', min: 0, exclusiveMin: true }],
    ['z.number().gt(0).min(0)', z.number().gt(0).min(0), { kind: 'double', min: 0, exclusiveMin: true }],
    ['z.string().nonempty()', z.string().nonempty(), { kind: 'string', min: 1, wellFormed: false }],
    ['text().readonly()', text().readonly(), { kind: 'string' }],
    ['bsonDate()', bsonDate(), { kind: 'bson-date' }],
    ['bytes()', bytes({ max: 3 }), { kind: 'bytes', max: 3 }],
    ['.length() of a list', z.array(text()).length(3), { kind: 'array', min: 3, max: 3 }],
  ])('describes %s', (_what, field, expected) => {
    const shape = describeShape(inField(field));

    expect(shape).toMatchObject({ fields: [{ shape: { fields: [{ shape: expected }] } }] });
  });

  it.each<[string, z.ZodType, string]>([
    ['z.any', z.any(), 'freeForm'],
    ['z.unknown', z.unknown(), 'freeForm'],
    ['z.bigint', z.bigint(), 'int64'],
    ['z.int64', z.int64(), 'int64'],
    ['z.map', z.map(z.string(), z.string()), 'recordOf'],
    ['z.set', z.set(z.string()), 'z.array'],
    ['z.tuple', z.tuple([z.string()]), 'z.strictObject'],
    ['z.union', z.union([z.string(), z.number()]), 'z.discriminatedUnion'],
    ['z.intersection', z.intersection(z.strictObject({}), z.strictObject({})), 'extend'],
    ['z.null', z.null(), 'nullable'],
    ['z.object', z.object({}), 'z.strictObject'],
    ['z.looseObject', z.looseObject({}), 'z.strictObject'],
    ['a transform', z.string().transform(Number), 'stored form'],
    ['a pipe', z.string().pipe(z.string()), 'stored form'],
    ['coercion of a string', z.coerce.string(), 'coercion'],
    ['coercion of a number', z.coerce.number(), 'coercion'],
    ['coercion of a boolean', z.coerce.boolean(), 'fields of @caas/schema'],
    ['trim', z.string().trim(), 'overwrites'],
    ['catch', z.string().catch(''), 'default()'],
    ['prefault', z.string().prefault(''), 'default()'],
    ['a refinement of a string', text().refine(() => true), 'refinements'],
    ['a refinement of a number', int32().refine(() => true), 'refinements'],
    ['a refinement of an object', z.strictObject({}).refine(() => true), 'refinements'],
    ['a refinement of a list', z.array(text()).refine(() => true), 'refinements'],
    [
      'a check outside of a wrapper',
      text()
        .optional()
        .refine(() => true),
      'before .optional()',
    ],
    ['a function', z.custom<string>(() => true), 'function'],
    ['a function beside our own', bytes({ max: 1 }).refine(() => true), 'refinements'],
    ['z.date', z.date(), 'bsonDate'],
    ['bounds of a date', bsonDate().min(new Date(0)), 'bsonDate'],
    ['z.string().max', z.string().max(10), 'text({ min, max })'],
    ['z.string().min above one', z.string().min(2), 'text({ min, max })'],
    ['z.string().length', z.string().length(2), 'text({ min, max })'],
    ['z.url', z.url(), 'httpUrl'],
    ['a pattern with flags', z.string().regex(/a/i), 'the flag i'],
    ['multiples', z.number().multipleOf(0.1), 'multiples'],
    ['z.float32', z.float32(), 'double()'],
    ['an impossible integer', int32({ min: 2, max: 1 }), 'no integer'],
    ['an impossible number', z.number().gt(1).lt(1), 'no number'],
    ['an impossible text', text({ min: 2, max: 1 }), 'greater'],
    ['a numeric enum', z.enum({ A: 1, B: 'x' }), 'one type'],
    ['a literal null', z.literal(null), 'constant'],
    ['a literal fraction', z.literal(0.5), 'constant'],
    ['mixed literals', z.literal(['a', 1]), 'one type'],
    ['a record with known keys', z.record(z.enum(['a']), z.string()), 'z.strictObject'],
    ['a record with numbers as keys', z.record(z.number(), z.string()), 'key of a record'],
    ['a default that is bad', z.string().min(1).default(''), 'default is not a good value'],
    ['a default that is not complete', z.strictObject({ a: text().default('x') }).default({} as { a: string }), 'complete'],
    ['a default that differs each time', z.string().default(() => String(process.hrtime.bigint())), 'constant'],
    ['a name that objects have', z.strictObject({ constructor: text() }), 'choose another'],
  ])('refuses %s, naming the field', (_what, field, rule) => {
    const render = (): unknown => describeShape(inField(field));

    expect(render).toThrow(UnrepresentableError);
    expect(render).toThrow(/^\/outer\/field/u);
    expect(render).toThrow(rule);
  });

  it.each<[string, z.ZodType, string]>([
    ['an optional item', z.array(text().optional()), '/outer/field/*'],
    ['a default of an item', z.array(text().default('x')), '/outer/field/*'],
    ['an optional value of a record', z.record(text(), text().optional()), '/outer/field/*'],
    ['a bad item', z.array(z.any()), '/outer/field/*'],
    ['a bad field of an item', z.array(z.strictObject({ 'a/b': z.any() })), '/outer/field/*/a~1b'],
  ])('names the place of %s', (_what, field, path) => {
    expect(() => describeShape(inField(field))).toThrow(expect.objectContaining({ path, dialect: 'every dialect' }));
  });

  it('refuses shapes that contain themselves', () => {
    const tree = z.strictObject({
      get children() {
        return z.array(tree);
      },
    });

    expect(() => describeShape(tree)).toThrow('contain themselves');
    expect(() => describeShape(z.lazy(() => text()))).toThrow('contain themselves');
  });

  it('refuses a root that can be absent', () => {
    expect(() => describeShape(z.strictObject({}).optional())).toThrow('only the fields of an object');
  });

  describe('a discriminated union', () => {
    const option = z.strictObject({ type: z.literal('a') });

    it.each<[string, () => z.ZodType, string]>([
      ['options that are not strict', () => z.discriminatedUnion('type', [option, z.object({ type: z.literal('b') })]), 'strictObject'],
      [
        'a tag that is a number',
        () => z.discriminatedUnion('type', [z.strictObject({ type: z.literal(1) })]),
        'z.literal or z.enum of texts',
      ],
      [
        'a tag that can be null',
        () => z.discriminatedUnion('type', [z.strictObject({ type: z.literal('b').nullable() })]),
        'z.literal or z.enum of texts',
      ],
      [
        'a tag that can be absent',
        () => z.discriminatedUnion('type', [z.strictObject({ type: z.literal('b').optional() })]),
        'z.literal or z.enum of texts',
      ],
      [
        'a tag in two options',
        () => z.discriminatedUnion('type', [option, z.strictObject({ type: z.enum(['a', 'b']) })]),
        'one option only',
      ],
      [
        'a tag that every object has',
        () => z.discriminatedUnion('type', [z.strictObject({ type: z.literal('toString') })]),
        'JavaScript objects',
      ],
    ])('refuses %s', (_what, schema, rule) => {
      expect(() => describeShape(schema())).toThrow(rule);
    });
  });
});
