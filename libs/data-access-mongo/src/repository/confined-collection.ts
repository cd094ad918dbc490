import {
  type AggregateOptions,
  type AnyBulkWriteOperation,
  type BulkWriteOptions,
  type BulkWriteResult,
  type ChangeStream,
  type ChangeStreamOptions,
  type Collection,
  type CountDocumentsOptions,
  type DeleteResult,
  type Document,
  type FindOneAndDeleteOptions,
  type FindOneAndUpdateOptions,
  type FindOptions,
  type InsertManyResult,
  type InsertOneResult,
  type ModifyResult,
  type UpdateFilter,
  type UpdateOptions,
  type UpdateResult,
} from 'mongodb';
import { type TenantId } from '@caas/schema';
import { type RecordedCall } from '../analysis/recorded-call.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { checkBulkOperation, checkChangePipeline, checkDocument, checkFilter, checkPipeline, checkUpdate } from './border-checks.js';
import { type StoredFilter } from './filter.js';
import { type DriverOptions } from './driver-options.js';

type Update = UpdateFilter<StoredDocument>;

/**
 * The only form in which repositories hold a driver collection. Has the methods that {@link COLLECTION_MEMBERS} lists as confined and no others, and
 * lets a call of a tenant's repository through only when the filter, document or pipeline carries that tenant where the server will apply it:
 * a repository method that forgets the tenant fails here and reaches no row. Throws `InternalError` then. No cursor leaves either, because a
 * cursor's filter can be replaced.
 */
export class ConfinedCollection {
  readonly #collection: Collection<StoredDocument>;
  readonly #tenantId: TenantId | undefined;
  readonly #call: RecordedCall | undefined;

  /** `tenantId`: absent for a platform collection, whose rows belong to CAAS. `call` is told of what goes to the driver. */
  constructor(collection: Collection<StoredDocument>, tenantId: TenantId | undefined, call?: RecordedCall) {
    this.#collection = collection;
    this.#tenantId = tenantId;
    this.#call = call;
  }

  insertOne(document: StoredDocument, options: DriverOptions): Promise<InsertOneResult<StoredDocument>> {
    checkDocument(this.#tenantId, document);
    this.#call?.note('insertOne', document);
    return this.#collection.insertOne(document, options);
  }

  insertMany(documents: readonly StoredDocument[], options: DriverOptions & BulkWriteOptions): Promise<InsertManyResult<StoredDocument>> {
    for (const document of documents) checkDocument(this.#tenantId, document);
    this.#call?.note('insertMany', documents);
    return this.#collection.insertMany(documents, options);
  }

  find(filter: StoredFilter, options: DriverOptions & FindOptions): Promise<StoredDocument[]> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('find', filter, options);
    return this.#collection.find(filter, options).toArray();
  }

  findOne(filter: StoredFilter, options: DriverOptions & FindOptions): Promise<StoredDocument | null> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('findOne', filter, options);
    return this.#collection.findOne(filter, options);
  }

  countDocuments(filter: StoredFilter, options: DriverOptions & CountDocumentsOptions): Promise<number> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('countDocuments', filter, options);
    return this.#collection.countDocuments(filter, options);
  }

  distinct(path: string, filter: StoredFilter, options: DriverOptions): Promise<unknown[]> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('distinct', path, filter, options);
    return this.#collection.distinct(path, filter, options);
  }

  updateOne(filter: StoredFilter, update: Update, options: DriverOptions & UpdateOptions): Promise<UpdateResult<StoredDocument>> {
    checkFilter(this.#tenantId, filter);
    checkUpdate(this.#tenantId, update);
    this.#call?.note('updateOne', filter, update, options);
    return this.#collection.updateOne(filter, update, options);
  }

  updateMany(filter: StoredFilter, update: Update, options: DriverOptions & UpdateOptions): Promise<UpdateResult<StoredDocument>> {
    checkFilter(this.#tenantId, filter);
    checkUpdate(this.#tenantId, update);
    this.#call?.note('updateMany', filter, update, options);
    return this.#collection.updateMany(filter, update, options);
  }

  /** Resolves with the document, not with the server's report. */
  findOneAndUpdate(
    filter: StoredFilter,
    update: Update,
    options: DriverOptions & Omit<FindOneAndUpdateOptions, 'includeResultMetadata'>,
  ): Promise<StoredDocument | null> {
    checkFilter(this.#tenantId, filter);
    checkUpdate(this.#tenantId, update);
    this.#call?.note('findOneAndUpdate', filter, update, options);
    return this.#collection.findOneAndUpdate(filter, update, options);
  }

  /** Inserts when nothing matches; resolves with the document and whether it was there before. */
  upsertOne(filter: StoredFilter, update: Update, options: DriverOptions): Promise<ModifyResult<StoredDocument>> {
    checkFilter(this.#tenantId, filter);
    checkUpdate(this.#tenantId, update);
    this.#call?.note('findOneAndUpdate', filter, update, options);
    return this.#collection.findOneAndUpdate(filter, update, {
      ...options,
      upsert: true,
      returnDocument: 'after',
      includeResultMetadata: true,
    });
  }

  findOneAndDelete(
    filter: StoredFilter,
    options: DriverOptions & Omit<FindOneAndDeleteOptions, 'includeResultMetadata'>,
  ): Promise<StoredDocument | null> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('findOneAndDelete', filter, options);
    return this.#collection.findOneAndDelete(filter, options);
  }

  deleteOne(filter: StoredFilter, options: DriverOptions): Promise<DeleteResult> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('deleteOne', filter);
    return this.#collection.deleteOne(filter, options);
  }

  deleteMany(filter: StoredFilter, options: DriverOptions): Promise<DeleteResult> {
    checkFilter(this.#tenantId, filter);
    this.#call?.note('deleteMany', filter);
    return this.#collection.deleteMany(filter, options);
  }

  bulkWrite(
    operations: readonly AnyBulkWriteOperation<StoredDocument>[],
    options: DriverOptions & BulkWriteOptions,
  ): Promise<BulkWriteResult> {
    for (const operation of operations) checkBulkOperation(this.#tenantId, operation);
    this.#call?.note('bulkWrite', operations);
    return this.#collection.bulkWrite(operations, options);
  }

  aggregate(pipeline: readonly Document[], options: DriverOptions & AggregateOptions): Promise<Document[]> {
    checkPipeline(this.#tenantId, pipeline);
    this.#call?.note('aggregate', pipeline);
    return this.#collection.aggregate([...pipeline], options).toArray();
  }

  /** The one thing that is handed out open: the caller closes it. */
  watch(pipeline: readonly Document[], options: ChangeStreamOptions): ChangeStream<StoredDocument> {
    checkChangePipeline(this.#tenantId, pipeline);
    return this.#collection.watch<StoredDocument>([...pipeline], options);
  }
}
