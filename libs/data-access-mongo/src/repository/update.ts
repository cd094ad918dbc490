import { type UpdateFilter } from 'mongodb';
import { AuthorizationError, InternalError, ValidationError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';

type NumberPaths<Fields> = { readonly [Field in keyof Fields & string]?: Fields[Field] extends number | null | undefined ? number : never };

/** Changes to one document. Dotted paths reach into objects. Unset removes an optional field; a required one refuses it in the server. */
export interface Update<Fields> {
  readonly set?: Partial<Fields> & { readonly [path: `${string}.${string}`]: unknown };
  readonly unset?: readonly ((keyof Fields & string) | `${string}.${string}`)[];
  readonly inc?: NumberPaths<Fields> & { readonly [path: `${string}.${string}`]: number };
}

/** The same without the types of one collection. */
export interface AnyUpdate {
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  readonly unset?: readonly string[] | undefined;
  readonly inc?: Readonly<Record<string, number | undefined>> | undefined;
}

/** An update in MongoDB's language; parts without fields are left out, because the server refuses them empty. */
export interface StoredUpdate {
  $set?: Record<string, unknown>;
  $unset?: Record<string, ''>;
  $inc?: Record<string, unknown>;
}

/** The same for the driver, whose type wants to know the fields of the document; ours are known to the definition. */
export function driverUpdate(update: StoredUpdate): UpdateFilter<StoredDocument> {
  return update as UpdateFilter<StoredDocument>;
}

/** Kept by the repository; never by a caller. */
const KEPT_FIELDS = new Set(['_id', 'tenant_id', 'created_at', 'updated_at', '__v', 'deleted_at', 'deleted_by']);

/**
 * Turns changes into MongoDB's language. Refuses the fields that the repository keeps, the id and the tenant (`InternalError`;
 * `AuthorizationError` for the tenant), operators in place of fields (VAL_FAILED), and fields that the definition does not have.
 */
export function compileUpdate(definition: CollectionDefinition, update: AnyUpdate): StoredUpdate {
  const compiled: StoredUpdate = {};
  const set = Object.entries(update.set ?? {}).filter(([, value]) => value !== undefined);
  if (set.length > 0) compiled.$set = {};
  for (const [path, value] of set) {
    checkTarget(definition, path);
    compiled.$set![path] = definition.codec.encodeAt(path, value);
  }
  for (const path of update.unset ?? []) {
    checkTarget(definition, path);
    (compiled.$unset ??= {})[path] = '';
  }
  for (const [path, by] of Object.entries(update.inc ?? {})) {
    checkTarget(definition, path);
    if (typeof by !== 'number' || !Number.isFinite(by)) throw new ValidationError([issue(path, 'must be a finite number')]);
    (compiled.$inc ??= {})[path] = definition.codec.encodeAt(path, by);
  }
  if (compiled.$set === undefined && compiled.$unset === undefined && compiled.$inc === undefined) {
    throw new ValidationError([issue('', 'an update needs at least one change')]);
  }
  return compiled;
}

function checkTarget(definition: CollectionDefinition, path: string): void {
  if (path.startsWith('$') || path.includes('.$')) throw new ValidationError([issue(path, 'is an operator, not a field')]);
  const [root = path] = path.split('.');
  if (definition.scope === 'tenant' && root === 'tenant_id') {
    throw new AuthorizationError('AUTHZ_CROSS_TENANT', 'The tenant of a document never changes.');
  }
  if (root === definition.id.field || (KEPT_FIELDS.has(root) && !(root === 'tenant_id' && definition.scope === 'platform'))) {
    throw new InternalError(`"${root}" of collection "${definition.name}" is kept by the repository and cannot be updated.`);
  }
  if (definition.codec.field(path) === undefined)
    throw new InternalError(`Collection "${definition.name}" has no field "${path}" to update.`);
}

function issue(path: string, message: string): { field: string; code: string; message: string } {
  return { field: path === '' ? '' : `/${path.replaceAll('.', '/')}`, code: 'update', message };
}
