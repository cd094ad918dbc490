import { ValidationError } from '@caas/runtime';

const DEPTH_MAX = 50;

/** An object written as `{ … }` or parsed from JSON; no instance of a class, no array. */
export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Throws `ValidationError` unless the value means itself: plain data, dates and bytes. Keys that start with `$` would be operators to the server in some
 * places, functions and the driver's own types (among them `Code`, which is JavaScript) would run there.
 */
export function refuseOperators(path: string, value: unknown, depth = 0): void {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === undefined) return;
  if (value instanceof Date || value instanceof Uint8Array) return;
  if (depth > DEPTH_MAX) throw refused(path, 'is nested too deep');
  if (Array.isArray(value)) {
    for (const item of value) refuseOperators(path, item, depth + 1);
    return;
  }
  if (!isPlainRecord(value)) throw refused(path, 'must be plain data');
  for (const key of Object.keys(value)) {
    if (key.startsWith('$') || key === '_bsontype') throw refused(path, 'holds an operator in place of a value');
    refuseOperators(path, value[key], depth + 1);
  }
}

function refused(path: string, message: string): ValidationError {
  return new ValidationError([{ field: `/${path.replaceAll('.', '/')}`, code: 'value', message }]);
}
