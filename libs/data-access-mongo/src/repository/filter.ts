import { InternalError, ValidationError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { refuseOtherTenant } from '../tenancy/tenant-guard.js';
import { isPlainRecord } from './literal-values.js';
import { Combination, Operator, PREFIX_MAX } from './operators.js';

/** A filter in MongoDB's language. */
export type StoredFilter = Record<string, unknown>;

/** What every filter of one repository is confined to. */
export interface FilterScope {
  readonly definition: CollectionDefinition;
  /** Present exactly when the collection is in tenant scope. */
  readonly tenantId: TenantId | undefined;
}

const DEPTH_MAX = 10;
const IN_MAX = 10_000;

/**
 * Turns a filter into MongoDB's language: `tenant_id` first, live documents only unless `includeDeleted`, `_id` for the id field.
 * Refuses another tenant (AUTHZ_CROSS_TENANT), objects, arrays, patterns and functions in place of values (VAL_FAILED, naming the
 * field, never the value), and fields that the definition does not have (`InternalError`: a bug of the calling code).
 */
export function compileFilter(scope: FilterScope, filter: unknown, options: { includeDeleted?: boolean } = {}): StoredFilter {
  const own = compilePart(scope, filter, 0);
  const compiled: StoredFilter = scope.tenantId === undefined ? {} : { tenant_id: scope.tenantId };
  const isLiveOnly = scope.definition.softDelete && options.includeDeleted !== true;
  if (isLiveOnly && 'deleted_at' in own) {
    compiled['$and'] = [own, { deleted_at: null }];
    return compiled;
  }
  for (const path in own) compiled[path] = own[path];
  if (isLiveOnly) compiled['deleted_at'] = null;
  return compiled;
}

function compilePart(scope: FilterScope, filter: unknown, depth: number): StoredFilter {
  if (depth > DEPTH_MAX) throw refused('', 'is nested too deep');
  if (Combination.is(filter)) return { [filter.join]: filter.parts.map((part) => compilePart(scope, part, depth + 1)) };
  if (!isPlainRecord(filter)) throw refused('', 'must be an object of fields');
  const compiled: StoredFilter = {};
  for (const [path, condition] of Object.entries(filter)) {
    if (path === 'tenant_id' && scope.tenantId !== undefined) refuseOtherTenant(scope.tenantId, condition ?? null, 'filter');
    else compiled[scope.definition.codec.storageName(path)] = compileCondition(scope.definition, path, condition, path);
  }
  return compiled;
}

/** `path` is where the field is in the document, `label` what the caller called it. */
function compileCondition(definition: CollectionDefinition, path: string, condition: unknown, label: string): unknown {
  if (path.startsWith('$') || path.includes('.$')) throw refused(label, 'is an operator, not a field');
  if (definition.codec.field(path) === undefined)
    throw new InternalError(`Collection "${definition.name}" has no field "${label}" to filter on.`);
  if (!Operator.is(condition)) return scalar(definition, path, condition, label);
  const { name, operand } = condition;
  switch (name) {
    case '$in':
    case '$nin':
      return { [name]: list(operand, label).map((value) => scalar(definition, path, value, label)) };
    case '$exists':
      if (typeof operand !== 'boolean') throw refused(label, 'needs true or false for op.exists');
      return { $exists: operand };
    case '$regex':
      return prefixPattern(operand, label);
    case '$elemMatch':
      return { $elemMatch: elementFilter(definition, path, operand, label) };
    default:
      return { [name]: scalar(definition, path, operand, label) };
  }
}

/** The elements of the array at `path` that meet all conditions; fields are named from the element. */
export function compileElementFilter(definition: CollectionDefinition, path: string, filter: unknown): StoredFilter {
  return elementFilter(definition, path, filter, path);
}

/** The same for one element, which may also be a value or one condition on it. */
export function compileElementCondition(definition: CollectionDefinition, path: string, condition: unknown): unknown {
  if (isPlainRecord(condition)) return elementFilter(definition, path, condition, path);
  return compileCondition(definition, path, condition, path);
}

/**
 * Throws `ValidationError` for a filter that every document of the tenant meets, however it is wrapped: what changes or removes many says which.
 * For all of them, name a condition that all meet, such as `op.exists()` on the id.
 */
export function refuseEmptyFilter(filter: unknown): void {
  if (meetsAll(filter)) throw refused('', 'needs at least one condition: it would meet every document');
}

function meetsAll(filter: unknown): boolean {
  if (Combination.is(filter)) return filter.join === '$and' ? filter.parts.every(meetsAll) : filter.parts.some(meetsAll);
  return isPlainRecord(filter) && Object.keys(filter).every((path) => path === 'tenant_id');
}

/** Anchored, every special character escaped, and short: the text is matched as it stands, in time that does not depend on its form. */
function prefixPattern(operand: unknown, label: string): StoredFilter {
  const { text, ignoreCase } = operand as { text: unknown; ignoreCase: unknown };
  if (typeof text !== 'string' || text === '' || text.includes('\0') || [...text].length > PREFIX_MAX) {
    throw refused(label, `needs a text of 1–${PREFIX_MAX} characters without U+0000 for op.startsWith`);
  }
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/#\s-]/g, (special) => `\\${special}`);
  return { $regex: `^${escaped}`, ...(ignoreCase === true ? { $options: 'i' } : {}) };
}

function elementFilter(definition: CollectionDefinition, path: string, filter: unknown, label: string): StoredFilter {
  if (!isPlainRecord(filter) || Object.keys(filter).length === 0) throw refused(label, 'needs an object of fields for op.elemMatch');
  return Object.fromEntries(
    Object.entries(filter).map(([field, condition]) => [
      field,
      compileCondition(definition, `${path}.${field}`, condition, `${label}.${field}`),
    ]),
  );
}

function scalar(definition: CollectionDefinition, path: string, value: unknown, label: string): unknown {
  if (value === undefined) throw refused(label, 'is undefined; leave the field out or ask for null');
  if (typeof value === 'number' && !Number.isFinite(value)) throw refused(label, 'must be a finite number');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return definition.codec.encodeAt(path, value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  if (value instanceof Uint8Array) return value;
  throw refused(label, 'must be a plain value; conditions are made by op');
}

function list(operand: unknown, label: string): readonly unknown[] {
  if (!Array.isArray(operand) || operand.length > IN_MAX)
    throw refused(label, `needs a list of at most ${IN_MAX} values for op.in or op.nin`);
  return operand;
}

function refused(field: string, message: string): ValidationError {
  return new ValidationError([{ field: field === '' ? '' : `/${field.replaceAll('.', '/')}`, code: 'filter', message }]);
}
