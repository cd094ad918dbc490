import { type CollectionDefinition } from '../definition/define-collection.js';
import { type DocumentOf, type NewDocumentOf, type OwnFieldsOf } from '../definition/document-types.js';
import { type StoredDocument } from '../definition/document-codec.js';
import {
  type BulkUpdateResult,
  type Increment,
  incrementMany,
  insertMany,
  type InsertManyOptions,
  type InsertManyResult,
  type UpdateById,
  updateManyById,
} from './bulk.js';
import { type BulkChange, type BulkChanges, bulkUpdate, type BulkUpdateOptions } from './bulk-update.js';
import { load, type LoadedDocument } from './load.js';
import { type WriteOptions } from './operation-runner.js';
import { type Filter } from './operators.js';
import { purge, type PurgeOptions } from './purge.js';
import { ReadRepository } from './read-repository.js';
import { insertedDocument, type RepositoryContext, stampedDocument } from './repository-context.js';
import { restore, softDelete, softDeleteMany, type SoftDeleteOptions } from './soft-delete.js';
import { type Update } from './update.js';
import { findOrCreate, upsert, type Upserted } from './upsert.js';
import {
  type ChangedMany,
  deleteMany,
  deleteOne,
  type FindAndChangeOptions,
  findOneAndDelete,
  findOneAndUpdate,
  nowOf,
  updateMany,
  updateOne,
  type UpdateOptions,
} from './writes.js';

type Fields<Definition> = OwnFieldsOf<Definition>;
/** Fields that tell a document from all others of its tenant, with their values. */
export type NaturalKey<Definition> = { readonly [Field in keyof OwnFieldsOf<Definition>]?: OwnFieldsOf<Definition>[Field] };

/**
 * Reads and writes of one collection. In tenant scope every filter and every document carries the tenant; there is no method that leaves it out.
 * Besides what reads reject with: `DuplicateKeyError` for taken unique keys, `VersionConflictError`, and `TenantMigratingError` (retryable, nothing was
 * written) while the tenant's data changes place.
 */
export class Repository<Definition extends CollectionDefinition> extends ReadRepository<Definition> {
  readonly #context: RepositoryContext;

  /** @internal Made by `forTenant` and `platform` only. */
  constructor(context: RepositoryContext) {
    super(context);
    this.#context = context;
  }

