import { type Collection } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';

/**
 * Every member of the driver's collection, and whether repositories reach it. What is not listed as confined does not exist for them; a driver
 * that gains a member fails both the compilation of this list and its spec until somebody decides.
 *
 * - `confined`: offered by `ConfinedCollection`, after its check.
 * - `refused`: no way to confine it, or no need: schema and indexes belong to `ensure`, and what is left of it would reach other tenants' rows.
 * - `passive`: names and settings; reach no data.
 */
export const COLLECTION_MEMBERS = {
  insertOne: 'confined',
  insertMany: 'confined',
  find: 'confined',
  findOne: 'confined',
  countDocuments: 'confined',
  distinct: 'confined',
  updateOne: 'confined',
  updateMany: 'confined',
  findOneAndUpdate: 'confined',
  findOneAndDelete: 'confined',
  deleteOne: 'confined',
  deleteMany: 'confined',
  bulkWrite: 'confined',
  aggregate: 'confined',
  watch: 'confined',

  // Replace a whole document, its tenant included.
  replaceOne: 'refused',
  findOneAndReplace: 'refused',
  // Count or describe all tenants of a collection.
  count: 'refused',
  estimatedDocumentCount: 'refused',
  options: 'refused',
  isCapped: 'refused',
  // Collect operations without looking at them.
  initializeOrderedBulkOp: 'refused',
  initializeUnorderedBulkOp: 'refused',
  // Change the collection for everybody in it.
  drop: 'refused',
  rename: 'refused',
  createIndex: 'refused',
  createIndexes: 'refused',
  dropIndex: 'refused',
  dropIndexes: 'refused',
  listIndexes: 'refused',
  indexes: 'refused',
  indexExists: 'refused',
  indexInformation: 'refused',
  listSearchIndexes: 'refused',
  createSearchIndex: 'refused',
  createSearchIndexes: 'refused',
  updateSearchIndex: 'refused',
  dropSearchIndex: 'refused',
  // The whole database.
  db: 'refused',

  dbName: 'passive',
  collectionName: 'passive',
  namespace: 'passive',
  readConcern: 'passive',
  readPreference: 'passive',
  writeConcern: 'passive',
  bsonOptions: 'passive',
  hint: 'passive',
  timeoutMS: 'passive',
} as const satisfies Readonly<Record<keyof Collection<StoredDocument>, 'confined' | 'refused' | 'passive'>>;
