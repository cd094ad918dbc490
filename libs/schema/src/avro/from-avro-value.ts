import { type ObjectShape, type Shape, type UnionShape } from '../shape/shape.js';
import { branchName, type AvroName, childName, recordName } from './avro-schema.js';
import { AvroValueError } from './avro-value-error.js';
import { type Values } from './misfit.js';

/** From what avsc reads to a plain value: plain objects, no null for an absent value, no wrapping around the branches of a union. */
export type Restoration = (value: unknown) => unknown;

const restoreObject = (shape: ObjectShape, place: AvroName): Restoration => {
  const name = recordName(shape, place.name);
  const fields = shape.fields.map((field) => ({
    name: field.name,
    optional: field.optional,
    restore: fromAvroValue(field.shape, { ...place, name: childName(name, field.name) }),
  }));
  return (value) => {
    const plain: Values = {};
    for (const { name: field, optional, restore } of fields) {
      const read = (value as Values)[field];
      if (read === null && optional) continue;
      plain[field] = restore ? restore(read) : read;
    }
    return plain;
  };
};

const restoreUnion = (shape: UnionShape, place: AvroName): Restoration => {
  const byName = new Map<string, Restoration>();
  shape.branches.forEach(({ shape: branch }, index) => {
    const name = branchName(shape, index, place.name);
    byName.set(`${place.namespace}.${name}`, restoreObject(branch, { ...place, name }));
  });
  const [only] = byName.values();
  return (value) => {
    const [name = ''] = Object.keys(value as Values);
    // the name of a branch has a dot, that of a field never: a single branch comes unwrapped
    if (!name.includes('.') && only) return only(value);
    const restore = byName.get(name);
    if (!restore) throw new AvroValueError('unknown_branch', `the writer knows ${name}, this reader does not`);
    return restore((value as Values)[name]);
  };
};

const restoreRecord = (restore: Restoration | undefined): Restoration => {
  return (value) => Object.fromEntries(Object.entries(value as Values).map(([name, entry]) => [name, restore ? restore(entry) : entry]));
};

const fromJson: Restoration = (value) => JSON.parse(value as string) as unknown;

const restoreNonNull = (shape: Shape, place: AvroName): Restoration | undefined => {
  switch (shape.kind) {
    case 'object':
      return restoreObject(shape, place);
    case 'union':
      return restoreUnion(shape, place);
    case 'array': {
      const restore = fromAvroValue(shape.items, place);
      return restore && ((value) => (value as unknown[]).map(restore));
    }
    case 'record':
      return restoreRecord(fromAvroValue(shape.values, place));
    case 'free-form':
      return fromJson;
    default:
      return undefined;
  }
};

/** The restoration of a shape; undefined when every value stays as it is. */
export const fromAvroValue = (shape: Shape, place: AvroName): Restoration | undefined => {
  const restore = restoreNonNull(shape, place);
  return restore && shape.nullable ? (value) => (value === null ? null : restore(value)) : restore;
};
