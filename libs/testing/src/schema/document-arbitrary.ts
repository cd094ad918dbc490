import { describeShape, type Shape, type z } from '@caas/schema';
import fc from 'fast-check';
import {
  bytesArbitrary,
  doubleArbitrary,
  freeFormArbitrary,
  integerArbitrary,
  strangerArbitrary,
  stringArbitrary,
} from './scalar-arbitraries.js';

type ObjectShape = Extract<Shape, { kind: 'object' }>;
type RecordShape = Extract<Shape, { kind: 'record' }>;
type ArrayShape = Extract<Shape, { kind: 'array' }>;

const LONGEST_LIST = 4;

/** Good values only, or a share of bad ones at every place. */
interface Taste {
  /** Of 100 values, how many are strangers. */
  strangers: number;
}

const objectArbitrary = (shape: ObjectShape, taste: Taste): fc.Arbitrary<unknown> => {
  const values = fc.record(Object.fromEntries(shape.fields.map(({ name, shape: field }) => [name, valueArbitrary(field, taste)])), {
    requiredKeys: shape.fields.filter(({ optional, defaultValue }) => !optional && !defaultValue).map(({ name }) => name),
    noNullPrototype: true,
  });
  if (taste.strangers === 0) return values;
  const names = [...shape.fields.map(({ name }) => name), 'unknown', '$unknown', 'toString'];
  const missing = fc
    .tuple(values, fc.constantFrom(...names))
    .map(([value, name]) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
  const extra = fc.tuple(values, fc.constantFrom(...names, '__proto__')).map(([value, name]) => withOwn(value, name));
  return fc.oneof({ weight: 100 - taste.strangers, arbitrary: values }, { weight: taste.strangers, arbitrary: fc.oneof(missing, extra) });
};

/** `__proto__` as a property like any other, which is what `JSON.parse` makes of it. */
const withOwn = (value: object, name: string): unknown =>
  Object.defineProperty({ ...value }, name, { value: 1, enumerable: true, configurable: true, writable: true });

const listArbitrary = ({ items, min, max }: ArrayShape, taste: Taste): fc.Arbitrary<unknown> => {
  const item = valueArbitrary(items, taste);
  const good = fc.oneof(
    { weight: 9, arbitrary: fc.array(item, { minLength: min, maxLength: Math.min(max ?? min + LONGEST_LIST, min + LONGEST_LIST) }) },
    item.map((one) => Array.from({ length: max ?? min }, () => one)),
  );
  if (taste.strangers === 0) return good;
  const lengths = [max === undefined ? 0 : max + 1, Math.max(0, min - 1)];
  const bad = fc.tuple(item, fc.constantFrom(...lengths)).map(([one, length]) => Array.from({ length }, () => one));
  return fc.oneof({ weight: 100 - taste.strangers, arbitrary: good }, { weight: taste.strangers, arbitrary: bad });
};

const recordArbitrary = ({ key, values, maxKeys }: RecordShape, taste: Taste): fc.Arbitrary<unknown> => {
  const goodKey = stringArbitrary(key).filter((name) => name !== '__proto__');
  const anyKey =
    taste.strangers === 0
      ? goodKey
      : fc.oneof({ weight: 20, arbitrary: goodKey }, fc.constantFrom('$a', 'a.b', '', 'constructor', 'x'.repeat(65), 'a\n', '\u{1F600}'));
  const value = valueArbitrary(values, taste).filter((entry) => entry !== undefined); // drivers and JSON leave such an entry out
  const most = (maxKeys ?? LONGEST_LIST) + (taste.strangers === 0 ? 0 : 1);
  return fc.dictionary(anyKey, value, { maxKeys: Math.min(most, 12), noNullPrototype: true });
};

const bareArbitrary = (shape: Shape, taste: Taste): fc.Arbitrary<unknown> => {
  switch (shape.kind) {
    case 'string':
      return stringArbitrary(shape);
    case 'enum':
      return fc.constantFrom(...shape.values);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integerArbitrary(shape);
    case 'double':
      return doubleArbitrary(shape);
    case 'bson-date':
      return fc.date({ noInvalidDate: true });
    case 'bytes':
      return bytesArbitrary(shape);
    case 'free-form':
      return freeFormArbitrary(shape);
    case 'array':
      return listArbitrary(shape, taste);
    case 'record':
      return recordArbitrary(shape, taste);
    case 'object':
      return objectArbitrary(shape, taste);
    case 'union':
      return fc.oneof(...shape.branches.map(({ shape: branch }) => objectArbitrary(branch, taste)));
  }
};

const valueArbitrary = (shape: Shape, taste: Taste): fc.Arbitrary<unknown> => {
  const good = shape.nullable ? fc.option(bareArbitrary(shape, taste), { freq: 5 }) : bareArbitrary(shape, taste);
  return taste.strangers === 0
    ? good
    : fc.oneof({ weight: 100 - taste.strangers, arbitrary: good }, { weight: taste.strangers, arbitrary: strangerArbitrary(shape) });
};

/** Good documents of a shape, with many values on the bounds. */
export const documentArbitrary = <T>(schema: z.ZodType<T>): fc.Arbitrary<T> =>
  valueArbitrary(describeShape(schema), { strangers: 0 }) as fc.Arbitrary<T>;

/**
 * Documents of which about half are bad, and those mostly in one place: a field missing, unknown, of another type, one step out of its bounds.
 * What a document is good for is for zod to say.
 */
export const doubtfulDocumentArbitrary = (schema: z.ZodType): fc.Arbitrary<unknown> =>
  valueArbitrary(describeShape(schema), { strangers: 4 });
