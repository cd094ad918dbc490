import { type Db } from 'mongodb';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { findCollection, planCollection } from './plan-collection.js';
import { planIndexes } from './plan-indexes.js';
import { type SchemaChange } from './schema-report.js';

/** What may be taken away, and what is looked at. */
export interface MendingRules {
  /** Rebuild indexes that mean something else; without it they are conflicts. */
  readonly replaceIndexes: boolean;
  /** Drop indexes that no definition names; unique and TTL indexes only together with `replaceIndexes`. */
  readonly dropExtra: boolean;
  /** The parts that are compared and mended. */
  readonly include: { readonly collections: boolean; readonly indexes: boolean };
}

/** One definition against one namespace. */
export interface PlanTarget extends MendingRules {
  readonly definition: CollectionDefinition;
  readonly namespace: Namespace;
  readonly capabilities: ServerCapabilities;
}

/** A change together with what carries it out. */
export interface PlannedChange extends SchemaChange {
  readonly apply?: (db: Db) => Promise<void>;
}

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
