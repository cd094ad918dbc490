import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { double, int32, text, z } from '@caas/schema';
import { compileCoercion, compileDefaults } from './fill-and-coerce.js';

const colour = z.strictObject({ kind: z.literal('colour'), name: text({ max: 20 }).default('red') });
const size = z.strictObject({ kind: z.literal('size'), value: int32().default(1) });
const thing = z.strictObject({
  title: text({ max: 10 }).default('untitled'),
  note: text({ max: 10 }).nullable().default('none'),
  rank: int32().optional(),
  inner: z.strictObject({
    on: z.boolean().default(true),
    list: z
      .array(z.strictObject({ n: int32().default(7) }))
      .max(3)
      .default([]),
  }),
  trait: z.discriminatedUnion('kind', [colour, size]),
});

const aText = fc.string({ maxLength: 5, unit: 'grapheme-ascii' });
const things = fc.record(
  {
    title: aText,
    note: fc.option(aText),
    rank: fc.integer(),
    inner: fc.record(
      { on: fc.boolean(), list: fc.array(fc.record({ n: fc.integer() }, { requiredKeys: [] }), { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
    trait: fc.oneof(
      fc.record({ kind: fc.constant('colour' as const), name: aText }, { requiredKeys: ['kind'] }),
      fc.record({ kind: fc.constant('size' as const), value: fc.integer() }, { requiredKeys: ['kind'] }),
    ),
  },
  { requiredKeys: ['inner', 'trait'], noNullPrototype: true },
);

describe('defaults', () => {
  it('come out as zod would put them', () => {
    const fill = compileDefaults(thing);

    fc.assert(
      fc.property(things, (value) => {
        const expected = thing.parse(structuredClone(value));
        fill?.(value);
        expect(value).toEqual(expected);
      }),
    );
  });

  it('are not shared between bodies', () => {
    const fill = compileDefaults(
      z.strictObject({
        list: z
          .array(text({ max: 5 }))
          .max(5)
          .default([]),
      }),
    );
    const [one, two] = [{}, {}] as { list: string[] }[];

    fill?.(one);
    fill?.(two);
    one?.list.push('a');

    expect(two?.list).toEqual([]);
  });

  it('cost nothing where a shape has none', () => {
    expect(compileDefaults(z.strictObject({ a: text({ max: 5 }), b: z.array(colour.omit({ name: true })).max(2) }))).toBeUndefined();
  });

  it.each([null, 'text', 4, [], { inner: 'no object', trait: { kind: 'unknown' } }])('leave %j to be refused', (value) => {
    expect(() => compileDefaults(thing)?.(value)).not.toThrow();
  });
});

describe('coercion', () => {
  const coerce = compileCoercion(
    z.strictObject({
      limit: int32().default(20),
      ratio: double().optional(),
      deep: z.boolean().optional(),
      ids: z.array(int32()).max(5).optional(),
      word: text({ max: 5 }).optional(),
    }),
  );
  const coerced = (data: Record<string, unknown>): Record<string, unknown> => {
    coerce(data);
    return data;
  };

  it('reads text as what the fields are', () => {
    expect(coerced({ limit: '-5', ratio: '1.50', deep: 'true', ids: ['1', '2'], word: '7' })).toEqual({
      limit: -5,
      ratio: 1.5,
      deep: true,
      ids: [1, 2],
      word: '7',
    });
    expect(coerced({ ids: '3' })).toEqual({ ids: [3], limit: 20 });
  });

  it.each(['', ' 5', '5 ', '0x10', '1e3', 'NaN', 'Infinity', '99999999999999999'])('leaves the number %j to be refused', (limit) => {
    expect(coerced({ limit })).toEqual({ limit });
  });

  it.each(['TRUE', '1', 'yes', ''])('leaves the flag %j to be refused', (deep) => {
    expect(coerced({ deep })).toEqual({ deep, limit: 20 });
  });
});
