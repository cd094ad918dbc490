import { type z } from 'zod';

/** A check of a zod schema, built in or ours. */
export type Check = z.core.$ZodCheck<never>;
type CheckDef = z.core.$ZodChecks['_zod']['def'];

/** The rule that every check breaks which is neither ours nor built into zod with a meaning in every dialect. */
export const UNKNOWN_CHECK =
  'refinements and overwrites have no meaning outside JavaScript; use the fields of @caas/schema or check it in the service';

/** The checks of a schema, itself included where zod made it a check (`z.uuid()`, `z.int()`). */
export const checksOf = (schema: z.core.$ZodType): Check[] => {
  const own = 'check' in schema._zod.def && schema._zod.def.type !== 'custom' ? [schema as unknown as Check] : [];
  return [...own, ...((schema._zod.def.checks ?? []) as Check[])];
};

/** The built-in check's definition, narrowed by its `check` word. */
export const builtIn = (check: Check): CheckDef => check._zod.def as CheckDef;
