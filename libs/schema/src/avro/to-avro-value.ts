import { type ObjectShape, type Shape, type UnionShape } from '../shape/shape.js';
import { branchName, childName, type AvroName, recordName } from './avro-schema.js';
import { isObject, type Values } from './misfit.js';

/** From a plain value to the form that avsc writes: the same value where nothing differs, a copy of what is above a union or a text of JSON. */
export type Projection = (value: unknown) => unknown;

/** Thrown without a message: the caller searches for the place, off the hot path. */
export class StructureError extends Error {
  override readonly name = 'StructureError';
}

const refuse = (): never => {
  throw new StructureError();
};

/** Copies only when an entry changes. */
const projectEntries = (value: Values, projections: ReadonlyMap<string, Projection>): Values => {
  let copy: Values | undefined;
  for (const [name, project] of projections) {
    const before = value[name];
    if (before === undefined) continue;
    const after = project(before);
    if (after !== before) (copy ??= { ...value })[name] = after;
  }
  return copy ?? value;
};

const projectObject = (shape: ObjectShape, place: AvroName): Projection => {
  const isOptional = new Map(shape.fields.map(({ name, optional }) => [name, optional]));
  const name = recordName(shape, place.name);
  const projections = new Map<string, Projection>();
  for (const field of shape.fields) {
    const project = toAvroValue(field.shape, { ...place, name: childName(name, field.name) });
    if (project) projections.set(field.name, project);
  }
  return (value) => {
    if (!isObject(value)) return refuse();
    for (const field in value) {
      const optional = isOptional.get(field);
      // a null would be written as absence
      if (optional === undefined || (optional && value[field] === null)) refuse();
    }
    return projectEntries(value, projections);
  };
};

const projectUnion = (shape: UnionShape, place: AvroName): Projection => {
  const byTag = new Map<unknown, { branch: string; project: Projection }>();
  shape.branches.forEach(({ tags, shape: branch }, index) => {
    const name = branchName(shape, index, place.name);
    const project = projectObject(branch, { ...place, name });
    for (const tag of tags) byTag.set(tag, { branch: `${place.namespace}.${name}`, project });
  });
  const isWrapped = shape.branches.length > 1; // avsc wraps the branches of unions that it cannot tell apart itself
  return (value) => {
    const chosen = isObject(value) ? byTag.get(value[shape.discriminator]) : undefined;
    if (!chosen) return refuse();
    const projected = chosen.project(value);
    return isWrapped ? { [chosen.branch]: projected } : projected;
  };
};

const projectArray = (project: Projection): Projection => {
  return (value) => {
    if (!Array.isArray(value)) return refuse();
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const after = project(value[index]);
      if (after !== value[index]) (copy ??= [...(value as unknown[])])[index] = after;
    }
    return copy ?? (value as unknown[]);
  };
};

const projectRecord = (project: Projection): Projection => {
  return (value) => {
    if (!isObject(value)) return refuse();
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, project(entry)]));
  };
};

const asBuffer: Projection = (value) => {
  if (Buffer.isBuffer(value)) return value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : refuse();
};

const asJson: Projection = (value) => (isObject(value) ? JSON.stringify(value) : refuse());

const projectNonNull = (shape: Shape, place: AvroName): Projection | undefined => {
  switch (shape.kind) {
    case 'object':
      return projectObject(shape, place);
    case 'union':
      return projectUnion(shape, place);
    case 'array': {
      const project = toAvroValue(shape.items, place);
      return project && projectArray(project);
    }
    case 'record': {
      const project = toAvroValue(shape.values, place);
      return project && projectRecord(project);
    }
    case 'bytes':
      return asBuffer;
    case 'free-form':
      return asJson;
    default:
      return undefined; // avsc checks scalars itself
  }
};

/**
 * The projection of a shape; undefined when every value stays as it is. It refuses what avsc would pass over: unknown fields, objects that are
 * none, null for an absent value. `place` names the record that would be found here.
 */
export const toAvroValue = (shape: Shape, place: AvroName): Projection | undefined => {
  const project = projectNonNull(shape, place);
  return project && shape.nullable ? (value) => (value === null ? null : project(value)) : project;
};
