import { type Db } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { findCollection, planCollection } from './plan-collection.js';
import { planIndexes } from './plan-indexes.js';
import { type PlannedChange, type PlanTarget } from './planned-change.js';

/** Compares one definition with one namespace. Reads only. */
export async function planNamespace(db: Db, target: PlanTarget): Promise<PlannedChange[]> {
  const { collection } = target.namespace;
  const info = await findCollection(db, collection);
  // A collection that came to be by its first index would have no validator.
  const ofCollection = target.include.collections || info === undefined ? planCollection(target, info) : [];
  const isView = info !== undefined && (info.type ?? 'collection') !== 'collection';
  if (isView) return ofCollection;
  const listed = info === undefined ? [] : await db.collection<StoredDocument>(collection).indexes();
  return [...ofCollection, ...planIndexes(target, listed)];
}
