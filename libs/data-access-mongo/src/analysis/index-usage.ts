import { type Db, type Document, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { findCollection } from '../ensure/plan-collection.js';
import { storedIndex } from '../ensure/stored-index.js';
import { type SchemaPlace } from '../ensure/schema-places.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type ComparedIndex, type IndexKeys, keysText, redundantIndexes } from './index-advice.js';

/** One index and how often it served. */
export interface IndexUsage {
  readonly name: string;
  readonly keys: IndexKeys;
  /** On all members that were asked; `undefined` where the server does not count. */
  readonly uses: number | undefined;
  /** Since when it is counted: a restart of the server begins anew. */
  readonly since: Date | undefined;
}

export interface IndexFinding {
  readonly problem: 'missing_index' | 'unused_index' | 'redundant_index' | 'unknown_index';
  readonly index: string;
  readonly reason: string;
  readonly advice: string;
}

export interface IndexReport {
  /** `undefined` when the collection does not exist. */
  readonly indexes: readonly IndexUsage[] | undefined;
  readonly findings: readonly IndexFinding[];
}

/** An index that nobody used for so long is reported; none is ever dropped. */
export const UNUSED_MS = 30 * 24 * 3_600_000;

/** Compares the indexes of one place with the definition and with their use. Reads only. */
export async function analyzeIndexUsage(
  db: Db,
  { definition, namespace, capabilities, nowMs }: SchemaPlace & { capabilities: ServerCapabilities; nowMs: number },
): Promise<IndexReport> {
  try {
    if ((await findCollection(db, namespace.collection)) === undefined) return { indexes: undefined, findings: [] };
    const listed = await db.collection(namespace.collection).indexes();
    const uses = await usesOf(db, { collection: namespace.collection, capabilities });
    const indexes = listed.map((index) => ({ name: index.name ?? 'unnamed', keys: index.key as IndexKeys, ...countOf(uses, index) }));
    return { indexes, findings: [...definedFindings({ definition, listed, capabilities }), ...usageFindings(indexes, { listed, nowMs })] };
  } catch (error) {
    throw translateDriverError(error, { collection: definition.name, operation: 'index_usage' });
  }
}

type Counts = ReadonlyMap<string, { uses: number; since: Date | undefined }>;

function countOf(uses: Counts | undefined, { name }: IndexDescriptionInfo): Pick<IndexUsage, 'uses' | 'since'> {
  if (uses === undefined) return { uses: undefined, since: undefined };
  return uses.get(name ?? '') ?? { uses: 0, since: undefined };
}

/** Sums over the primary and one secondary, because each member counts for itself. `undefined` where the server does not count. */
async function usesOf(
  db: Db,
  { collection, capabilities }: { collection: string; capabilities: ServerCapabilities },
): Promise<Counts | undefined> {
  const sums = new Map<string, { uses: number; since: Date | undefined }>();
  for (const readPreference of capabilities.replicaSet ? (['primary', 'secondary'] as const) : (['primary'] as const)) {
    try {
      const rows = await db
        .collection(collection)
        .aggregate([{ $indexStats: {} }], { readPreference, timeoutMS: 5_000 })
        .toArray();
      for (const row of rows) addCount(sums, row);
    } catch (error) {
      // Without a secondary its counts are none; a server that does not know the stage does not count.
      if (readPreference === 'secondary') continue;
      if (error instanceof MongoServerError) return undefined;
      throw error;
    }
  }
  return sums;
}

function addCount(sums: Map<string, { uses: number; since: Date | undefined }>, row: Document): void {
  const { name, accesses } = row as { name: string; accesses?: { ops?: unknown; since?: Date } };
  const before = sums.get(name);
  const since = [before?.since, accesses?.since].filter((date) => date !== undefined);
  sums.set(name, {
    uses: (before?.uses ?? 0) + Number(accesses?.ops ?? 0),
    since: since.length === 0 ? undefined : new Date(Math.min(...since.map((date) => date.getTime()))),
  });
}

function definedFindings({
  definition,
  listed,
  capabilities,
}: Pick<SchemaPlace, 'definition'> & { listed: readonly IndexDescriptionInfo[]; capabilities: ServerCapabilities }): IndexFinding[] {
  const names = new Set(listed.map(({ name }) => name));
  const possible = definition.indexes.filter(({ requires = [] }) => requires.every((capability) => capabilities.has(capability)));
  const missing = possible.filter(({ name }) => !names.has(name));
  const defined = new Set(['_id_', ...definition.indexes.map(({ name }) => name)]);
  return [
    ...missing.map((index): IndexFinding => {
      const keys = keysText(storedIndex(definition, index).key);
      return { problem: 'missing_index', index: index.name, reason: `defined as ${keys}`, advice: 'run caas-admin schema apply' };
    }),
    ...listed.flatMap(({ name = 'unnamed' }): IndexFinding[] =>
      defined.has(name)
        ? []
        : [
            {
              problem: 'unknown_index',
              index: name,
              reason: 'no definition names it',
              advice: 'define it, or drop it when nothing needs it',
            },
          ],
    ),
  ];
}

function usageFindings(
  indexes: readonly IndexUsage[],
  { listed, nowMs }: { listed: readonly IndexDescriptionInfo[]; nowMs: number },
): IndexFinding[] {
  const compared = listed.map(comparedIndex);
  const essential = new Set(
    compared.filter(({ name, unique, expireAfterSeconds: ttl }) => name === '_id_' || unique || ttl !== undefined).map(({ name }) => name),
  );
  const redundant = redundantIndexes(compared).map(({ name, coveredBy }): IndexFinding => ({
    problem: 'redundant_index',
    index: name,
    reason: `index ${coveredBy} begins with the same keys`,
    advice: 'remove it from the definition; it costs every write',
  }));
  const unused = indexes.flatMap(({ name, uses, since }): IndexFinding[] => {
    const days = since === undefined ? 0 : Math.floor((nowMs - since.getTime()) / 86_400_000);
    if (essential.has(name) || uses !== 0 || since === undefined || nowMs - since.getTime() < UNUSED_MS) return [];
    return [
      { problem: 'unused_index', index: name, reason: `not used for ${days} days`, advice: 'hide it, watch, then remove its definition' },
    ];
  });
  return [...redundant, ...unused];
}

function comparedIndex(index: IndexDescriptionInfo): ComparedIndex {
  return {
    name: index.name ?? 'unnamed',
    key: index.key as IndexKeys,
    unique: index.unique ?? false,
    expireAfterSeconds: index.expireAfterSeconds,
    partialFilterExpression: index['partialFilterExpression'],
  };
}
