import { type Document, type UpdateFilter } from 'mongodb';
import { CrossTenantAccessError, InternalError, ValidationError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { compileElementCondition, compileElementFilter } from './filter.js';
import { isPlainRecord, refuseOperators } from './literal-values.js';
import { type AnyUpdate } from './update.js';

/** An update in MongoDB's language; operators without fields are left out, because the server refuses them empty. */
export interface StoredUpdate {
  readonly update: { [Operator in `$${string}`]?: Record<string, unknown> };
  readonly arrayFilters: readonly Document[];
}

/** The update for the driver, whose type wants to know the fields of the document; ours are known to the definition. */
export function driverUpdate(update: StoredUpdate['update']): UpdateFilter<StoredDocument> {
  return update;
}

/** Driver options that go with an update: which array elements its paths mean. */
export function elementOptions({ arrayFilters }: StoredUpdate): { arrayFilters?: Document[] } {
  return arrayFilters.length === 0 ? {} : { arrayFilters: [...arrayFilters] };
}

type Compile = (definition: CollectionDefinition, path: string, value: unknown) => unknown;

/** Every kind of change, the operator it becomes, and how its operand is made. Nothing else is an update. */
const CHANGES: Readonly<Record<Exclude<keyof AnyUpdate, 'elements' | 'unset'>, readonly [operator: `$${string}`, compile: Compile]>> = {
  set: ['$set', literal],
  inc: ['$inc', finite],
  min: ['$min', comparable],
  max: ['$max', comparable],
  push: ['$push', pushed],
  addToSet: ['$addToSet', (definition, path, values) => ({ $each: literals(definition, path, values) })],
  pull: ['$pull', compileElementCondition],
  pop: ['$pop', popped],
};
const KINDS = new Set([...Object.keys(CHANGES), 'unset', 'elements']);

/** Kept by the repository; never by a caller. */
const KEPT_FIELDS = new Set(['_id', 'tenant_id', 'created_at', 'updated_at', '__v', 'deleted_at', 'deleted_by']);

/**
 * Turns changes into MongoDB's language. Refuses what is no kind of change (VAL_FAILED), the fields that the repository keeps and the id
 * (`InternalError`), the tenant (`CrossTenantAccessError`), operators in place of fields and inside values (VAL_FAILED), and fields that the
 * definition does not have (`InternalError`).
 */
export function compileUpdate(definition: CollectionDefinition, change: AnyUpdate): StoredUpdate {
  if (!isPlainRecord(change)) throw refused('', 'an update is an object of changes');
  const update: StoredUpdate['update'] = {};
  const named = new Set<string>();
  for (const [kind, operands] of Object.entries(change)) {
    if (!KINDS.has(kind)) throw refused('', 'is no kind of change; updates know set, unset, inc, min, max, push, addToSet, pull and pop');
    if (operands === undefined || kind === 'elements') continue;
    const [operator, compile] = kind === 'unset' ? (['$unset', () => ''] as const) : CHANGES[kind as keyof typeof CHANGES];
    for (const [path, value] of kind === 'unset' ? unsetPaths(operands) : recordOf(operands)) {
      if (value === undefined) continue;
      const plain = checkTarget(definition, path, named);
      (update[operator] ??= {})[path] = compile(definition, plain, value);
    }
  }
  if (Object.keys(update).length === 0) throw refused('', 'an update needs at least one change');
  return { update, arrayFilters: arrayFilters(definition, { change, named }) };
}

function unsetPaths(operands: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(operands)) throw refused('', 'unset takes a list of fields');
  return operands.map((path) => [String(path), ''] as const);
}

function recordOf(operands: unknown): readonly (readonly [string, unknown])[] {
  if (!isPlainRecord(operands)) throw refused('', 'a change takes an object of fields');
  return Object.entries(operands);
}

/** `.$[p]` and, after its element, the rest of the path. */
const ELEMENT = /\.\$\[([a-z][a-zA-Z0-9]{0,30})\](?=\.|$)/g;

