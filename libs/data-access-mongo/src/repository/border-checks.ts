import { type AnyBulkWriteOperation, type Document } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type StoredDocument } from '../definition/document-codec.js';

/** Operators that repositories write with. Whatever else an update may say is refused, `$rename` and pipelines among it. */
const UPDATE_OPERATORS = new Set([
  '$set',
  '$unset',
  '$inc',
  '$min',
  '$max',
  '$push',
  '$addToSet',
  '$pull',
  '$pullAll',
  '$pop',
  '$setOnInsert',
]);
const BULK_OPERATIONS = new Set(['updateOne', 'updateMany', 'deleteOne', 'deleteMany']);

/** Throws `InternalError` unless the filter is confined to the tenant at its top level, where nothing can widen it. */
export function checkFilter(tenantId: TenantId | undefined, filter: unknown): void {
  if (tenantId === undefined) return;
  if (typeof filter !== 'object' || filter === null || (filter as { tenant_id?: unknown }).tenant_id !== tenantId)
    throw unconfined('filter');
}

/** Throws `InternalError` unless the document is the tenant's. */
export function checkDocument(tenantId: TenantId | undefined, document: Readonly<Record<string, unknown>>): void {
  if (tenantId !== undefined && document['tenant_id'] !== tenantId) throw unconfined('document');
}

/** Throws `InternalError` for a pipeline, a whole document, an operator that is not listed, and for a change of tenant or id. */
export function checkUpdate(tenantId: TenantId | undefined, update: unknown): void {
  if (typeof update !== 'object' || update === null || Array.isArray(update)) throw unconfined('update');
  for (const [operator, changes] of Object.entries(update as Readonly<Record<string, Document | undefined>>)) {
    if (!UPDATE_OPERATORS.has(operator)) throw unconfined('update');
    if (operator === '$setOnInsert' || changes === undefined) continue;
    for (const path in changes) {
      if (path === '_id' || path.startsWith('_id.')) throw unconfined('update');
      if (tenantId !== undefined && (path === 'tenant_id' || path.startsWith('tenant_id.'))) throw unconfined('update');
    }
  }
}

/** The same for one operation of a bulk write; inserts and replacements have no place in one. */
export function checkBulkOperation(tenantId: TenantId | undefined, operation: AnyBulkWriteOperation<StoredDocument>): void {
  const [[name, model] = ['', {}], ...others] = Object.entries(operation) as [string, { filter?: unknown; update?: unknown }][];
  if (!BULK_OPERATIONS.has(name) || others.length > 0) throw unconfined('bulk operation');
  checkFilter(tenantId, model.filter);
  if (name.startsWith('update')) checkUpdate(tenantId, model.update);
}

/**
 * Throws `InternalError` unless the first stage confines the rows: `$match`, or `$geoNear` by its `query`. What later stages may do is checked
 * where pipelines are compiled; stages that write are refused here as well.
 */
export function checkPipeline(tenantId: TenantId | undefined, pipeline: readonly Document[]): void {
  if (pipeline.some((stage) => '$out' in stage || '$merge' in stage)) throw unconfined('pipeline');
  if (tenantId === undefined) return;
  const [{ $match: match, $geoNear: near } = {}] = pipeline as { $match?: unknown; $geoNear?: { query?: unknown } }[];
  checkFilter(tenantId, match ?? near?.query);
}

/** The same for a change stream, whose events name the tenant in the document before or after: every branch of its `$or` has to. */
export function checkChangePipeline(tenantId: TenantId | undefined, pipeline: readonly Document[]): void {
  if (tenantId === undefined) return;
  const [{ $match: match } = {}] = pipeline as { $match?: { $or?: unknown } }[];
  const branches = match?.$or;
  if (!Array.isArray(branches) || branches.length === 0) throw unconfined('change stream');
  for (const branch of branches as readonly Document[]) {
    if (branch['fullDocument.tenant_id'] !== tenantId && branch['fullDocumentBeforeChange.tenant_id'] !== tenantId)
      throw unconfined('change stream');
  }
}

function unconfined(what: string): InternalError {
  return new InternalError(`A ${what} that is not confined to the tenant was about to reach the driver.`);
}
