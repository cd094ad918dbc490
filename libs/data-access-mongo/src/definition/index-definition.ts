import { type Capability } from '../capabilities/server-capabilities.js';

/** 1 ascending, -1 descending, or a text index over this field. */
export type IndexDirection = 1 | -1 | 'text';

/** One index, written with the field names of the outside; the id field means `_id`. */
export interface IndexDefinition {
  /** Explicit and stable: an index is compared and replaced by its name. */
  readonly name: string;
  /** In order. On a tenant collection the first is `tenant_id`, except in a TTL index. */
  readonly keys: Readonly<Record<string, IndexDirection>>;
  readonly unique?: boolean;
  /**
   * The rows that the index covers, in MongoDB's filter language. Only what a partial index may say: equality, `$exists: true`, `$gt`, `$gte`,
   * `$lt`, `$lte`, `$type`, `$in`, `$and`, `$or`.
   */
  readonly partial?: Readonly<Record<string, unknown>>;
  /** Rows go this many seconds after the date in the only key; removal lags by a minute and more, so readers filter as well. */
  readonly ttlSeconds?: number;
  /** Weights of a text index. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Capabilities that the index needs besides those that follow from its options. Without one of them it is skipped and reported. */
  readonly requires?: readonly Capability[];
}

/** Everything the server must have for this index to mean what it says. */
export function capabilitiesFor(index: IndexDefinition): readonly Capability[] {
  const needed = new Set<Capability>(index.requires);
  if (index.partial !== undefined) needed.add('partialIndexes');
  if (index.ttlSeconds !== undefined) needed.add('ttl');
  if (Object.values(index.keys).includes('text')) needed.add('textSearch');
  return [...needed];
}