/** The path without its element names, which are collected with where they stand. */
function checkTarget(definition: CollectionDefinition, path: string, named: Set<string>): string {
  // Looked for first: replacing costs a microsecond on every path, and bulk writes come through here.
  const plain = path.includes('$[') ? withoutElements(path, named) : path;
  const [root = plain] = plain.split('.');
  if (definition.scope === 'tenant' && root === 'tenant_id') throw new CrossTenantAccessError('The tenant of a document never changes.');
  if (plain.includes('$')) throw refused(path, 'is an operator, not a field');
  if (root === definition.id.field || (KEPT_FIELDS.has(root) && !(root === 'tenant_id' && definition.scope === 'platform'))) {
    throw new InternalError(`"${root}" of collection "${definition.name}" is kept by the repository and cannot be updated.`);
  }
  if (definition.codec.field(plain) === undefined)
    throw new InternalError(`Collection "${definition.name}" has no field "${plain}" to update.`);
  return plain;
}

function withoutElements(path: string, named: Set<string>): string {
  return path.replaceAll(ELEMENT, (_, name: string, offset: number) => {
    named.add(`${name} ${path.slice(0, offset).replaceAll(ELEMENT, '')}`);
    return '';
  });
}

function arrayFilters(definition: CollectionDefinition, { change, named }: { change: AnyUpdate; named: ReadonlySet<string> }): Document[] {
  if (named.size === 0 && change.elements === undefined) return [];
  const { elements = {} } = change;
  const places = [...named].map((entry) => entry.split(' ') as [name: string, path: string]);
  const names = new Set(places.map(([name]) => name));
  if (Object.keys(elements).length !== names.size || places.length !== names.size) {
    throw refused('/elements', 'each element name stands for one array and is described once');
  }
  return places.map(([name, path]) => {
    if (!Object.hasOwn(elements, name)) throw refused('/elements', 'a path names elements that are not described');
    const conditions = compileElementFilter(definition, path, elements[name]);
    return Object.fromEntries(Object.entries(conditions).map(([field, condition]) => [`${name}.${field}`, condition]));
  });
}

function literal(definition: CollectionDefinition, path: string, value: unknown): unknown {
  refuseOperators(path, value);
  return definition.codec.encodeAt(path, value);
}

function literals(definition: CollectionDefinition, path: string, values: unknown): readonly unknown[] {
  if (!Array.isArray(values)) throw refused(path, 'takes a list of values');
  refuseOperators(path, values);
  return definition.codec.encodeAt(path, values) as readonly unknown[];
}

function finite(definition: CollectionDefinition, path: string, by: unknown): unknown {
  if (typeof by !== 'number' || !Number.isFinite(by)) throw refused(path, 'must be a finite number');
  return definition.codec.encodeAt(path, by);
}

function comparable(definition: CollectionDefinition, path: string, value: unknown): unknown {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  return finite(definition, path, value);
}

function pushed(definition: CollectionDefinition, path: string, push: unknown): unknown {
  if (!isPlainRecord(push)) throw refused(path, 'push takes { each }');
  const { each, keep, at, ...others } = push;
  if (Object.keys(others).length > 0) throw refused(path, 'push takes each, keep and at');
  for (const whole of [keep, at]) if (whole !== undefined && !Number.isSafeInteger(whole)) throw refused(path, 'needs a whole number');
  return {
    $each: literals(definition, path, each),
    ...(at === undefined ? {} : { $position: at }),
    ...(keep === undefined ? {} : { $slice: keep }),
  };
}

function popped(_: CollectionDefinition, path: string, end: unknown): 1 | -1 {
  if (end !== 'first' && end !== 'last') throw refused(path, 'pop takes first or last');
  return end === 'first' ? -1 : 1;
}

function refused(path: string, message: string): ValidationError {
  const field = path === '' || path.startsWith('/') ? path : `/${path.replaceAll('.', '/')}`;
  return new ValidationError([{ field, code: 'update', message }]);
}