  /** Inserts one document and resolves with it as stored. Rejects with `DuplicateKeyError` naming the field when a unique key is taken. */
  async insert(document: NewDocumentOf<Definition>, options: WriteOptions = {}): Promise<DocumentOf<Definition>> {
    const stored = stampedDocument(this.#context, document, nowOf(this.#context));
    await this.#context.runner.write('insert', (collection, driver) => collection.insertOne(stored, driver), options);
    return insertedDocument(this.#context, document, stored) as DocumentOf<Definition>;
  }

  /**
   * Inserts many at once, unordered unless told otherwise. Duplicates on a unique key are reported, not thrown, so that a replay is
   * harmless; anything else rejects, and documents without a fault may have been inserted by then.
   */
  insertMany(documents: readonly NewDocumentOf<Definition>[], options: InsertManyOptions = {}): Promise<InsertManyResult> {
    return insertMany(this.#context, documents, options);
  }

  /**
   * Changes one live document and resolves with it as it is then. Stamps `updated_at`, counts `__v` up. Rejects with `NotFoundError`, and with
   * `VersionConflictError` (RES_VERSION, the present version in `currentVersion`) when `expectedVersion` is not the stored one.
   */
  async update(id: string, change: Update<Fields<Definition>>, options: UpdateOptions = {}): Promise<DocumentOf<Definition>> {
    return this.#decode(await updateOne(this.#context, { id, change }, options));
  }

  /** The same change for all live documents that match; each counts `__v` up. Rejects with `ValidationError` for a filter that all would meet. */
  updateMany(filter: Filter<DocumentOf<Definition>>, change: Update<Fields<Definition>>, options: WriteOptions = {}): Promise<ChangedMany> {
    return updateMany(this.#context, { filter, change }, options);
  }

  /**
   * Finds and changes one live document in one atomic step, so that of several callers each gets another one or nothing. Resolves with it as it is then,
   * or `undefined` when none matches.
   */
  async findOneAndUpdate(
    filter: Filter<DocumentOf<Definition>>,
    change: Update<Fields<Definition>>,
    options: FindAndChangeOptions<DocumentOf<Definition>> = {},
  ): Promise<DocumentOf<Definition> | undefined> {
    const found = await findOneAndUpdate(this.#context, { filter, change }, options);
    return found === null ? undefined : this.#decode(found);
  }

  /**
   * Changes the live document with this natural key, or inserts `create` with it; both carry the tenant. Needs a unique index over the fields of the
   * key (`InternalError` otherwise); rejects with `DuplicateKeyError` when another unique key of `create` is taken.
   */
  async upsert(
    key: NaturalKey<Definition>,
    { create, change }: { readonly create: NewDocumentOf<Definition>; readonly change: Update<Fields<Definition>> },
    options: WriteOptions = {},
  ): Promise<Upserted<DocumentOf<Definition>>> {
    const { document, created } = await upsert(this.#context, { key, create, change }, options);
    return { document: this.#decode(document), created };
  }

  /** The live document with this natural key, inserted from `create` when there is none: one atomic step. As {@link upsert} otherwise. */
  async findOrCreate(
    key: NaturalKey<Definition>,
    create: NewDocumentOf<Definition>,
    options: WriteOptions = {},
  ): Promise<Upserted<DocumentOf<Definition>>> {
    const { document, created } = await findOrCreate(this.#context, { key, create }, options);
    return { document: this.#decode(document), created };
  }

  /**
   * Marks one document deleted, by whom and when; reads no longer see it. Resolves with false when it was deleted already or never existed,
   * so that a repeat is harmless. Only for definitions with soft delete.
   */
  softDelete(id: string, by: string, options: SoftDeleteOptions<Fields<Definition>> = {}): Promise<boolean> {
    return softDelete(this.#context, { id, by }, options);
  }

  /** The same for all live documents that match; resolves with their number. Rejects with `ValidationError` for a filter that all would meet. */
  softDeleteMany(filter: Filter<DocumentOf<Definition>>, by: string, options: SoftDeleteOptions<Fields<Definition>> = {}): Promise<number> {
    return softDeleteMany(this.#context, { filter, by }, options);
  }

  /**
   * Brings a deleted document back and resolves with it; one that lives is left as it is. Rejects with `NotFoundError`, and with `DuplicateKeyError`
   * when a live one took a natural key of it in the meantime.
   */
  async restore(id: string, options: SoftDeleteOptions<Fields<Definition>> = {}): Promise<DocumentOf<Definition>> {
    return this.#decode(await restore(this.#context, id, options));
  }

  /** Removes one document for good; false when there was none. Only for definitions without soft delete. */
  delete(id: string, options: WriteOptions = {}): Promise<boolean> {
    return deleteOne(this.#context, id, options);
  }

  /** Removes all documents that match for good; resolves with their number. As {@link delete}; rejects with `ValidationError` for a filter that all would meet. */
  deleteMany(filter: Filter<DocumentOf<Definition>>, options: WriteOptions = {}): Promise<number> {
    return deleteMany(this.#context, filter, options);
  }

  /** Removes one document and resolves with it, in one atomic step: of several callers one gets it. `undefined` when none matches. As {@link delete}. */
  async findOneAndDelete(
    filter: Filter<DocumentOf<Definition>>,
    options: Omit<FindAndChangeOptions<DocumentOf<Definition>>, 'returnBefore'> = {},
  ): Promise<DocumentOf<Definition> | undefined> {
    const found = await findOneAndDelete(this.#context, filter, options);
    return found === null ? undefined : this.#decode(found);
  }

  /**
   * Adds to a counter of each document, atomically per document and concurrently among them, and resolves with the values after, in the given
   * order; `undefined` where there is no such document or field. Leaves `updated_at` and `__v` alone: counters move with traffic, and
   * would make every optimistic update of the same document fail.
   */
  incrementMany(increments: readonly Increment[]): Promise<(number | undefined)[]> {
    return incrementMany(this.#context, increments);
  }

  /**
   * Changes many documents by id in one unordered bulk write, each only while its guard `where` holds. Leaves `updated_at` and `__v` alone:
   * for summaries that follow other data, not for edits by people.
   */
  updateManyById(updates: readonly UpdateById<DocumentOf<Definition>, Fields<Definition>>[]): Promise<BulkUpdateResult> {
    return updateManyById(this.#context, updates);
  }

  /**
   * Different changes to many live documents in one bulk write, each with `updated_at` and version as {@link update} has them. What the server refuses
   * one by one is reported in `failures`; a change whose document is missing, deleted or does not meet its guard is not counted as matched.
   */
  bulkUpdate(
    changes: readonly BulkChange<DocumentOf<Definition>, Fields<Definition>>[],
    options: BulkUpdateOptions = {},
  ): Promise<BulkChanges> {
    return bulkUpdate(this.#context, changes, options);
  }

  #decode(stored: StoredDocument): DocumentOf<Definition> {
    return this.#context.definition.codec.decode(stored) as DocumentOf<Definition>;
  }
}

/** Rows of a tenant in the hands of a life-cycle job, whatever the tenant's state; or rows of CAAS itself. */
export class LifecycleRepository<Definition extends CollectionDefinition> extends Repository<Definition> {
  readonly #context: RepositoryContext;

  /** @internal Made by `operateOnTenant` and `operateOnPlatform` only. */
  constructor(context: RepositoryContext) {
    super(context);
    this.#context = context;
  }

  /**
   * Removes documents for good, soft-deleted ones included, in steps of at most 1 000 with pauses, and resolves with their number. `{}` means all of the
   * tenant. Can be repeated after a failure.
   */
  purge(filter: Filter<DocumentOf<Definition>>, options: PurgeOptions = {}): Promise<number> {
    return purge(this.#context, filter, options);
  }

  /**
   * Inserts whole documents with their own times and versions, unordered: for what brings rows in from elsewhere. Duplicates are reported as
   * {@link insertMany} does.
   */
  load(documents: readonly LoadedDocument<Definition>[], options: WriteOptions = {}): Promise<InsertManyResult> {
    return load(this.#context, documents, options);
  }
}

/** Rows of one tenant. */
export type TenantRepository<Definition extends CollectionDefinition> = Repository<Definition>;

/** Rows of CAAS itself. */
export type PlatformRepository<Definition extends CollectionDefinition> = Repository<Definition>;
