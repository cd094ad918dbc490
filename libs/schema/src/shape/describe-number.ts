import { type z } from 'zod';
import { ruleOf } from '../rules.js';
import { refuse } from './refusal.js';
import { type Bare, type DoubleShape, type IntegerShape } from './shape.js';
import { builtIn, type Check, checksOf, UNKNOWN_CHECK } from './zod-checks.js';

const NUMBER_FORMATS: Record<string, { width: 32 | 64; min: number; max: number } | undefined> = {
  int32: { width: 32, min: -2_147_483_648, max: 2_147_483_647 },
  uint32: { width: 64, min: 0, max: 4_294_967_295 },
  safeint: { width: 64, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
};

const UNFIT_NUMBER_CHECKS: Record<string, string | undefined> = {
  multiple_of: 'multiples are not the same in every dialect; check them in the service',
  number_format: 'this number format is not in every dialect; use int32(), int64() or double()',
};

interface Bounds {
  min: number;
  max: number;
  exclusiveMin: boolean;
  exclusiveMax: boolean;
  width: 32 | 64 | undefined;
}

const narrowBounds = (bounds: Bounds, check: Check, path: string): void => {
  const def = builtIn(check);
  if (def.check === 'greater_than' || def.check === 'less_than') {
    if (typeof def.value !== 'number' || Number.isNaN(def.value)) return refuse(path, 'a bound must be a number');
    if (def.check === 'greater_than' && def.value >= bounds.min)
      Object.assign(bounds, tighter(bounds.min, def.value, bounds.exclusiveMin, !def.inclusive, 'Min'));
    if (def.check === 'less_than' && def.value <= bounds.max)
      Object.assign(bounds, tighter(bounds.max, def.value, bounds.exclusiveMax, !def.inclusive, 'Max'));
    return undefined;
  }
  const format = def.check === 'number_format' ? NUMBER_FORMATS[def.format] : undefined;
  if (!format) return refuse(path, UNFIT_NUMBER_CHECKS[def.check] ?? UNKNOWN_CHECK);
  bounds.width = bounds.width === 32 ? 32 : format.width;
  if (format.min > bounds.min) Object.assign(bounds, { min: format.min, exclusiveMin: false });
  if (format.max < bounds.max) Object.assign(bounds, { max: format.max, exclusiveMax: false });
  return undefined;
};

const tighter = (
  ...[before, value, wasExclusive, isExclusive, side]: [number, number, boolean, boolean, 'Min' | 'Max']
): Partial<Bounds> => ({
  [side.toLowerCase()]: value,
  [`exclusive${side}`]: isExclusive || (value === before && wasExclusive),
});

/** A number: an integer where zod says so, else a finite double. */
export const describeNumber = (schema: z.core.$ZodNumber, path: string): Bare<IntegerShape> | Bare<DoubleShape> => {
  if (schema._zod.def.coerce) return refuse(path, 'coercion changes the value; validate the stored form');
  const bounds: Bounds = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, exclusiveMin: false, exclusiveMax: false, width: undefined };
  const checks = checksOf(schema);
  const isTimestamp = checks.some((check) => ruleOf(check)?.kind === 'timestamp-ms');
  for (const check of checks) if (ruleOf(check)?.kind !== 'timestamp-ms') narrowBounds(bounds, check, path);
  const { width, min, max, exclusiveMin, exclusiveMax } = bounds;
  if (width === undefined) {
    if (min > max || (min === max && (exclusiveMin || exclusiveMax))) refuse(path, 'no number is within these bounds');
    return { kind: 'double', min, max, exclusiveMin, exclusiveMax };
  }
  const least = exclusiveMin ? Math.floor(min) + 1 : Math.ceil(min);
  const greatest = exclusiveMax ? Math.ceil(max) - 1 : Math.floor(max);
  if (least > greatest) refuse(path, 'no integer is within these bounds');
  return { kind: 'integer', width, isTimestamp, min: least, max: greatest };
};
