import { NotFoundError, ValidationError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type DocumentOf } from '../definition/document-types.js';
import { aggregate, type AggregateOptions } from './aggregate.js';
import { findExisting } from './bulk.js';
import { compileFilter } from './filter.js';
import { type OffsetPage, type OffsetPageOptions, readOffsetPage } from './offset-page.js';
import { type Filter } from './operators.js';
import { type Page, type PageOptions, readPage } from './page.js';
import { type Stage } from './pipeline/joins.js';
import { compileProjection, storedField } from './projection.js';
import { type CountOptions, type FindManyOptions, type FindOneOptions, type FindOptions, type ReadOptions } from './read-options.js';
import { checkId, type RepositoryContext } from './repository-context.js';
import { compileSort } from './sort.js';
import { type SearchOptions, searchText } from './text-search.js';
import { type Change, watch, type WatchOptions } from './watch.js';

const FIND_LIMIT_DEFAULT = 1_000;
const FIND_LIMIT_MAX = 10_000;

/** Names of the fields of a collection, as `select` takes them. */
export type FieldOf<Definition> = keyof DocumentOf<Definition> & string;
/** A document with the selected fields. */
export type Selected<Definition, Field extends FieldOf<Definition>> = Pick<DocumentOf<Definition>, Field>;

/**
 * Reads of one collection. In tenant scope every filter carries the tenant; there is no method that leaves it out. All methods reject with errors of
 * `@caas/runtime`: `ValidationError` for what a caller sent, `CrossTenantAccessError` for another tenant's id in a filter, `UnavailableError` and
 * `TimeoutError` (both retryable) when the server does not answer.
 */
export class ReadRepository<Definition extends CollectionDefinition> {
  readonly #context: RepositoryContext;

  /** @internal Made by `forTenant`, `inspectTenant` and `platform` only. */
  constructor(context: RepositoryContext) {
    this.#context = context;
  }

