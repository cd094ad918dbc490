import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ruleOf } from '../rules.js';
import { describeNumber } from './describe-number.js';
import { describeConstants, describeCustom, describeDate, describeString } from './describe-scalar.js';
import { pathTo, refuse, refuseType } from './refusal.js';
import { builtIn, checksOf } from './zod-checks.js';
import {
  type Annotations,
  type ArrayShape,
  type Bare,
  type Branch,
  type Field,
  type ObjectShape,
  type RecordShape,
  type Shape,
  type UnionShape,
} from './shape.js';

/** A shape with what its wrappers say about an absent value. */
type Described = Pick<Field, 'shape' | 'optional' | 'defaultValue'>;

/** Where the walk is, and which schemas it is inside of. */
interface Place {
  path: string;
  inside: readonly z.core.$ZodType[];
}

const into = (place: Place, name: string): Place => ({ ...place, path: pathTo(place.path, name) });

/** Deeper than any document may be; a getter that makes a new schema at every call would never end. */
const DEPTH_MAX = 100;

const annotationsOf = (schema: z.core.$ZodType): Annotations & { id?: string } => {
  const { id, title, description, examples, deprecated } = z.globalRegistry.get(schema) ?? {};
  return {
    ...(id !== undefined && { id }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(Array.isArray(examples) && { examples }),
    ...(deprecated !== undefined && { deprecated }),
  };
};

const describeDefault = (schema: z.core.$ZodDefault, path: string): { value: unknown } => {
  const { defaultValue: value, innerType } = schema._zod.def;
  const parsed = z.safeParse(innerType, value);
  if (!parsed.success) return refuse(path, 'the default is not a good value of the field');
  if (!isDeepStrictEqual(parsed.data, value))
    return refuse(path, 'the default must be complete: zod does not fill in the defaults inside it');
  if (!isDeepStrictEqual(schema._zod.def.defaultValue, value))
    return refuse(path, 'the default must be a constant; compute values in the service');
  return { value };
};

const describeArray = (schema: z.core.$ZodArray, place: Place): Bare<ArrayShape> => {
  const shape: Bare<ArrayShape> = {
    kind: 'array',
    items: describeValue(schema._zod.def.element, into(place, '*')),
    min: 0,
    max: undefined,
  };
  for (const check of checksOf(schema)) {
    const def = builtIn(check);
    if (def.check === 'min_length') shape.min = Math.max(shape.min, def.minimum);
    else if (def.check === 'max_length') shape.max = Math.min(shape.max ?? def.maximum, def.maximum);
    else if (def.check === 'length_equals') {
      shape.min = Math.max(shape.min, def.length);
      shape.max = Math.min(shape.max ?? def.length, def.length);
    } else refuse(place.path, 'refinements have no meaning outside JavaScript; check it in the service');
  }
  return shape.max !== undefined && shape.min > shape.max ? refuse(place.path, 'min is greater than max') : shape;
};

const describeRecord = (schema: z.core.$ZodRecord, place: Place): Bare<RecordShape> => {
  const { keyType, valueType, mode } = schema._zod.def;
  const key = describeValue(keyType, into(place, '*'));
  if (key.kind === 'enum') return refuse(place.path, 'the keys are known; use z.strictObject');
  if (key.kind !== 'string' || key.nullable || mode === 'loose')
    return refuse(place.path, 'the key of a record is a text that every key must match');
  let maxKeys: number | undefined;
  for (const check of checksOf(schema)) {
    const rule = ruleOf(check);
    if (rule?.kind !== 'max-keys')
      return refuse(place.path, 'refinements have no meaning outside JavaScript; use recordOf(), or check it in the service');
    maxKeys = Math.min(maxKeys ?? rule.max, rule.max);
  }
  return { kind: 'record', key, values: describeValue(valueType, into(place, '*')), maxKeys };
};

const describeObject = (schema: z.core.$ZodObject, place: Place): Bare<ObjectShape> => {
  const { shape, catchall } = schema._zod.def;
  if (catchall?._zod.def.type !== 'never') return refuse(place.path, 'z.object drops or keeps unknown fields; use z.strictObject');
  if (checksOf(schema).length > 0) return refuse(place.path, 'refinements have no meaning outside JavaScript; check it in the service');
  const fields = Object.entries(shape).map(([name, field]): Field => {
    const fieldPlace = into(place, name);
    if (name in Object.prototype) return refuse(fieldPlace.path, 'every JavaScript object has a property of this name; choose another');
    return { name, ...describe(field, fieldPlace) };
  });
  return { kind: 'object', fields, id: annotationsOf(schema).id };
};

const describeBranch = (option: z.core.$ZodType, { discriminator, place }: { discriminator: string; place: Place }): Branch => {
  const shape = describeValue(option, place);
  if (shape.kind !== 'object' || shape.nullable) return refuse(place.path, 'the options of a discriminated union are strict objects');
  const tag = shape.fields.find(({ name }) => name === discriminator);
  if (tag?.shape.kind !== 'enum' || tag.shape.type !== 'string' || tag.shape.nullable || tag.optional || tag.defaultValue)
    return refuse(pathTo(place.path, discriminator), 'the discriminator is a required z.literal or z.enum of texts');
  const tags = tag.shape.values as string[];
  if (tags.some((value) => value === '' || value in Object.prototype))
    return refuse(pathTo(place.path, discriminator), 'a value of the discriminator is a name that JavaScript objects do not have');
  return { tags, shape };
};

const describeUnion = (schema: z.core.$ZodDiscriminatedUnion, place: Place): Bare<UnionShape> => {
  const { discriminator, options, unionFallback } = schema._zod.def;
  if (typeof discriminator !== 'string' || unionFallback) return refuseType('union', place.path);
  const branches = options.map((option) => describeBranch(option, { discriminator, place }));
  const tags = branches.flatMap((branch) => branch.tags);
  if (new Set(tags).size !== tags.length)
    return refuse(pathTo(place.path, discriminator), 'a value of the discriminator belongs to one option only');
  return { kind: 'union', discriminator, branches };
};

const describeBare = (schema: z.core.$ZodType, place: Place): Bare<Shape> => {
  const known = schema as z.core.$ZodTypes;
  switch (known._zod.def.type) {
    case 'string':
      return describeString(known as z.core.$ZodString, place.path);
    case 'number':
      return describeNumber(known as z.core.$ZodNumber, place.path);
    case 'boolean':
      return checksOf(known).length > 0 || known._zod.def.coerce ? refuseType('custom', place.path) : { kind: 'boolean' };
    case 'enum':
      return describeConstants(Object.values(known._zod.def.entries), place.path);
    case 'literal':
      return describeConstants(known._zod.def.values, place.path);
    case 'date':
      return describeDate(known as z.core.$ZodDate, place.path);
    case 'custom':
      return describeCustom(known as z.core.$ZodCustom, place.path);
    case 'array':
      return describeArray(known as z.core.$ZodArray, place);
    case 'record':
      return describeRecord(known as z.core.$ZodRecord, place);
    case 'object':
      return describeObject(known as z.core.$ZodObject, place);
    case 'union':
      return describeUnion(known as z.core.$ZodDiscriminatedUnion, place);
    default:
      return refuseType(known._zod.def.type, place.path);
  }
};

const describe = (schema: z.core.$ZodType, { path, inside }: Place): Described => {
  if (inside.includes(schema) || inside.length > DEPTH_MAX) return refuseType('lazy', path);
  const place = { path, inside: [...inside, schema] };
  const { id: _id, ...annotations } = annotationsOf(schema);
  const known = schema as z.core.$ZodTypes;
  const inner = (): Described => {
    const described = describe((known._zod.def as z.core.$ZodOptionalDef).innerType, place);
    return { ...described, shape: { ...described.shape, annotations: { ...described.shape.annotations, ...annotations } } };
  };
  if ((known._zod.def.checks?.length ?? 0) > 0 && ['optional', 'nullable', 'default', 'readonly'].includes(known._zod.def.type))
    return refuse(path, 'put checks on the type itself, before .optional(), .nullable() and .default()');
  switch (known._zod.def.type) {
    case 'optional': {
      const described = inner();
      return { ...described, optional: described.defaultValue === undefined };
    }
    case 'nullable': {
      const described = inner();
      return { ...described, shape: { ...described.shape, nullable: true } };
    }
    case 'default':
      return { ...inner(), optional: false, defaultValue: describeDefault(known as z.core.$ZodDefault, path) };
    case 'readonly':
      return inner();
    default:
      return { shape: { ...describeBare(schema, place), nullable: false, annotations }, optional: false, defaultValue: undefined };
  }
};

const describeValue = (schema: z.core.$ZodType, place: Place): Shape => {
  const { shape, optional, defaultValue } = describe(schema, place);
  return optional || defaultValue ? refuse(place.path, 'only the fields of an object can be optional or have a default') : shape;
};

const described = new WeakMap<z.ZodType, Shape>();

/**
 * What a zod shape means, in the terms that every dialect knows. Throws UnrepresentableError, naming the field and what to use instead,
 * for everything else. The one place that reads zod's internals.
 */
export const describeShape = (schema: z.ZodType): Shape => {
  const known = described.get(schema);
  if (known !== undefined) return known;
  const shape = describeValue(schema, { path: '', inside: [] });
  described.set(schema, shape); // one schema is rendered for MongoDB, Kafka and HTTP, each more than once
  return shape;
};
