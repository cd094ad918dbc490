import { ConflictError, InternalError, NotFoundError, ValidationError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type DocumentOf, type NewDocumentOf, type OwnFieldsOf } from '../definition/document-types.js';
import { type StoredDocument } from '../definition/document-codec.js';
import {
  type BulkUpdateResult,
  findExisting,
  type Increment,
  incrementMany,
  insertMany,
  type InsertManyOptions,
  type InsertManyResult,
  type UpdateById,
  updateManyById,
} from './bulk.js';
import { compileFilter } from './filter.js';
import { type OperationOptions, type ReadFrom } from './operation-runner.js';
import { type Filter } from './operators.js';
import { type Page, type PageOptions, readPage } from './page.js';
import { checkId, idFilter, insertedDocument, type RepositoryContext, stampedDocument } from './repository-context.js';
import { compileSort, type Sort } from './sort.js';
import { compileUpdate, driverUpdate, type Update } from './update.js';

export interface ReadOptions extends OperationOptions {
  /** Deleted documents too; false unless given. */
  readonly includeDeleted?: boolean;
  /** `primaryPreferred` unless given; `primary` for decisions on access, quota and status. */
  readonly readFrom?: ReadFrom;
}

export interface FindManyOptions<Document> extends ReadOptions {
  readonly sort?: Sort<Document>;
  /** 1–10 000; 1 000 unless given. For what may be longer, use `page`. */
  readonly limit?: number;
}

export interface UpdateOptions extends OperationOptions {
  /** The change applies to exactly this `__v`. */
  readonly expectedVersion?: number | undefined;
}

export interface CountOptions extends ReadOptions {
  /** Stop counting here; a count that may be large is not worth its price. */
  readonly max?: number;
}

const FIND_LIMIT_DEFAULT = 1_000;
const FIND_LIMIT_MAX = 10_000;

/**
 * Reads and writes of one collection. In tenant scope every filter and every document carries the tenant; there is no method that
 * leaves it out. All methods reject with errors of `@caas/runtime`: `ValidationError` for what a caller sent, `ConflictError` for taken unique
 * keys and versions, `UnavailableError` and `TimeoutError` (both retryable) when the server does not answer.
 */
export class Repository<Definition extends CollectionDefinition> {
  readonly #context: RepositoryContext;

  /** @internal Made by `forTenant` and `platform` only. */
  constructor(context: RepositoryContext) {
    this.#context = context;
  }

