import { recordKeyPattern } from '../shape/record-key.js';
import { pathTo } from '../shape/refusal.js';
import {
  type ArrayShape,
  type Field,
  type ObjectShape,
  type RecordShape,
  type Shape,
  type StringShape,
  type UnionShape,
} from '../shape/shape.js';

/** A JSON Schema object. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** What a user of the JSON rendering decides: the published schemas and the compiled validator differ in these points only. */
export interface JsonRendering {
  /** The kinds that JSON has no word for. */
  special(shape: Extract<Shape, { kind: 'bson-date' | 'bytes' | 'free-form' }>, path: string): JsonSchema;
  /** What follows the bounds and patterns of a string. */
  string(shape: StringShape): JsonSchema;
  union(branches: JsonSchema[], shape: UnionShape): JsonSchema;
  /** The union or null; every other kind takes `null` into its `type`. */
  nullableUnion(union: JsonSchema): JsonSchema;
  isRequired(field: Field): boolean;
  isClosed: boolean;
  /** Keywords beside the type that say nothing about good and bad. */
  annotate(shape: Shape, field: Field | undefined): JsonSchema;
}

const stringKeywords = (shape: StringShape, rendering: JsonRendering): JsonSchema => {
  const [first, ...others] = shape.patterns.map(({ ecma }) => ({ pattern: ecma }));
  return {
    ...(shape.min > 0 && { minLength: shape.min }),
    ...(shape.max !== undefined && { maxLength: shape.max }),
    ...first,
    ...(others.length > 0 && { allOf: others }),
    ...rendering.string(shape),
  };
};

interface Context {
  rendering: JsonRendering;
  path: string;
}
const into = (context: Context, name: string): Context => ({ ...context, path: pathTo(context.path, name) });

const objectKeywords = (shape: ObjectShape, context: Context): JsonSchema => {
  const required = shape.fields.filter((field) => context.rendering.isRequired(field)).map(({ name }) => name);
  return {
    properties: Object.fromEntries(shape.fields.map((field) => [field.name, renderJson(field.shape, into(context, field.name), field)])),
    ...(required.length > 0 && { required }),
    ...(context.rendering.isClosed && { additionalProperties: false }),
  };
};

const arrayKeywords = (shape: ArrayShape, context: Context): JsonSchema => ({
  items: renderJson(shape.items, into(context, '*')),
  ...(shape.min > 0 && { minItems: shape.min }),
  ...(shape.max !== undefined && { maxItems: shape.max }),
});

const recordKeywords = (shape: RecordShape, context: Context): JsonSchema => ({
  patternProperties: { [recordKeyPattern(shape.key).ecma]: renderJson(shape.values, into(context, '*')) },
  additionalProperties: false,
  ...(shape.maxKeys !== undefined && { maxProperties: shape.maxKeys }),
});

const typed = (type: string, shape: Shape, more: JsonSchema): JsonSchema => ({ type: shape.nullable ? [type, 'null'] : type, ...more });

const keywords = (shape: Shape, context: Context): JsonSchema => {
  switch (shape.kind) {
    case 'string':
      return typed('string', shape, stringKeywords(shape, context.rendering));
    case 'enum':
      return typed(shape.type, shape, { enum: shape.nullable ? [...shape.values, null] : shape.values });
    case 'boolean':
      return typed('boolean', shape, {});
    case 'integer':
      return typed('integer', shape, { minimum: shape.min, maximum: shape.max });
    case 'double':
      return typed('number', shape, {
        [shape.exclusiveMin ? 'exclusiveMinimum' : 'minimum']: shape.min,
        [shape.exclusiveMax ? 'exclusiveMaximum' : 'maximum']: shape.max,
      });
    case 'array':
      return typed('array', shape, arrayKeywords(shape, context));
    case 'record':
      return typed('object', shape, recordKeywords(shape, context));
    case 'object':
      return typed('object', shape, objectKeywords(shape, context));
    case 'union': {
      const branches = shape.branches.map((branch) => renderJson(branch.shape, context));
      const union = context.rendering.union(branches, shape);
      return shape.nullable ? context.rendering.nullableUnion(union) : union;
    }
    case 'bson-date':
    case 'bytes':
    case 'free-form':
      return context.rendering.special(shape, context.path);
  }
};

/** The JSON Schema of a shape in the given rendering. */
export const renderJson = (shape: Shape, context: Context, field?: Field): JsonSchema => ({
  ...keywords(shape, context),
  ...context.rendering.annotate(shape, field),
});
