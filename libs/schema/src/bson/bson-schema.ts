import { type z } from 'zod';
import { describeShape } from '../shape/describe-shape.js';
import { recordKeyPattern } from '../shape/record-key.js';
import { pathTo, refuse } from '../shape/refusal.js';
import {
  type DoubleShape,
  type IntegerShape,
  type ObjectShape,
  type Shape,
  type ShapeCommon,
  type StringShape,
  type UnionShape,
} from '../shape/shape.js';

/** A MongoDB `$jsonSchema`: only keywords that the server knows, and of those the ones that are used here. */
export interface BsonSchema {
  bsonType?: string | string[];
  enum?: (string | number | boolean | null)[];
  required?: string[];
  properties?: Record<string, BsonSchema>;
  additionalProperties?: boolean;
  patternProperties?: Record<string, BsonSchema>;
  items?: BsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  maxProperties?: number;
  anyOf?: BsonSchema[];
  allOf?: BsonSchema[];
  title?: string;
  description?: string;
}

/** What MongoDB can say of the keys of a free-form object: those of its first level. */
const FREE_FORM_KEY = '^(?!\\$)(?!(?:__proto__|constructor)(?![\\s\\S]))[^.\\x{0}]+(?![\\s\\S])';
const INT32_MAX = 2_147_483_647;

const refuseFieldName = (name: string, path: string): void => {
  if (name.startsWith('$') || name.includes('.') || name.includes('\0'))
    refuse(path, 'MongoDB gives $ and . in names a meaning; choose another name', 'bson');
};

/** Keywords of a string; further patterns go to `allOf`, where `_id`-like wrappers add none of their own. */
const stringKeywords = ({ min, max, patterns }: StringShape): BsonSchema => {
  const [first, ...others] = patterns.map(({ pcre }): BsonSchema => ({ pattern: pcre }));
  return {
    ...(min > 0 && { minLength: min }),
    ...(max !== undefined && { maxLength: max }),
    ...first,
    ...(others.length > 0 && { allOf: others }),
  };
};

/** NaN and the infinities are outside of any bounds, so finite bounds refuse them; hence bounds always. */
const numberKeywords = (shape: IntegerShape | DoubleShape): BsonSchema => ({
  minimum: shape.min,
  ...(shape.kind === 'double' && shape.exclusiveMin && { exclusiveMinimum: true }),
  maximum: shape.max,
  ...(shape.kind === 'double' && shape.exclusiveMax && { exclusiveMaximum: true }),
});

const integerKeywords = (shape: IntegerShape): BsonSchema => {
  const isBeyondInt32 = shape.width === 64 || shape.max > INT32_MAX;
  return { bsonType: isBeyondInt32 ? ['int', 'long'] : 'int', ...numberKeywords(shape) };
};

const objectKeywords = (shape: ObjectShape, path: string): BsonSchema => {
  const required = shape.fields.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    bsonType: 'object',
    ...(required.length > 0 && { required }), // the server refuses an empty list
    properties: Object.fromEntries(
      shape.fields.map(({ name, shape: field }) => {
        refuseFieldName(name, pathTo(path, name));
        return [name, render(field, pathTo(path, name))];
      }),
    ),
    additionalProperties: false,
  };
};

/** `anyOf`: the discriminator makes the branches exclusive, and the server stops at the first that fits. */
const unionKeywords = (shape: UnionShape, path: string): BsonSchema => ({
  bsonType: 'object',
  anyOf: shape.branches.map(({ shape: branch }) => render(branch, path)),
});

const keywords = (shape: Shape, path: string): BsonSchema => {
  switch (shape.kind) {
    case 'string':
      return { bsonType: 'string', ...stringKeywords(shape) };
    case 'enum':
      return { bsonType: { string: 'string', boolean: 'bool', integer: ['int', 'long'] }[shape.type], enum: shape.values };
    case 'boolean':
      return { bsonType: 'bool' };
    case 'integer':
      return integerKeywords(shape);
    case 'double':
      return { bsonType: ['int', 'long', 'double'], ...numberKeywords(shape) };
    case 'bson-date':
      return { bsonType: 'date' };
    case 'bytes':
      return { bsonType: 'binData' };
    case 'free-form':
      return {
        bsonType: 'object',
        maxProperties: shape.limits.maxKeys,
        patternProperties: { [FREE_FORM_KEY]: {} },
        additionalProperties: false,
      };
    case 'array':
      return {
        bsonType: 'array',
        items: render(shape.items, pathTo(path, '*')),
        ...(shape.min > 0 && { minItems: shape.min }),
        ...(shape.max !== undefined && { maxItems: shape.max }),
      };
    case 'record':
      return {
        bsonType: 'object',
        ...(shape.maxKeys !== undefined && { maxProperties: shape.maxKeys }),
        patternProperties: { [recordKeyPattern(shape.key).pcre]: render(shape.values, pathTo(path, '*')) },
        additionalProperties: false,
      };
    case 'object':
      return objectKeywords(shape, path);
    case 'union':
      return unionKeywords(shape, path);
  }
};

/** `null` beside the type: the other keywords bind values of their own type only, except `enum` and the branches of a union. */
const orNull = (schema: BsonSchema): BsonSchema => {
  if (schema.anyOf) return { anyOf: [{ bsonType: 'null' }, schema] };
  return { ...schema, bsonType: [schema.bsonType ?? [], 'null'].flat(), ...(schema.enum && { enum: [...schema.enum, null] }) };
};

const annotate = (schema: BsonSchema, { annotations: { title, description } }: ShapeCommon): BsonSchema => ({
  ...schema,
  ...(title !== undefined && { title }),
  ...(description !== undefined && { description }),
});

const render = (shape: Shape, path: string): BsonSchema => {
  const schema = keywords(shape, path);
  return annotate(shape.nullable ? orNull(schema) : schema, shape);
};

/**
 * The MongoDB `$jsonSchema` of a document in its stored form: fields with a default are required, unknown fields refused. The caller puts
 * `_id` and its own standard fields into the zod shape. Throws UnrepresentableError for names that MongoDB cannot store.
 */
export const toBsonSchema = (schema: z.ZodType): BsonSchema => render(describeShape(schema), '');
