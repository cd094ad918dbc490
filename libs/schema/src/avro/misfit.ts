import { pathTo } from '../shape/refusal.js';
import { type ObjectShape, type Shape, type UnionShape } from '../shape/shape.js';

/** The properties of an object of unknown shape. */
export type Values = Record<string, unknown>;

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a value does not fit its schema, and what should be there. */
export interface Misfit {
  pointer: string;
  message: string;
}

const firstMisfit = <T>(items: Iterable<T>, find: (item: T) => Misfit | undefined): Misfit | undefined => {
  for (const item of items) {
    const misfit = find(item);
    if (misfit) return misfit;
  }
  return undefined;
};

const objectMisfit = (shape: ObjectShape, value: Values, pointer: string): Misfit | undefined => {
  const names = new Set(shape.fields.map(({ name }) => name));
  const unknown = Object.keys(value).find((name) => !names.has(name));
  if (unknown !== undefined) return { pointer: pathTo(pointer, unknown), message: 'is not a known field' };
  return firstMisfit(shape.fields, ({ name, shape: field, optional, defaultValue }) => {
    const at = pathTo(pointer, name);
    if (value[name] !== undefined) return misfitOf(field, value[name], at);
    return optional || defaultValue ? undefined : { pointer: at, message: 'is required' };
  });
};

const unionMisfit = (shape: UnionShape, value: Values, pointer: string): Misfit | undefined => {
  const tag = value[shape.discriminator];
  const branch = shape.branches.find(({ tags }) => (tags as unknown[]).includes(tag));
  return branch
    ? objectMisfit(branch.shape, value, pointer)
    : { pointer: pathTo(pointer, shape.discriminator), message: 'must be one of the known kinds' };
};

const isInt32 = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;

const wrongType = (shape: Shape, value: unknown): string | undefined => {
  const expect = (isGood: boolean, what: string): string | undefined => (isGood ? undefined : `must be ${what}`);
  switch (shape.kind) {
    case 'string':
      return expect(typeof value === 'string', 'a string');
    case 'enum':
      return expect(shape.type === 'integer' ? Number.isSafeInteger(value) : typeof value === shape.type, `a ${shape.type}`);
    case 'boolean':
      return expect(typeof value === 'boolean', 'true or false');
    case 'integer':
      return shape.width === 32 ? expect(isInt32(value), 'an integer of 32 bits') : expect(Number.isSafeInteger(value), 'a safe integer');
    case 'double':
      return expect(typeof value === 'number', 'a number');
    case 'bytes':
      return expect(value instanceof Uint8Array, 'bytes');
    case 'array':
      return expect(Array.isArray(value), 'a list');
    default:
      return expect(isObject(value), 'an object');
  }
};

/** The first place where a value cannot be written in Avro; undefined when it can. Checks structure, not lengths, ranges or patterns. */
export const misfitOf = (shape: Shape, value: unknown, pointer = ''): Misfit | undefined => {
  if (shape.nullable && value === null) return undefined;
  const message = wrongType(shape, value);
  if (message !== undefined) return { pointer, message };
  switch (shape.kind) {
    case 'object':
      return objectMisfit(shape, value as Values, pointer);
    case 'union':
      return unionMisfit(shape, value as Values, pointer);
    case 'array':
      return firstMisfit((value as unknown[]).entries(), ([index, item]) => misfitOf(shape.items, item, pathTo(pointer, String(index))));
    case 'record':
      return firstMisfit(Object.entries(value as Values), ([name, entry]) => misfitOf(shape.values, entry, pathTo(pointer, name)));
    default:
      return undefined;
  }
};
