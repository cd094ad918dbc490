import { type Logger, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type CollectionDefinition, type CollectionScope, type PlatformDatabase } from '../definition/define-collection.js';
import { type DocumentOf } from '../definition/document-types.js';
import { type MendingRules } from '../ensure/planned-change.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';

/** Where a migration runs: once for CAAS itself, once for all tenants of the shared database, once for each tenant with a place of its own. */
export type MigrationPlace = 'platform' | 'shared' | TenantId;

/** Some of the definitions of the process. All given conditions hold together; by default every definition that belongs to the place. */
export interface CollectionSelection {
  readonly scope?: CollectionScope;
  readonly database?: PlatformDatabase;
  readonly names?: readonly string[];
}

/** A document as it is stored before and during a backfill: fields of the present definition may be missing, former ones present. */
export type OldDocument<Definition> = Partial<DocumentOf<Definition>> & Readonly<Record<string, unknown>>;

/** What a backfill changes in one document. */
export interface BackfillChange {
  /** Fields of the present definition; dotted paths reach into objects. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Former fields as well. */
  readonly unset?: readonly string[];
}

export interface BackfillOptions<Definition> {
  /** Names the position of this backfill in the history; unique in the migration. */
  readonly name: string;
  /**
   * Documents that still need the change, in MongoDB's language and stored names. A changed document must not match any more: that is what keeps a
   * document from being changed twice, whoever dies or runs beside. Checked after every batch.
   */
  readonly where: Readonly<Record<string, unknown>>;
  /** The change of one document, from the document alone; `undefined` leaves it as it is. */
  readonly change: (document: OldDocument<Definition>) => BackfillChange | undefined;
  /** 1–1 000 documents a batch; 500 unless given. */
  readonly batchSize?: number;
  /** Milliseconds of rest after a batch; 0 unless given. Besides, a batch waits while replicas lag. */
  readonly pauseMs?: number;
}

export interface BackfillResult {
  readonly changed: number;
  /** Documents for which `change` gave `undefined`. */
  readonly left: number;
}

/**
 * What a migration may do. In a dry run the same calls are recorded and write nothing. Once the runner's lease is lost every call rejects with
 * `MigrationLockError`, so that a runner that slept cannot go on beside its successor.
 */
export interface MigrationContext {
  readonly version: string;
  readonly place: MigrationPlace;
  readonly dryRun: boolean;
  readonly logger: Logger;
  /** Where a tenant collection is in this place. Throws `InternalError` in platform scope. */
  namespaceOf(definition: CollectionDefinition): Namespace;
  /** The tenants whose rows are in this place: all of the shared database, or the one. Empty in platform scope. */
  tenants(): AsyncIterable<TenantContext>;
  /** One tenant's data, whatever the tenant's state. Throws `InternalError` for a tenant whose rows are elsewhere. */
  forTenant(tenant: TenantContext): Pick<TenantOperator, 'repository'>;
  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition>;
  /**
   * Collections, validators and indexes of a group, as defined now. Rejects with `ConflictError` for what an operator has to decide, such as a
   * changed index without `replaceIndexes`.
   */
  ensure(selection?: CollectionSelection, rules?: Partial<MendingRules>): Promise<void>;
  /** Drops collections of a group. Rejects with `ConflictError`, before anything is dropped, when one of them has rows. */
  dropEmpty(selection?: CollectionSelection): Promise<void>;
  /**
   * Changes the documents that need it, batch by batch in the order of their ids. The position is kept in the history after each batch;
   * a run that was killed goes on there. Counts `__v` up and leaves `updated_at`.
   */
  backfill<Definition extends CollectionDefinition>(definition: Definition, options: BackfillOptions<Definition>): Promise<BackfillResult>;
}