  /** Inserts one document and resolves with it as stored. Rejects with `ConflictError` naming the field when a unique key is taken. */
  async insert(document: NewDocumentOf<Definition>, options: OperationOptions = {}): Promise<DocumentOf<Definition>> {
    const stored = stampedDocument(this.#context, document, this.#now());
    await this.#context.runner.run('insert', (collection, driver) => collection.insertOne(stored, driver), options);
    return insertedDocument(this.#context, document, stored) as DocumentOf<Definition>;
  }

  /**
   * Inserts many at once, unordered unless told otherwise. Duplicates on a unique key are reported, not thrown, so that a replay is
   * harmless; anything else rejects, and documents without a fault may have been inserted by then.
   */
  insertMany(documents: readonly NewDocumentOf<Definition>[], options: InsertManyOptions = {}): Promise<InsertManyResult> {
    return insertMany(this.#context, documents, options);
  }

  /** The document with this id. Rejects with `NotFoundError` when there is none in this tenant, whoever else may have it. */
  async get(id: string, options: ReadOptions = {}): Promise<DocumentOf<Definition>> {
    const found = await this.find(id, options);
    if (found === undefined) throw new NotFoundError();
    return found;
  }

  /** The document with this id, or `undefined`. Rejects with `ValidationError` (VAL_ID_FORMAT) for a malformed id. */
  async find(id: string, options: ReadOptions = {}): Promise<DocumentOf<Definition> | undefined> {
    checkId(this.#context.definition, id);
    return this.findOne({ [this.#context.definition.id.field]: id } as Filter<DocumentOf<Definition>>, options);
  }

  /** One document that matches, or `undefined`. Which one is open when several match. */
  async findOne(filter: Filter<DocumentOf<Definition>>, options: ReadOptions = {}): Promise<DocumentOf<Definition> | undefined> {
    const compiled = compileFilter(this.#context, filter, options);
    const found = await this.#context.runner.read('find_one', (collection, driver) => collection.findOne(compiled, driver), options);
    return found === null ? undefined : this.#decode(found);
  }

  /** All documents that match, at most `limit`. */
  async findMany(
    filter: Filter<DocumentOf<Definition>>,
    options: FindManyOptions<DocumentOf<Definition>> = {},
  ): Promise<DocumentOf<Definition>[]> {
    const { limit = FIND_LIMIT_DEFAULT, sort = {} } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > FIND_LIMIT_MAX) {
      throw new ValidationError([{ field: '/limit', code: 'limit', message: `must be an integer from 1 to ${FIND_LIMIT_MAX}` }]);
    }
    const compiled = compileFilter(this.#context, filter, options);
    const order = compileSort(this.#context.definition, sort).map(({ path, direction }): [string, 1 | -1] => [path, direction]);
    const rows = await this.#context.runner.read(
      'find_many',
      (collection, driver) => collection.find(compiled, { ...driver, sort: order, limit }).toArray(),
      options,
    );
    return rows.map((row) => this.#decode(row));
  }

  /** One page of a list, by signed cursor, forward and backward. Rejects with `ValidationError` (VAL_CURSOR_INVALID) for a foreign cursor. */
  page(filter: Filter<DocumentOf<Definition>>, options: PageOptions<DocumentOf<Definition>>): Promise<Page<DocumentOf<Definition>>> {
    return readPage(this.#context, filter, options) as Promise<Page<DocumentOf<Definition>>>;
  }

  /**
   * Changes one live document and resolves with it as it is then. Stamps `updated_at`, counts `__v` up. Rejects with `NotFoundError`, and with
   * `ConflictError` (RES_VERSION, the present version in `details.version`) when `expectedVersion` is not the stored one.
   */
  async update(id: string, change: Update<OwnFieldsOf<Definition>>, options: UpdateOptions = {}): Promise<DocumentOf<Definition>> {
    const compiled = compileUpdate(this.#context.definition, change);
    const update = driverUpdate({
      ...compiled,
      $set: { ...compiled.$set, updated_at: this.#now() },
      $inc: { ...compiled.$inc, __v: 1 },
    });
    const { expectedVersion } = options;
    const filter = { ...this.#liveFilter(id), ...(expectedVersion === undefined ? {} : { __v: expectedVersion }) };
    const after = await this.#context.runner.run(
      'update',
      (collection, driver) => collection.findOneAndUpdate(filter, update, { ...driver, returnDocument: 'after' }),
      options,
    );
    if (after !== null) return this.#decode(after);
    const present = await this.#context.runner.read(
      'update_conflict',
      (collection, driver) => collection.findOne(this.#liveFilter(id), { ...driver, projection: { __v: 1 } }),
      { readFrom: 'primary' },
    );
    if (present === null) throw new NotFoundError();
    throw new ConflictError(`The document of "${this.#context.definition.name}" was changed in the meantime.`, {
      code: 'RES_VERSION',
      details: { version: present['__v'], expectedVersion },
    });
  }

  /**
   * Marks one document deleted, by whom and when; reads no longer see it. Resolves with false when it was deleted already or never existed,
   * so that a repeat is harmless. Only for definitions with soft delete.
   */
  async softDelete(id: string, by: string, options: OperationOptions = {}): Promise<boolean> {
    const { definition } = this.#context;
    if (!definition.softDelete) throw new InternalError(`Collection "${definition.name}" has no soft delete.`);
    const now = this.#now();
    const change = driverUpdate({ $set: { deleted_at: now, deleted_by: by, updated_at: now }, $inc: { __v: 1 } });
    const result = await this.#context.runner.run(
      'soft_delete',
      (collection, driver) => collection.updateOne(this.#liveFilter(id), change, driver),
      options,
    );
    return result.matchedCount === 1;
  }

  /** Whether any document matches. */
  async exists(filter: Filter<DocumentOf<Definition>>, options: ReadOptions = {}): Promise<boolean> {
    const compiled = compileFilter(this.#context, filter, options);
    const found = await this.#context.runner.read(
      'exists',
      (collection, driver) => collection.findOne(compiled, { ...driver, projection: { _id: 1 } }),
      options,
    );
    return found !== null;
  }

  /** How many documents match, at most `max` when given. */
  async count(filter: Filter<DocumentOf<Definition>>, options: CountOptions = {}): Promise<number> {
    const compiled = compileFilter(this.#context, filter, options);
    const { max } = options;
    return this.#context.runner.read(
      'count',
      (collection, driver) => collection.countDocuments(compiled, { ...driver, ...(max === undefined ? {} : { limit: max }) }),
      options,
    );
  }

  /**
   * Which of these ids are stored, deleted ones included, with the named fields and the id; one query. Ids that are not stored are absent
   * from the map. For dropping what a replay brings again.
   */
  async findExisting<Field extends keyof DocumentOf<Definition> & string>(
    ids: readonly string[],
    fields: readonly Field[] = [],
  ): Promise<Map<string, Pick<DocumentOf<Definition>, Field>>> {
    return (await findExisting(this.#context, ids, fields)) as Map<string, Pick<DocumentOf<Definition>, Field>>;
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
  updateManyById(updates: readonly UpdateById<DocumentOf<Definition>, OwnFieldsOf<Definition>>[]): Promise<BulkUpdateResult> {
    return updateManyById(this.#context, updates);
  }

  #liveFilter(id: string): { _id: string } & Record<string, unknown> {
    const filter = idFilter(this.#context, id);
    return this.#context.definition.softDelete ? { ...filter, deleted_at: null } : filter;
  }

  #decode(stored: StoredDocument): DocumentOf<Definition> {
    return this.#context.definition.codec.decode(stored) as DocumentOf<Definition>;
  }

  #now(): Date {
    return new Date(this.#context.clock.now());
  }
}

/** Rows of one tenant. */
export type TenantRepository<Definition extends CollectionDefinition> = Repository<Definition>;

/** Rows of CAAS itself. */
export type PlatformRepository<Definition extends CollectionDefinition> = Repository<Definition>;
