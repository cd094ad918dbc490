import { type JsonSchema } from '@caas/schema';

/**
 * A response schema as the serializer needs it. It writes what a schema names and drops the rest, so
 * - an object of a caller's own making, which names nothing, is written as it is;
 * - a union picks its branch by the discriminator alone: validating every branch would cost more than writing it, and would refuse a value
 *   for a field that is only to be dropped;
 * - an object whose keys are data is written with all of them: which keys it may have was decided where it came from, and the serializer knows no
 *   patterns with characters beyond the basic plane;
 * - formats are taken out, because the serializer writes some of them unescaped, and patterns, which it does not use.
 */
export function serializerSchema(schema: JsonSchema): JsonSchema {
  if (isFreeForm(schema)) return {};
  if (schema['patternProperties'] !== undefined) return recordSchema(schema);
  const { format: _format, pattern: _pattern, discriminator, oneOf, anyOf, ...rest } = schema;
  if (anyOf !== undefined) return orNull(serializerSchema((anyOf as JsonSchema[])[0] ?? {}));
  if (oneOf !== undefined) return pickBranch(oneOf as JsonSchema[], (discriminator as { propertyName: string }).propertyName);
  return Object.fromEntries(
    Object.entries(rest).map(([keyword, value]) => {
      if (keyword === 'properties') return [keyword, mapValues(value as Record<string, JsonSchema>)];
      if (keyword === 'items') return [keyword, serializerSchema(value as JsonSchema)];
      return [keyword, value];
    }),
  );
}

function recordSchema({ type, patternProperties }: JsonSchema): JsonSchema {
  const [values = {}] = Object.values(patternProperties as Record<string, JsonSchema>);
  return { type, additionalProperties: serializerSchema(values) };
}

/** The last branch takes what no other does; a value of an unknown kind then fails on its required fields. */
function pickBranch(branches: readonly JsonSchema[], discriminator: string): JsonSchema {
  return branches.map(serializerSchema).reduceRight((others, branch) => ({
    if: {
      type: 'object',
      properties: { [discriminator]: (branch['properties'] as Record<string, JsonSchema>)[discriminator] },
      required: [discriminator],
    },
    then: branch,
    else: others,
  }));
}

/** The one use of `anyOf`: a union that may be null. */
function orNull(union: JsonSchema): JsonSchema {
  return { if: { type: 'null' }, then: { type: 'null' }, else: union };
}

function mapValues(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, serializerSchema(schema)]));
}

function isFreeForm(schema: JsonSchema): boolean {
  const type = schema['type'];
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  return isObject && schema['properties'] === undefined && schema['patternProperties'] === undefined;
}
