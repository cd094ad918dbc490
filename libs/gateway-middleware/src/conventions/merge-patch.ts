import { z } from '@caas/schema';

type Fields = Readonly<Record<string, z.ZodType>>;
type Patched<Field extends z.ZodType> =
  Field extends z.ZodDefault<infer Inner extends z.ZodType>
    ? z.ZodOptional<z.ZodNullable<Inner>>
    : Field extends z.ZodOptional<infer Inner extends z.ZodType>
      ? z.ZodOptional<z.ZodNullable<Inner>>
      : z.ZodOptional<Field>;

/**
 * The body of a PATCH for a resource with these fields: each may be left out (stays), defaults are not filled in, and what a new resource may do without
 * takes `null` (clears). A field that a resource cannot be without does not take `null`.
 */
export function patchOf<Shape extends Fields>(fields: Shape): z.ZodObject<{ [Name in keyof Shape]: Patched<Shape[Name]> }, z.core.$strict> {
  const patched = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, withoutDemand(field)]));
  return z.strictObject(patched) as never;
}

function withoutDemand(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) {
    const inner = field.unwrap() as z.ZodType;
    return (inner instanceof z.ZodNullable ? inner : inner.nullable()).optional();
  }
  return field.optional();
}

type Json = Readonly<Record<string, unknown>>;

/**
 * JSON Merge Patch (RFC 7396): fields of the patch take the place of the target's, objects are merged, `null` removes. Returns a new value and leaves both
 * as they are. For free-form members (`metadata`, `custom_data`); fields of a fixed shape are set one by one.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