  /** The document with this id. Rejects with `NotFoundError` when there is none in this tenant, whoever else may have it. */
  async get<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    id: string,
    options: FindOptions<Field> = {},
  ): Promise<Selected<Definition, Field>> {
    checkId(this.#context.definition, id);
    const found = await this.findOne({ [this.#context.definition.id.field]: id } as Filter<DocumentOf<Definition>>, options);
    if (found === undefined) throw new NotFoundError();
    return found;
  }

  /** The document with this id, or `undefined`. Rejects with `ValidationError` (VAL_ID_FORMAT) for a malformed id. */
  async find<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    id: string,
    options: FindOptions<Field> = {},
  ): Promise<Selected<Definition, Field> | undefined> {
    checkId(this.#context.definition, id);
    return this.findOne({ [this.#context.definition.id.field]: id } as Filter<DocumentOf<Definition>>, options);
  }

  /** One document that matches, or `undefined`. Which one is open when several match and no `sort` says. */
  async findOne<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    filter: Filter<DocumentOf<Definition>>,
    options: FindOneOptions<DocumentOf<Definition>, Field> = {},
  ): Promise<Selected<Definition, Field> | undefined> {
    const { definition, runner } = this.#context;
    const compiled = compileFilter(this.#context, filter, options);
    const projection = compileProjection(definition, options.select);
    const sort = options.sort === undefined ? undefined : this.#order(options.sort);
    const found = await runner.read(
      'find_one',
      (collection, driver) => collection.findOne(compiled, { ...driver, ...(projection && { projection }), ...(sort && { sort }) }),
      options,
    );
    return found === null ? undefined : (definition.codec.decode(found) as Selected<Definition, Field>);
  }

  /** All documents that match, at most `limit`. */
  async findMany<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    filter: Filter<DocumentOf<Definition>>,
    options: FindManyOptions<DocumentOf<Definition>, Field> = {},
  ): Promise<Selected<Definition, Field>[]> {
    const { definition, runner } = this.#context;
    const { limit = FIND_LIMIT_DEFAULT } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > FIND_LIMIT_MAX) {
      throw new ValidationError([{ field: '/limit', code: 'limit', message: `must be an integer from 1 to ${FIND_LIMIT_MAX}` }]);
    }
    const compiled = compileFilter(this.#context, filter, options);
    const sort = this.#order(options.sort ?? {});
    const projection = compileProjection(definition, options.select);
    const rows = await runner.read(
      'find_many',
      (collection, driver) => collection.find(compiled, { ...driver, sort, limit, ...(projection && { projection }) }),
      options,
    );
    return rows.map((row) => definition.codec.decode(row) as Selected<Definition, Field>);
  }

  /** One page of a list, by signed cursor, forward and backward. Rejects with `ValidationError` (VAL_CURSOR_INVALID) for a foreign cursor. */
  page<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    filter: Filter<DocumentOf<Definition>>,
    options: PageOptions<DocumentOf<Definition>, Field>,
  ): Promise<Page<Selected<Definition, Field>>> {
    return readPage(this.#context, filter, options) as Promise<Page<Selected<Definition, Field>>>;
  }

  /** One page of a list by its number, for lists that people leaf through; skips at most 10 000 rows. `page` is better wherever it will do. */
  pageByOffset<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    filter: Filter<DocumentOf<Definition>>,
    options: OffsetPageOptions<DocumentOf<Definition>, Field>,
  ): Promise<OffsetPage<Selected<Definition, Field>>> {
    return readOffsetPage(this.#context, filter, options) as Promise<OffsetPage<Selected<Definition, Field>>>;
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

  /** The different values of one field among the documents that match; of an array field, of its elements. */
  async distinct<Field extends FieldOf<Definition>>(
    field: Field | `${string}.${string}`,
    filter: Filter<DocumentOf<Definition>>,
    options: ReadOptions = {},
  ): Promise<unknown[]> {
    const path = storedField(this.#context.definition, field);
    const compiled = compileFilter(this.#context, filter, options);
    return this.#context.runner.read('distinct', (collection, driver) => collection.distinct(path, compiled, driver), options);
  }

  /**
   * One page of the documents whose text index holds the words, best first unless a sort is given, by signed cursor as `page`. By
   * relevance there are the best thousand and no more. Rejects with `AppError`
   * (SYS_NOT_IMPLEMENTED) on a server without text search, and with `InternalError` for a collection without a text index.
   */
  async search<Field extends FieldOf<Definition> = FieldOf<Definition>>(
    text: string,
    filter: Filter<DocumentOf<Definition>>,
    options: SearchOptions<DocumentOf<Definition>, Field> = {},
  ): Promise<Page<Selected<Definition, Field>>> {
    return (await searchText(this.#context, { text, filter }, options)) as Page<Selected<Definition, Field>>;
  }

  /**
   * Rows that a pipeline makes of the live documents that meet `where`, with stored names (`_id`). Stages and operators are allow-listed; other
   * collections are joined by `lookup`, `graphLookup` and `unionWith`, which confine them as this repository is confined.
   */
  async aggregate<Row = Record<string, unknown>>(
    stages: readonly Stage[],
    options: AggregateOptions<DocumentOf<Definition>> = {},
  ): Promise<Row[]> {
    return (await aggregate(this.#context, stages, options)) as Row[];
  }

  /**
   * Which of these ids are stored, deleted ones included, with the named fields and the id; one query. Ids that are not stored are absent
   * from the map. For dropping what a replay brings again.
   */
  async findExisting<Field extends FieldOf<Definition>>(
    ids: readonly string[],
    fields: readonly Field[] = [],
  ): Promise<Map<string, Selected<Definition, Field>>> {
    return (await findExisting(this.#context, ids, fields)) as Map<string, Selected<Definition, Field>>;
  }

  /**
   * Hands out changes of the tenant's documents one after another, each after the handler of the one before has settled. Resolves when `signal`
   * aborts; rejects when the handler does, when the server cannot go on from the position, and with `AppError` (SYS_NOT_IMPLEMENTED) without change
   * streams. One stream per call: pipelines over all tenants use one stream of the deployment instead.
   */
  watch(handle: (change: Change<DocumentOf<Definition>>) => Promise<void> | void, options: WatchOptions): Promise<void> {
    return watch(this.#context, (change) => handle(change as Change<DocumentOf<Definition>>), options);
  }

  #order(sort: Readonly<Record<string, unknown>>): [string, 1 | -1][] {
    return compileSort(this.#context.definition, sort).map(({ path, direction }) => [path, direction]);
  }
}
