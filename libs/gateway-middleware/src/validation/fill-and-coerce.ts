import { describeShape, type Shape } from '@caas/schema';
import { type Shape as ZodShape } from '../routes/route-types.js';

type Data = Record<string, unknown>;
type ObjectShape = Extract<Shape, { kind: 'object' }>;
type Change = (data: Data) => void;

/**
 * Prepares a body: puts defaults where fields are absent, at every level. Runs before validation, so it touches what has the expected kind
 * and leaves the rest to be refused. `undefined` when the shape has no default anywhere.
 */
export function compileDefaults(shape: ZodShape): ((value: unknown) => void) | undefined {
  return fillerOf(describeShape(shape));
}

function fillerOf(shape: Shape): ((value: unknown) => void) | undefined {
  if (shape.kind === 'object') return fillerOfObject(shape);
  if (shape.kind === 'array') {
    const fill = fillerOf(shape.items);
    return fill && ((value) => (Array.isArray(value) ? value.forEach(fill) : undefined));
  }
  if (shape.kind === 'union') return fillerOfUnion(shape);
  return undefined;
}

function fillerOfObject(shape: ObjectShape): ((value: unknown) => void) | undefined {
  const changes = shape.fields.flatMap(({ name, shape: inner, defaultValue }): Change[] => {
    const fill = fillerOf(inner);
    const into: Change[] = fill === undefined ? [] : [(data) => fill(data[name])];
    return defaultValue === undefined ? into : [(data) => fillIn(data, name, defaultValue.value), ...into];
  });
  if (changes.length === 0) return undefined;
  return (value) => {
    if (isData(value)) for (const change of changes) change(value);
  };
}

function fillerOfUnion(shape: Extract<Shape, { kind: 'union' }>): ((value: unknown) => void) | undefined {
  const byTag = new Map(shape.branches.flatMap(({ tags, shape: branch }) => tags.map((tag) => [tag, fillerOfObject(branch)] as const)));
  if ([...byTag.values()].every((fill) => fill === undefined)) return undefined;
  return (value) => {
    if (isData(value)) byTag.get(String(value[shape.discriminator]))?.(value);
  };
}

/**
 * Prepares path, query or header values, which arrive as text: numbers, booleans and lists become what their fields say, defaults are put
 * where fields are absent. Text that does not read as its field's type is left as it is, to be refused.
 */
export function compileCoercion(shape: ZodShape): Change {
  const described = describeShape(shape);
  if (described.kind !== 'object') throw new TypeError('parameters are described by an object shape');
  const changes = described.fields.flatMap(({ name, shape: inner, defaultValue }): Change[] => {
    const read = readerOf(inner);
    const coerce: Change[] = read === undefined ? [] : [(data) => void (name in data && (data[name] = read(data[name])))];
    return defaultValue === undefined ? coerce : [...coerce, (data) => fillIn(data, name, defaultValue.value)];
  });
  return (data) => {
    for (const change of changes) change(data);
  };
}

function readerOf(shape: Shape): ((value: unknown) => unknown) | undefined {
  if (shape.kind === 'integer') return (value) => (typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value);
  if (shape.kind === 'double') return (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value);
  if (shape.kind === 'boolean') return (value) => (value === 'true' ? true : value === 'false' ? false : value);
  if (shape.kind === 'array') {
    const read = readerOf(shape.items) ?? ((value: unknown) => value);
    return (value) => (Array.isArray(value) ? value : [value]).map(read);
  }
  return undefined;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent means absent: a `null` was said on purpose. */
function fillIn(data: Data, name: string, value: unknown): void {
  if (data[name] === undefined) data[name] = structuredClone(value);
}
