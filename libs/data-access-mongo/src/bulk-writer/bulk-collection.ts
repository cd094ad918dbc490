import { BSON } from 'mongodb';
import { type CollectionDefinition, newIdFor } from '../definition/define-collection.js';
import { type DocumentOf, type NewDocumentOf, type OwnFieldsOf } from '../definition/document-types.js';
import { type BulkChange } from '../repository/bulk-update.js';
import { type Increment } from '../repository/bulk.js';
import { type NaturalKey } from '../repository/repository.js';
import { type SoftDeleteOptions } from '../repository/soft-delete.js';
import { type Update } from '../repository/update.js';
import { type Upserted } from '../repository/upsert.js';
import { type BulkWork, isRepeatable, type NewOperation } from './bulk-operation.js';

type Fields<Definition> = OwnFieldsOf<Definition>;

export interface BulkOptions {
  /** Operations with the same key are written in the order of their adds; without one the order is free. */
  readonly orderKey?: string;
}

export interface BulkInsertOptions extends BulkOptions {
  /** Names of unique indexes over a key that makes repeats harmless: a row that is taken by one of them counts as inserted. The id always does. */
  readonly idempotentBy?: readonly string[];
}

/** Which row stands for the document, and whether it was there before. */
export interface BulkInserted {
  readonly id: string;
  readonly duplicate: boolean;
}

/**
 * Single writes to one collection that go out in batches. Each promise settles by the result of its own operation, after it is written; an error that a
 * repeat may mend arrives only after the last try. Made by `BulkWriter.forTenant` and `BulkWriter.platform`.
 */
export class BulkCollection<Definition extends CollectionDefinition> {
  readonly #definition: CollectionDefinition;
  readonly #add: (operation: NewOperation) => Promise<unknown>;

  /** @internal */
  constructor(definition: Definition, add: (operation: NewOperation) => Promise<unknown>) {
    this.#definition = definition;
    this.#add = add;
  }

  /** Inserts one document. Rejects with `DuplicateKeyError` when a unique key is taken that is not an idempotency key. */
  async insert(document: NewDocumentOf<Definition>, { orderKey, idempotentBy = [] }: BulkInsertOptions = {}): Promise<BulkInserted> {
    const { field } = this.#definition.id;
    const given = document as Readonly<Record<string, unknown>>;
    // The id is chosen here, so that a repeat meets its own row.
    const id = (given[field] as string | undefined) ?? newIdFor(this.#definition);
    const whole = { ...given, [field]: id } as NewDocumentOf<CollectionDefinition>;
    return this.#send({ kind: 'insert', id, document: whole, idempotentBy }, { orderKey, repeatable: true }) as Promise<BulkInserted>;
  }

  /**
   * Changes one live document as `Repository.update` does, with `updated_at` and version. Resolves when the change was made wherever document and guard
   * allow it; a bulk write does not tell which ones those were.
   */
  async update(change: BulkChange<DocumentOf<Definition>, Fields<Definition>>, { orderKey }: BulkOptions = {}): Promise<void> {
    const repeatable = change.expectedVersion !== undefined || isRepeatable(change);
    await this.#send({ kind: 'update', change: change as never }, { orderKey, repeatable });
  }

  /**
   * Adds to a counter of one live document; leaves `updated_at` and version alone. Is not repeated when the server may have counted already: then it
   * rejects, and its caller decides.
   */
  async increment(increment: Increment, { orderKey }: BulkOptions = {}): Promise<void> {
    await this.#send({ kind: 'increment', increment }, { orderKey, repeatable: false });
  }

  /** Changes the live document with this natural key or inserts one, as `Repository.upsert` does. */
  async upsert(
    key: NaturalKey<Definition>,
    { create, change }: { readonly create: NewDocumentOf<Definition>; readonly change: Update<Fields<Definition>> },
    { orderKey }: BulkOptions = {},
  ): Promise<Upserted<DocumentOf<Definition>>> {
    const work = { kind: 'upsert', key, create, change } as unknown as BulkWork;
    const repeatable = isRepeatable(change);
    return this.#send(work, { orderKey, repeatable }) as Promise<Upserted<DocumentOf<Definition>>>;
  }

  /** Marks one document deleted as `Repository.softDelete` does; one that is deleted already stays as it is. */
  async softDelete(id: string, by: string, { orderKey, set }: BulkOptions & SoftDeleteOptions<Fields<Definition>> = {}): Promise<void> {
    await this.#send({ kind: 'soft_delete', id, by, set: set as never }, { orderKey, repeatable: true });
  }

  #send(work: BulkWork, { orderKey, repeatable }: { orderKey: string | undefined; repeatable: boolean }): Promise<unknown> {
    return this.#add({ work, orderKey, repeatable, bytes: sizeOf(work) });
  }
}

/** Bytes of an operation in a command, near enough. */
function sizeOf(work: BulkWork): number {
  return BSON.calculateObjectSize(work.kind === 'insert' ? work.document : work, { ignoreUndefined: true });
}
