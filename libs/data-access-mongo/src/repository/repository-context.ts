import { ValidationError, type Clock } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { isIdOf, newIdFor, type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { refuseOtherTenant } from '../tenancy/tenant-guard.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type CursorCodec } from './cursor.js';
import { type StoredFilter } from './filter.js';
import { type OperationRunner } from './operation-runner.js';

/** What the parts of one repository share. */
export interface RepositoryContext {
  readonly definition: CollectionDefinition;
  /** Present exactly when the collection is in tenant scope. */
  readonly tenantId: TenantId | undefined;
  readonly runner: OperationRunner;
  readonly clock: Clock;
  readonly cursors: CursorCodec;
  readonly capabilities: ServerCapabilities;
  /** The place of another collection of the same tenant, or of CAAS: where a pipeline may join it. */
  readonly namespaceOf: (definition: CollectionDefinition) => Namespace;
}

/** The filter for one document of this repository by its id, deleted or not. Throws `ValidationError` (VAL_ID_FORMAT) for a malformed id. */
export function idFilter(context: RepositoryContext, id: string): { _id: string } & StoredFilter {
  checkId(context.definition, id);
  return context.tenantId === undefined ? { _id: id } : { _id: id, tenant_id: context.tenantId };
}

/** The same for a live document. */
export function liveFilter(context: RepositoryContext, id: string): { _id: string } & StoredFilter {
  const filter = idFilter(context, id);
  return context.definition.softDelete ? { ...filter, deleted_at: null } : filter;
}

/** Throws `ValidationError` (VAL_ID_FORMAT) unless the value has the form of the collection's ids. */
export function checkId(definition: CollectionDefinition, id: unknown): asserts id is string {
  if (isIdOf(definition, id)) return;
  const { field, prefix } = definition.id;
  const form = prefix === 'row' || prefix === 'name' ? `a ${prefix} id` : `an id that starts with ${prefix}_`;
  throw new ValidationError([{ field: `/${field}`, code: 'id_format', message: `must be ${form}` }], {
    code: 'VAL_ID_FORMAT',
  });
}

/**
 * Gives a document its tenant, its id unless it has one, its times and version 0. Takes a copy; the caller's object stays as it is.
 * Throws for another tenant's document (AUTHZ_CROSS_TENANT) and for a malformed id (VAL_ID_FORMAT).
 */
export function stampedDocument(context: RepositoryContext, document: Readonly<Record<string, unknown>>, now: Date): StoredDocument {
  const { definition, tenantId } = context;
  const { field } = definition.id;
  const id = document[field] ?? newIdFor(definition);
  checkId(definition, id);
  if (tenantId !== undefined) refuseOtherTenant(tenantId, document['tenant_id'], 'document');
  // A plain loop: a rest pattern with a computed name costs ten times as much, and bulk inserts come through here.
  const stored: StoredDocument = { _id: id };
  const encoded = definition.codec.encode(document);
  for (const name in encoded) if (name !== field && name !== '__proto__') stored[name] = encoded[name];
  if (tenantId !== undefined) stored['tenant_id'] = tenantId;
  stored['created_at'] = now;
  stored['updated_at'] = now;
  if (definition.softDelete) {
    stored['deleted_at'] = null;
    stored['deleted_by'] = null;
  }
  stored['__v'] = 0;
  return stored;
}

/** A document just inserted as everybody else sees it: with the caller's numbers in place of the driver's. */
export function insertedDocument(
  { definition }: RepositoryContext,
  document: Readonly<Record<string, unknown>>,
  stored: StoredDocument,
): Record<string, unknown> {
  const outside = definition.codec.decode(stored);
  for (const name of Object.keys(document)) if (name !== definition.id.field && name !== 'tenant_id') outside[name] = document[name];
  return outside;
}
