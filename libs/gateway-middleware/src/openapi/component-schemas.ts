import { describeShape, toJsonSchema, type JsonSchema, type Shape } from '@caas/schema';
import { type Shape as ZodShape } from '../routes/route-types.js';

/**
 * Collects the schemas of an OpenAPI document. Objects that carry a name (`.meta({ id: 'User' })`) become components and are referred to
 * wherever they occur, also inside others; the rest stays in place.
 */
export class ComponentSchemas {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema of a shape, with references to components. */
  render(shape: ZodShape, io: 'input' | 'output'): JsonSchema {
    return this.#lift(describeShape(shape), toJsonSchema(shape, { dialect: '2020-12', io }), io);
  }

  /** Registers a component that is written by hand. Returns a reference to it. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.schemas[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  }

  #lift(shape: Shape, schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
    if (shape.kind === 'array') return { ...schema, items: this.#lift(shape.items, schema['items'] as JsonSchema, io) };
    if (shape.kind === 'union') return this.#liftUnion(shape, schema, io);
    if (shape.kind !== 'object') return schema;
    const given = schema['properties'] as Record<string, JsonSchema>;
    const properties = Object.fromEntries(shape.fields.map(({ name, shape: inner }) => [name, this.#lift(inner, given[name] ?? {}, io)]));
    const lifted = { ...schema, properties };
    return shape.id === undefined ? lifted : this.#component(shape, lifted, io);
  }

  #component(shape: Extract<Shape, { kind: 'object' }>, schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
    const { default: fallback, ...definition } = { ...schema, type: 'object' as const } as JsonSchema;
    const hasDefaults = shape.fields.some(({ defaultValue }) => defaultValue !== undefined);
    const name = io === 'input' && hasDefaults ? `${shape.id ?? ''}Input` : (shape.id ?? '');
    const known = this.schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new TypeError(`two different shapes carry the id "${name}"`);
    }
    const reference = this.add(name, definition);
    const withNull = shape.nullable ? { anyOf: [reference, { type: 'null' }] } : reference;
    return fallback === undefined ? withNull : { ...withNull, default: fallback };
  }

  #liftUnion(shape: Extract<Shape, { kind: 'union' }>, schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
    const union = (shape.nullable ? (schema['anyOf'] as JsonSchema[])[0] : schema) ?? {};
    const given = union['oneOf'] as JsonSchema[];
    const lifted = { ...union, oneOf: shape.branches.map((branch, index) => this.#lift(branch.shape, given[index] ?? {}, io)) };
    return shape.nullable ? { ...schema, anyOf: [lifted, { type: 'null' }] } : lifted;
  }
}
