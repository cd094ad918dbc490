import { isDeepStrictEqual } from 'node:util';
import { type z } from 'zod';
import { describeShape } from '../shape/describe-shape.js';
import { pathTo, refuse } from '../shape/refusal.js';
import { type Field, type ObjectShape, type Shape, type UnionShape } from '../shape/shape.js';

/** The full name of the root record, or of the family of records when the root is a union. */
export interface AvroName {
  /** `[A-Za-z][A-Za-z0-9]*`; the names of inner records start with it. */
  name: string;
  /** Dotted names, at least one. */
  namespace: string;
}

/** An Avro schema as JSON. */
export type AvroSchema = string | AvroSchema[] | { [attribute: string]: unknown };

/** Where the walk is, and which records it has defined. */
interface Place {
  path: string;
  /** Name for a record found here. */
  name: string;
  namespace: string;
  defined: Map<string, ObjectShape>;
}

const AVRO_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u;
const DOTTED_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/u;

const pascalCase = (word: string): string =>
  word
    .split(/[^A-Za-z0-9]+/u)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** The name for a record that is the value of a field of the record of that name. */
export const childName = (name: string, field: string): string => name + pascalCase(field);

const into = (place: Place, part: string): Place => ({ ...place, path: pathTo(place.path, part), name: childName(place.name, part) });

/** The name of the record of an object: its own (`.meta({ id })`), else the one of its place. */
export const recordName = (shape: ObjectShape, name: string): string => shape.id ?? name;

/** The name of the record of a branch: the union's name and the branch's first tag. */
export const branchName = (union: UnionShape, index: number, name: string): string => {
  const branch = union.branches[index];
  return branch ? recordName(branch.shape, name + pascalCase(branch.tags[0] ?? '')) : name;
};

const defaultJson = ({ shape, defaultValue }: Field, path: string): { default?: unknown } => {
  if (!defaultValue) return {};
  const { value } = defaultValue;
  if (value === null) return { default: null };
  if (shape.kind === 'free-form') return { default: JSON.stringify(value) };
  if (shape.kind === 'bytes' || shape.kind === 'union' || shape.kind === 'object')
    return refuse(path, 'a default here is a number, a text, a boolean, a list or a map', 'avro');
  if ((shape.kind === 'array' || shape.kind === 'record') && Object.keys(value as object).length > 0)
    return refuse(path, 'the default of a list or map is the empty one', 'avro');
  return { default: value };
};

const fieldSchema = (field: Field, place: Place): AvroSchema => {
  const { name, shape, optional, defaultValue } = field;
  if (!AVRO_NAME.test(name)) refuse(place.path, 'a field name is a letter or _ and then letters, digits or _', 'avro');
  if (optional && shape.nullable) refuse(place.path, 'null stands for an absent value; take either .nullable() or .optional()', 'avro');
  const doc = shape.annotations.description === undefined ? {} : { doc: shape.annotations.description };
  const alternatives = nonNull(shape, place);
  if (optional) return { name, type: ['null', ...alternatives], default: null, ...doc };
  // the default belongs to the first alternative
  const nullable = defaultValue && defaultValue.value !== null ? [...alternatives, 'null'] : ['null', ...alternatives];
  return { name, type: shape.nullable ? nullable : unionOrOne(alternatives), ...defaultJson(field, place.path), ...doc };
};

const recordSchema = (shape: ObjectShape, place: Place): AvroSchema => {
  const name = recordName(shape, place.name);
  const known = place.defined.get(name);
  if (!AVRO_NAME.test(name)) refuse(place.path, `the id "${name}" is not a letter or _ and then letters, digits or _`, 'avro');
  if (known && (shape.id === undefined || known.id !== shape.id))
    refuse(place.path, `two records would be named ${name}; rename one or give it .meta({ id })`, 'avro');
  if (known && !isDeepStrictEqual(known.fields, shape.fields)) refuse(place.path, `two different shapes have the id ${name}`, 'avro');
  if (known) return `${place.namespace}.${name}`;
  place.defined.set(name, shape);
  const inner = { ...place, name };
  return {
    type: 'record',
    name,
    namespace: place.namespace,
    ...(shape.annotations.description !== undefined && { doc: shape.annotations.description }),
    fields: shape.fields.map((field) => fieldSchema(field, into(inner, field.name))),
  };
};

/** The alternatives of a shape when it is not null: one, or the branches of a union. */
const nonNull = (shape: Shape, place: Place): AvroSchema[] => {
  switch (shape.kind) {
    case 'string':
      return ['string'];
    case 'enum':
      return [{ string: 'string', integer: 'long', boolean: 'boolean' }[shape.type]];
    case 'boolean':
      return ['boolean'];
    case 'integer':
      if (shape.isTimestamp) return [{ type: 'long', logicalType: 'timestamp-millis' }];
      return [shape.width === 32 ? 'int' : 'long'];
    case 'double':
      return ['double'];
    case 'bytes':
      return ['bytes'];
    case 'free-form':
      return [{ type: 'string', logicalType: 'json' }];
    case 'array':
      if (shape.items.kind === 'object' && shape.items.fields.length === 0)
        return refuse(into(place, '*').path, 'an item without fields has no bytes to count', 'avro');
      return [{ type: 'array', items: anySchema(shape.items, into(place, '*')) }];
    case 'record':
      return [{ type: 'map', values: anySchema(shape.values, into(place, '*')) }];
    case 'object':
      return [recordSchema(shape, place)];
    case 'union':
      return shape.branches.map(({ shape: branch }, index) =>
        recordSchema(branch, { ...place, name: branchName(shape, index, place.name) }),
      );
    case 'bson-date':
      return refuse(place.path, 'events carry instants as timestampMs()', 'avro');
  }
};

const unionOrOne = (alternatives: AvroSchema[]): AvroSchema => (alternatives.length === 1 ? (alternatives[0] ?? 'null') : alternatives);

const anySchema = (shape: Shape, place: Place): AvroSchema => {
  const alternatives = nonNull(shape, place);
  return shape.nullable ? ['null', ...alternatives] : unionOrOne(alternatives);
};

/** The Avro schema of a shape that is described already. */
export const renderAvro = (shape: Shape, { name, namespace }: AvroName): AvroSchema => {
  if (!AVRO_NAME.test(name)) refuse('', `"${name}" is not a letter or _ and then letters, digits or _`, 'avro');
  if (!DOTTED_NAME.test(namespace)) refuse('', `"${namespace}" is not names with dots between them`, 'avro');
  if (shape.kind !== 'object' && shape.kind !== 'union') refuse('', 'the root is an object or a discriminated union', 'avro');
  if (shape.nullable) refuse('', 'the root cannot be null', 'avro');
  return anySchema(shape, { path: '', name, namespace, defined: new Map() });
};

/**
 * The Avro schema of a shape. The same definition gives the same text in every process, so its fingerprint is stable. Enums and literals are
 * their plain type: adding a value keeps readers working, and validators check the values. An optional field is a union with `null` that
 * defaults to null; absence is null on the wire. Throws UnrepresentableError for `.nullish()`, dates and unfit names.
 */
export const toAvro = (schema: z.ZodType, name: AvroName): AvroSchema => renderAvro(describeShape(schema), name);
