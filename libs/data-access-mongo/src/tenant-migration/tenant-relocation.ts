import { ConflictError, InternalError, type TenantContext, type TenantIsolation } from '@caas/runtime';
import { translateDriverError } from '../repository/driver-errors.js';
import { type CollectionAccess, type OperationEnvironment } from '../repository/operation-runner.js';
import { type Namespace, namespaceOf, type NamespaceOptions } from '../tenancy/namespaces.js';
import { type TenantCollection, type TenantOperator } from '../tenancy/tenant-data.js';
import { KeyTakenError } from './apply-rows.js';
import { BATCH_ROWS, differingRows, reconcile, type Reconciled, type ReconcileOptions, type RowPlaces } from './reconcile.js';

/** @internal What a relocation is made of. */
export interface RelocationParts extends NamespaceOptions {
  readonly environmentOf: (tenant: TenantContext) => OperationEnvironment;
  readonly operateOnTenant: (tenant: TenantContext) => TenantOperator;
  readonly ensure: (definitions: readonly TenantCollection[], tenant: TenantContext) => Promise<unknown>;
}

/**
 * The two places of a tenant that moves, and what is done between them. Knows nothing of when: whoever moves the tenant decides on the order, holds
 * writes back and changes the tenant's record. Reads and writes rows as bytes, each of this tenant only. Made by `Mongo.relocation` only.
 */
export class TenantRelocation {
  readonly #parts: RelocationParts;
  readonly #source: TenantContext;
  readonly #target: TenantContext;

  /** @internal */
  constructor(parts: RelocationParts, { tenant, to }: { tenant: TenantContext; to: TenantIsolation }) {
    if (tenant.isolation.model === to.model) throw new ConflictError('The tenant’s data is in that place already.', { code: 'RES_STATE' });
    this.#parts = parts;
    this.#source = tenant;
    this.#target = { ...tenant, isolation: to };
  }

  /** Where a collection will be. */
  target(collection: string): Namespace {
    return namespaceOf(this.#target, collection, this.#parts);
  }

  /** Makes the collections of the new place with validators and indexes. Idempotent. */
  async prepare(definitions: readonly TenantCollection[]): Promise<void> {
    await this.#parts.ensure(definitions, this.#target);
  }

  /** Rows of the tenant in the old place, deleted ones included; those behind an id only. */
  count(definition: TenantCollection, { after }: { after?: string | undefined } = {}): Promise<number> {
    const filter = { tenant_id: this.#source.tenantId, ...(after === undefined ? {} : { _id: { $gt: after } }) };
    return this.#run(definition, ({ source }) => source((collection) => collection.countDocuments(filter)));
  }

  /** One pass over one collection; see {@link reconcile}. Rejects with `ConflictError` when rows changed under it so that another pass is needed. */
  reconcile(definition: TenantCollection, options: ReconcileOptions = {}): Promise<Reconciled> {
    return this.#run(definition, (places) => reconcile(places, options));
  }

  /** Which of these rows are not the same in both places. */
  async differing(definition: TenantCollection, ids: readonly string[]): Promise<string[]> {
    const differing: string[] = [];
    for (let from = 0; from < ids.length; from += BATCH_ROWS) {
      differing.push(...(await this.#run(definition, (places) => differingRows(places, ids.slice(from, from + BATCH_ROWS)))));
    }
    return differing;
  }

  /** Removes what was put into the new place. Only while the tenant's record names the old one. Can be repeated. */
  dropTarget(definitions: readonly TenantCollection[]): Promise<void> {
    return this.#parts.operateOnTenant(this.#target).drop(definitions);
  }

  async #run<Result>(definition: TenantCollection, work: (places: RowPlaces) => Promise<Result>): Promise<Result> {
    if (definition.scope !== 'tenant') throw new InternalError('Only tenant collections move.');
    const places = {
      tenantId: this.#source.tenantId,
      source: this.#access(this.#source, definition),
      target: this.#access(this.#target, definition),
    };
    try {
      return await work(places);
    } catch (error) {
      if (error instanceof KeyTakenError) throw new ConflictError(error.message, { cause: error, retryable: true });
      throw translateDriverError(error, { collection: definition.name, operation: 'relocate' });
    }
  }

  #access(tenant: TenantContext, { name }: TenantCollection): CollectionAccess {
    return this.#parts.environmentOf(tenant).collection(namespaceOf(tenant, name, this.#parts));
  }
}
