import { type Db } from 'mongodb';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Namespace } from '../tenancy/namespaces.js';
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
