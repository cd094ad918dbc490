import { type z } from 'zod';
import { describeShape } from '../shape/describe-shape.js';
import { refuse } from '../shape/refusal.js';
import { type JsonRendering, type JsonSchema, renderJson } from './render-json.js';

/** Which draft, and which side of a default. */
export interface JsonSchemaOptions {
  /** Draft-07 for the schema registry, 2020-12 for OpenAPI 3.1. */
  dialect: 'draft-07' | '2020-12';
  /** `input` (the default), what a caller sends: a field with a default may be absent. `output`, what we answer: it is there. */
  io?: 'input' | 'output';
}

const published = ({ dialect, io = 'input' }: JsonSchemaOptions): JsonRendering => ({
  special: (shape, path) => {
    if (shape.kind === 'free-form') return { type: shape.nullable ? ['object', 'null'] : 'object', maxProperties: shape.limits.maxKeys };
    return refuse(
      path,
      shape.kind === 'bytes' ? 'JSON has no bytes; use text() with base64' : 'JSON has no dates; use dateTime()',
      'json-schema',
    );
  },
  string: ({ format }) => (format === undefined ? {} : { format }),
  // `discriminator` is OpenAPI's: other readers of the registry's schemas would not know it
  union: (branches, { discriminator }) => ({
    oneOf: branches,
    ...(dialect === '2020-12' && { discriminator: { propertyName: discriminator } }),
  }),
  nullableUnion: (union) => ({ anyOf: [union, { type: 'null' }] }),
  isRequired: ({ optional, defaultValue }) => !optional && (io === 'output' || defaultValue === undefined),
  isClosed: true,
  annotate: ({ annotations }, field) => ({
    ...annotations,
    ...(field?.defaultValue && { default: field.defaultValue.value }),
  }),
});

/**
 * The JSON Schema of a shape, every definition in its place (no `$ref`, no `$schema`). `pattern` decides, `format` beside it informs: each
 * format named here accepts what the pattern accepts. Throws UnrepresentableError for bytes and dates.
 */
export const toJsonSchema = (schema: z.ZodType, options: JsonSchemaOptions): JsonSchema =>
  renderJson(describeShape(schema), { rendering: published(options), path: '' });
