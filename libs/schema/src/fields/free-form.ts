import { z } from 'zod';
import { type FreeFormLimits, ruleCheck } from '../rules.js';
import { isWellFormed } from './text.js';

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** What is wrong with a free-form object, and where inside it. */
export interface FreeFormFinding {
  message: string;
  path: string[];
}

/** Keys that would reach the prototype when a careless program copies the object. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/** Whether a name may be a key of stored data: MongoDB gives `$` and `.` a meaning, BSON ends a name at NUL. */
export const isSafeKey = (key: string): boolean =>
  !key.startsWith('$') && !key.includes('.') && !key.includes('\0') && !UNSAFE_KEYS.has(key) && key !== '' && isWellFormed(key);

const isPlainObject = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const scalarProblem = (value: unknown): string | undefined => {
  if (typeof value === 'string') return isWellFormed(value) ? undefined : 'must be well-formed Unicode';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must be a finite number';
  return value === null || typeof value === 'boolean' ? undefined : 'must be a JSON value';
};

interface Walk {
  limits: FreeFormLimits;
  keys: number;
  path: string[];
}

const walkEntry = (key: string, value: unknown, { walk, depth }: { walk: Walk; depth: number }): string | undefined => {
  walk.path.push(key);
  const problem = walkValue(value, walk, depth);
  if (problem === undefined) walk.path.pop();
  return problem;
};

const walkObject = (value: Record<string, unknown>, walk: Walk, depth: number): string | undefined => {
  for (const key of Object.keys(value)) {
    walk.keys += 1;
    if (walk.keys > walk.limits.maxKeys) return `must have at most ${walk.limits.maxKeys} keys in all levels together`;
    if (!isSafeKey(key)) {
      walk.path.push(key);
      return 'is not a permitted key: a key is not empty, does not start with $, has no dot, and is not __proto__ or constructor';
    }
    const problem = walkEntry(key, value[key], { walk, depth });
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const walkValue = (value: unknown, walk: Walk, depth: number): string | undefined => {
  if (typeof value !== 'object' || value === null) return scalarProblem(value);
  if (depth >= walk.limits.maxDepth) return `must have at most ${walk.limits.maxDepth} levels`;
  if (!Array.isArray(value)) return isPlainObject(value) ? walkObject(value, walk, depth + 1) : 'must be a JSON value';
  for (const [index, item] of value.entries()) {
    const problem = walkEntry(String(index), item, { walk, depth: depth + 1 });
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/** The first thing that is wrong with a free-form object; undefined when nothing is. Cycles end at the depth limit. */
export const freeFormFinding = (value: unknown, limits: FreeFormLimits): FreeFormFinding | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainObject(value))
    return { message: 'must be a JSON object', path: [] };
  const walk: Walk = { limits, keys: 0, path: [] };
  const message = walkValue(value, walk, 0);
  if (message !== undefined) return { message, path: walk.path };
  return Buffer.byteLength(JSON.stringify(value)) > limits.maxBytes
    ? { message: `must have at most ${limits.maxBytes} bytes`, path: [] }
    : undefined;
};

/**
 * A JSON object of the caller's own making, within limits. In Avro it travels as JSON text. JSON Schema and MongoDB can say only part of the
 * limits (see the README); the compiled validator and zod hold all of them.
 */
export const freeForm = ({ maxBytes = 8192, maxDepth = 5, maxKeys = 50 }: Partial<FreeFormLimits> = {}): z.ZodCustom<
  JsonObject,
  JsonObject
> => {
  const limits = { maxBytes, maxDepth, maxKeys };
  return z.custom<JsonObject>().check(ruleCheck<JsonObject>({ kind: 'free-form', ...limits }, (value) => freeFormFinding(value, limits)));
};
