import { isDeepStrictEqual } from 'node:util';
import { type Difference } from './schema-report.js';

/** Where to stop: the first few differences of a validator tell what happened, the hundredth does not. */
const DIFFERENCES_MAX = 20;

/**
 * Every path at which two documents of options differ, outermost first, at most 20. Objects are compared key by key whatever their order;
 * lists as wholes, because an element has no name. A path whose whole subtree is on one side only is named once.
 */
export function differencesOf(actual: unknown, defined: unknown, path: string): Difference[] {
  const found: Difference[] = [];
  compare({ actual, defined, path }, found);
  return found;
}

function compare({ actual, defined, path }: { actual: unknown; defined: unknown; path: string }, found: Difference[]): void {
  if (found.length >= DIFFERENCES_MAX || isDeepStrictEqual(actual, defined)) return;
  if (!isRecord(actual) || !isRecord(defined)) {
    found.push({ path, ...(actual === undefined ? {} : { actual }), ...(defined === undefined ? {} : { defined }) });
    return;
  }
  for (const key of new Set([...Object.keys(defined), ...Object.keys(actual)])) {
    compare({ actual: actual[key], defined: defined[key], path: `${path}.${key}` }, found);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
