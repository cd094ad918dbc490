import { type Dialect, UnrepresentableError } from '../unrepresentable-error.js';

/** What to write instead of a zod type that some dialect cannot say. */
const INSTEAD: Record<string, string> = {
  any: 'name the shape, or use freeForm()',
  unknown: 'name the shape, or use freeForm()',
  bigint: 'use int64()',
  nan: 'use double()',
  map: 'use recordOf()',
  set: 'use z.array()',
  tuple: 'use z.strictObject with a field for each place',
  union: 'use z.discriminatedUnion, or .nullable() for "or null"',
  intersection: 'use .extend() on z.strictObject',
  null: 'use .nullable() on the field',
  lazy: 'shapes that contain themselves cannot be rendered; store references',
  transform: 'validate the stored form and convert in the service',
  pipe: 'validate the stored form and convert in the service',
  prefault: 'use .default()',
  catch: 'refuse bad values; use .default() for absent ones',
  nonoptional: 'leave .optional() away',
  template_literal: 'use z.string().regex()',
  file: 'use bytes()',
  custom: 'a function has no meaning outside JavaScript; use the fields of @caas/schema',
};

/** The error for a zod type outside the supported part. */
export const refuseType = (type: string, path: string): never =>
  refuse(path, `z.${type}: ${INSTEAD[type] ?? 'this zod type is not supported'}`);

/** The error for a broken rule at a place of the shape. */
export const refuse = (path: string, rule: string, dialect: Dialect = 'every dialect'): never => {
  throw new UnrepresentableError({ path, dialect, rule });
};

/** The place of a field or of `*` inside another place, as a JSON pointer (RFC 6901). */
export const pathTo = (parent: string, name: string): string => `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
