import { type ObjectShape, type RecordShape, type Shape, type UnionShape } from '../shape/shape.js';
import { type AvroOutput } from './avro-output.js';
import { isObject } from './misfit.js';

/** Writes one value of a shape. Throws {@link StructureError} for a value that the schema cannot carry. */
export type Write = (output: AvroOutput, value: unknown) => void;

/** Thrown without a message: the caller searches for the place, off the hot path. */
export class StructureError extends Error {
  override readonly name = 'StructureError';
}

const refuse = (): never => {
  throw new StructureError();
};

/** A field as the writer needs it; a default stands in for an absent value. */
interface FieldWriter {
  readonly name: string;
  readonly write: Write;
}

/**
 * The writer of a shape for the schema that `renderAvro` makes of it. One pass over the plain value: structure is checked as it is written, and
 * nothing is copied first, unlike with avsc, which wants a wrapper above every union.
 */
export const avroWriter = (shape: Shape): Write => (shape.nullable ? orNull(shape, 0) : inAlternatives(shape, 0));

/** `null` is the alternative of that index; `undefined` is refused. */
const orNull = (shape: Shape, nullIndex: 0 | 'last'): Write => {
  const write = nullIndex === 'last' ? inAlternatives(shape, 0, { isUnion: true }) : inAlternatives(shape, 1);
  const index = nullIndex === 'last' ? alternativesOf(shape) : 0;
  return (output, value) => {
    if (value === null) output.integer(index);
    else write(output, value);
  };
};

const alternativesOf = (shape: Shape): number => (shape.kind === 'union' ? shape.branches.length : 1);

/** The value with the index of its alternative in front, when there are several; those of the shape begin at `first`. */
const inAlternatives = (shape: Shape, first: number, { isUnion = first > 0 }: { isUnion?: boolean } = {}): Write => {
  if (shape.kind === 'union') return unionWriter(shape, first, { isUnion: isUnion || shape.branches.length > 1 });
  const write = plainWriter(shape);
  if (!isUnion) return write;
  return (output, value) => {
    output.integer(first);
    write(output, value);
  };
};

const unionWriter = (shape: UnionShape, first: number, { isUnion }: { isUnion: boolean }): Write => {
  const byTag = new Map<unknown, { index: number; write: Write }>();
  shape.branches.forEach(({ tags, shape: branch }, index) => {
    const write = objectWriter(branch);
    for (const tag of tags) byTag.set(tag, { index: first + index, write });
  });
  return (output, value) => {
    const chosen = isObject(value) ? byTag.get(value[shape.discriminator]) : undefined;
    if (chosen === undefined) return refuse();
    if (isUnion) output.integer(chosen.index);
    chosen.write(output, value);
  };
};

const objectWriter = (shape: ObjectShape): Write => {
  const fields = shape.fields.map((field): FieldWriter => ({ name: field.name, write: fieldWriter(field) }));
  return (output, value) => {
    if (!isObject(value)) return refuse();
    let given = 0;
    for (const { name, write } of fields) {
      const inner = value[name];
      if (inner !== undefined || name in value) given += 1;
      write(output, inner);
    }
    for (const _name in value) given -= 1;
    if (given !== 0) refuse(); // a field that the schema does not know
  };
};

const fieldWriter = ({ shape, optional, defaultValue }: ObjectShape['fields'][number]): Write => {
  if (optional) {
    const write = inAlternatives(shape, 1);
    return (output, value) => {
      if (value === undefined) output.integer(0);
      else write(output, value);
    };
  }
  if (defaultValue === undefined) return avroWriter(shape);
  const write = shape.nullable && defaultValue.value !== null ? orNull(shape, 'last') : avroWriter(shape);
  return (output, value) => write(output, value === undefined ? defaultValue.value : value);
};

const arrayWriter = (items: Write): Write => {
  return (output, value) => {
    if (!Array.isArray(value)) return refuse();
    if (value.length > 0) {
      output.integer(value.length);
      for (const item of value) items(output, item);
    }
    output.integer(0);
  };
};

const mapWriter = (shape: RecordShape): Write => {
  const write = avroWriter(shape.values);
  return (output, value) => {
    if (!isObject(value)) return refuse();
    const names = Object.keys(value);
    if (names.length > 0) {
      output.integer(names.length);
      for (const name of names) {
        output.text(name);
        write(output, value[name]);
      }
    }
    output.integer(0);
  };
};

const text: Write = (output, value) => (typeof value === 'string' ? output.text(value) : refuse());
const boolean: Write = (output, value) => (typeof value === 'boolean' ? output.boolean(value) : refuse());
const safeInteger: Write = (output, value) => (Number.isSafeInteger(value) ? output.integer(value as number) : refuse());
const int32: Write = (output, value) => (typeof value === 'number' && (value | 0) === value ? output.integer(value) : refuse());
const double: Write = (output, value) => (typeof value === 'number' ? output.double(value) : refuse());
const bytes: Write = (output, value) => (value instanceof Uint8Array ? output.bytes(value) : refuse());
const json: Write = (output, value) => (isObject(value) ? output.text(JSON.stringify(value)) : refuse());

/** The writer of what has one alternative. */
const plainWriter = (shape: Exclude<Shape, UnionShape>): Write => {
  switch (shape.kind) {
    case 'object':
      return objectWriter(shape);
    case 'array':
      return arrayWriter(avroWriter(shape.items));
    case 'record':
      return mapWriter(shape);
    case 'string':
      return text;
    case 'enum':
      return { string: text, integer: safeInteger, boolean }[shape.type];
    case 'boolean':
      return boolean;
    case 'integer':
      return shape.width === 32 && !shape.isTimestamp ? int32 : safeInteger;
    case 'double':
      return double;
    case 'bytes':
      return bytes;
    case 'free-form':
      return json;
    case 'bson-date':
      throw new TypeError('renderAvro refuses dates');
  }
};
