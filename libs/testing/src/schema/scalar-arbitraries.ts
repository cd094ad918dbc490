import { freeForm, type Shape, type StringFormat } from '@caas/schema';
import fc from 'fast-check';

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

const ASTRAL = '\u{1F600}';
const LONGEST_TEXT = 40;

/** Characters that take one, two, three and four bytes in UTF-8, a line break and characters with a meaning in patterns. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  fc.constantFrom('é', '漢', ASTRAL, '\n', '$', '.', '\u2028'),
);

const FORMATS: Record<StringFormat, fc.Arbitrary<string>> = {
  email: fc.constantFrom('a@b.co', "o'neil+tag@mail.example.com", 'x.y_z@sub-domain.example.org', `${'l'.repeat(64)}@example.com`),
  uri: fc.constantFrom(
    'https://example.com',
    'https://192.168.0.1:65535/a/b?x=%20#top',
    'https://a-b.example.co.uk/path;v=1',
    'http://localhost:3000/',
  ),
  'date-time': fc.constantFrom('2024-02-29T23:59:59Z', '1999-12-31T00:00:00.123456789+14:00', '2000-02-29T12:00:00-23:59'),
};

const matches = ({ patterns, min, max }: Of<'string'>, value: string): boolean => {
  const length = [...value].length;
  return length >= min && (max === undefined || length <= max) && patterns.every(({ ecma }) => new RegExp(ecma, 'u').test(value));
};

/** Look-ahead cannot be generated; it is left out here and checked afterwards. */
const withoutLookahead = (pattern: string): string => {
  let rest = pattern;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/\(\?[=!](?:[^()\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\]|\((?:[^()\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\])*\))*\)/gu, '');
  }
  return rest;
};

/** Texts by the pattern that they match: what makes them takes milliseconds to make, and ids are everywhere. */
const byPattern = new Map<string, fc.Arbitrary<string>>();

const matching = (pattern: string): fc.Arbitrary<string> => {
  const known = byPattern.get(pattern) ?? fc.stringMatching(new RegExp(withoutLookahead(pattern), 'u'));
  byPattern.set(pattern, known);
  return known;
};

/** Texts that are good, often as long or as short as permitted, and then out of astral characters. */
export const stringArbitrary = (shape: Of<'string'>): fc.Arbitrary<string> => {
  if (shape.format !== undefined) return FORMATS[shape.format].filter((value) => matches(shape, value));
  const [pattern] = shape.patterns;
  if (pattern) return matching(pattern.ecma).filter((value) => matches(shape, value));
  const { min, max = min + LONGEST_TEXT } = shape;
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(character, { minLength: min, maxLength: Math.min(max, min + LONGEST_TEXT) })
        .map((characters) => characters.join(''))
        .filter((value) => matches(shape, value)),
    },
    fc.constantFrom(ASTRAL.repeat(max), 'x'.repeat(min)),
  );
};

/** Integers within the bounds, often on them. Never −0, which no dialect but JavaScript's own tells from 0. */
export const integerArbitrary = ({ min, max }: Of<'integer'>): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(min, max),
    fc.maxSafeInteger().map((value) => Math.min(max, Math.max(min, value)) + 0),
    fc.integer({ min: Math.max(min, -1000), max: Math.max(min, Math.min(max, 1000)) }),
  );

/** Finite numbers within the bounds, often on them where they are inclusive. */
export const doubleArbitrary = ({ min, max, exclusiveMin, exclusiveMax }: Of<'double'>): fc.Arbitrary<number> => {
  const isWithin = (value: number): boolean => (exclusiveMin ? value > min : value >= min) && (exclusiveMax ? value < max : value <= max);
  return fc
    .oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max, Math.ceil(min) + 1))
    .filter((value) => isWithin(value) && !Object.is(value, -0));
};

/** Bytes up to 40 more than none, and exactly as many as permitted. */
export const bytesArbitrary = ({ max }: Of<'bytes'>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: Math.min(max, 40) }).map((value) => Buffer.from(value)),
    fc.constant(Buffer.alloc(max, 7)),
  );

/** Small JSON objects within the limits. */
export const freeFormArbitrary = ({ limits }: Of<'free-form'>): fc.Arbitrary<unknown> => {
  const key = fc.string({ unit: fc.constantFrom('a', 'B', '1', '-', 'é', ASTRAL), minLength: 1, maxLength: 6 });
  const scalar = fc.oneof(fc.string({ maxLength: 10 }), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(0.1));
  const list = fc.array(scalar, { maxLength: 3 });
  const inner = fc.dictionary(key, fc.oneof(scalar, list), { maxKeys: 2, noNullPrototype: true });
  const field = freeForm(limits);
  return fc
    .dictionary(key, fc.oneof(scalar, list, inner), { maxKeys: 2, noNullPrototype: true })
    .filter((value) => field.safeParse(value).success);
};

const JSON_STRANGERS: unknown[] = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'x',
  '1',
  ' ',
  ASTRAL,
  'x\n',
  [],
  {},
  [null],
  { a: 1 },
  undefined,
];
const STRANGERS: unknown[] = [...JSON_STRANGERS, new Date(0), new Date(Number.NaN), Buffer.from('x'), '\ud800', 'a\udc00'];

const freeFormNearMisses = ({ limits }: Of<'free-form'>): unknown[] => {
  let deep: unknown = 1;
  for (let level = 0; level <= limits.maxDepth; level += 1) deep = { a: deep };
  const wide = Object.fromEntries(Array.from({ length: limits.maxKeys + 1 }, (_, index) => [`k${index}`, 1]));
  return [
    deep,
    wide,
    { a: { $b: 1 } },
    { 'a.b': 1 },
    { $a: 1 },
    { '': 1 },
    { a: 'x'.repeat(limits.maxBytes) },
    { a: Number.NaN },
    { a: undefined },
    JSON.parse('{"__proto__":1}'),
    { constructor: 1 },
    { a: new Date(0) },
  ];
};

/** Values one step outside of the bounds of a shape. */
const nearMisses = (shape: Shape): unknown[] => {
  switch (shape.kind) {
    case 'string':
      return [
        ...(shape.max === undefined ? [] : [ASTRAL.repeat(shape.max + 1), 'x'.repeat(shape.max + 1), 'x'.repeat(shape.max)]),
        'x'.repeat(Math.max(0, shape.min - 1)),
        ASTRAL.repeat(Math.max(0, shape.min - 1)),
      ];
    case 'integer':
      return [shape.min - 1, shape.max + 1, shape.min + 0.5];
    case 'double':
      return [shape.min, shape.max, shape.min - 1, shape.max + 1];
    case 'enum':
      return [...shape.values, ...shape.values.map((value) => String(value)), `${String(shape.values[0])} `];
    case 'bytes':
      return [Buffer.alloc(shape.max + 1)];
    case 'free-form':
      return freeFormNearMisses(shape);
    default:
      return [];
  }
};

/** Values that are mostly no values of the shape: of other types, and one step outside of its bounds. */
export const strangerArbitrary = (shape: Shape): fc.Arbitrary<unknown> => {
  const isObjectLike = ['object', 'union', 'record'].includes(shape.kind);
  const strangers = isObjectLike ? JSON_STRANGERS : STRANGERS;
  const near = nearMisses(shape);
  return near.length === 0
    ? fc.constantFrom(...strangers)
    : fc.oneof(fc.constantFrom(...strangers), { weight: 2, arbitrary: fc.constantFrom(...near) });
};
