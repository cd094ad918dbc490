import { Long } from 'mongodb';
import { alternatives, type SchemaNode, typesOf } from './schema-node.js';

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

/**
 * Where the 64-bit integers of a definition are. The driver writes a JavaScript number beyond 32 bits as a double, which the validator refuses and
 * which cannot count exactly; such values have to be `Long`. `undefined` in place of a plan means: nothing to do below.
 */
export interface Int64Plan {
  readonly self: boolean;
  readonly properties: ReadonlyMap<string, Int64Plan>;
  /** The same as `properties`, for the loop that every insert runs through. */
  readonly entries: readonly (readonly [key: string, plan: Int64Plan])[];
  /** Plan of every key that `properties` does not name, and of every array element. */
  readonly others: Int64Plan | undefined;
}

/** Compiles the plan of a rendered schema. */
export function int64Plan(node: SchemaNode): Int64Plan | undefined {
  const properties = new Map<string, Int64Plan>();
  let others: Int64Plan | undefined;
  for (const branch of alternatives(node)) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      const plan = merge(properties.get(key), int64Plan(child));
      if (plan !== undefined) properties.set(key, plan);
    }
    if (branch.items !== undefined) others = merge(others, int64Plan(branch.items));
    for (const child of Object.values(branch.patternProperties ?? {})) others = merge(others, int64Plan(child));
  }
  const types = typesOf(node);
  const self = types.has('long') && !types.has('double');
  return self || others !== undefined || properties.size > 0 ? { self, properties, entries: [...properties], others } : undefined;
}

function merge(left: Int64Plan | undefined, right: Int64Plan | undefined): Int64Plan | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const properties = new Map(left.properties);
  for (const [key, plan] of right.properties) properties.set(key, merge(properties.get(key), plan) ?? plan);
  return { self: left.self || right.self, properties, entries: [...properties], others: merge(left.others, right.others) };
}

/** The plan of the value at a dotted path. */
export function planAt(root: Int64Plan, path: string): Int64Plan | undefined {
  let plan: Int64Plan | undefined = root;
  for (const segment of path.split('.')) plan = plan?.properties.get(segment) ?? plan?.others?.properties.get(segment) ?? plan?.others;
  return plan;
}

/** The value with `Long` where it leaves 32 bits. Copies only what changes; the value itself is never touched. */
export function widen(value: unknown, plan: Int64Plan): unknown {
  if (typeof value === 'number') return plan.self ? widenNumber(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return plan.others === undefined ? value : widenArray(value, plan.others);
  return isPlainObject(value) ? widenObject(value, plan) : value;
}

function widenNumber(value: number): number | Long {
  if (value <= INT32_MAX && value >= INT32_MIN) return value;
  return Number.isSafeInteger(value) ? Long.fromNumber(value) : value;
}

function widenArray(array: readonly unknown[], plan: Int64Plan): readonly unknown[] {
  let copy: unknown[] | undefined;
  array.forEach((before, index) => {
    const after = widen(before, plan);
    if (after !== before) (copy ??= [...array])[index] = after;
  });
  return copy ?? array;
}

function widenObject(object: Readonly<Record<string, unknown>>, plan: Int64Plan): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const [key, below] of plan.entries) {
    const before = object[key];
    const after = widen(before, below);
    if (after !== before) (copy ??= { ...object })[key] = after;
  }
  const { others } = plan;
  if (others === undefined) return copy ?? object;
  for (const key of Object.keys(object)) {
    if (plan.properties.has(key)) continue;
    const after = widen(object[key], others);
    if (after !== object[key]) (copy ??= { ...object })[key] = after;
  }
  return copy ?? object;
}

function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
