import { type Type } from 'avsc';
import { type ObjectShape, type Shape } from '../shape/shape.js';
import { type AvroSchema } from './avro-schema.js';

type Json = Record<string, unknown>;

/** The parts of avsc's types that lead to inner types. */
interface AnyType extends Type {
  types?: AnyType[];
  itemsType?: AnyType;
  valuesType?: AnyType;
  fields?: { name: string; type: AnyType }[];
}

const branchesOf = (writer: AnyType | undefined): AnyType[] => writer?.types ?? (writer ? [writer] : []);
const fullName = (record: AvroSchema): unknown => {
  if (typeof record === 'string' || Array.isArray(record)) return record;
  return record.type === 'record' ? `${String(record.namespace)}.${String(record.name)}` : undefined;
};

const admitFields = (reader: AvroSchema, shape: ObjectShape, writer: AnyType | undefined): AvroSchema => {
  if (typeof reader === 'string') return reader; // a record by its name: its definition is admitted already
  const fields = (reader as Json).fields as Json[];
  return {
    ...(reader as Json),
    fields: fields.map((field, index) => {
      const inner = shape.fields[index]?.shape;
      const written = writer?.fields?.find(({ name }) => name === field.name)?.type;
      return inner && written ? { ...field, type: admitUnknownBranches(field.type as AvroSchema, inner, written) } : field;
    }),
  };
};

const admitBranches = (reader: AvroSchema, shape: Extract<Shape, { kind: 'union' }>, writer: AnyType): AvroSchema => {
  const branches = Array.isArray(reader) ? reader : [reader];
  const records = branches.filter((branch) => branch !== 'null');
  const writtenAs = (branch: AvroSchema): AnyType | undefined => branchesOf(writer).find(({ name }) => name === fullName(branch));
  const admitted = branches.map((branch) => {
    const known = shape.branches[records.indexOf(branch)];
    return known ? admitFields(branch, known.shape, writtenAs(branch)) : branch;
  });
  const names = new Set(records.map(fullName));
  const unknown = branchesOf(writer).filter(({ typeName, name }) => typeName === 'record' && !names.has(name));
  return unknown.length === 0 && !Array.isArray(reader)
    ? (admitted[0] ?? reader)
    : [...admitted, ...unknown.map(({ name }) => ({ type: 'record', name, fields: [] }))];
};

const only = (reader: AvroSchema): AvroSchema => (Array.isArray(reader) ? (reader.find((branch) => branch !== 'null') ?? reader) : reader);
const replaceOnly = (reader: AvroSchema, by: AvroSchema): AvroSchema =>
  Array.isArray(reader) ? reader.map((branch) => (branch === 'null' ? branch : by)) : by;

/**
 * Our schema with an empty record for every branch of a discriminated union that only the writer knows. Avro's rules let such a branch fail
 * when it is read; avsc would refuse the whole schema, and with it every record of the branches that we do know.
 */
export const admitUnknownBranches = (reader: AvroSchema, shape: Shape, writer: AnyType): AvroSchema => {
  const written = branchesOf(writer).find(({ typeName }) => typeName !== 'null');
  const one = only(reader);
  switch (shape.kind) {
    case 'union':
      return admitBranches(reader, shape, writer);
    case 'object':
      return replaceOnly(reader, admitFields(one, shape, written));
    case 'array':
      return written?.itemsType
        ? replaceOnly(reader, {
            ...(one as Json),
            items: admitUnknownBranches((one as Json).items as AvroSchema, shape.items, written.itemsType),
          })
        : reader;
    case 'record':
      return written?.valuesType
        ? replaceOnly(reader, {
            ...(one as Json),
            values: admitUnknownBranches((one as Json).values as AvroSchema, shape.values, written.valuesType),
          })
        : reader;
    default:
      return reader;
  }
};
