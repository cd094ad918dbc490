import { type Collection, type CreateIndexesOptions, type IndexDescriptionInfo } from 'mongodb';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type IndexDefinition } from '../definition/index-definition.js';
import { differencesOf } from './differences.js';
import { type Difference } from './schema-report.js';

/** An index as the server is told it, in stored names. */
export interface StoredIndex {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1 | 'text'>>;
  readonly unique: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly partialFilterExpression: Readonly<Record<string, unknown>> | undefined;
  /** Present exactly for a text index. */
  readonly weights: Readonly<Record<string, number>> | undefined;
}

/** The index in stored names. */
export function storedIndex(definition: CollectionDefinition, index: IndexDefinition): StoredIndex {
  const { storageName } = definition.codec;
  const textKeys = Object.entries(index.keys).flatMap(([field, kind]) =>
    kind === 'text' ? [[field, index.weights?.[field] ?? 1] as const] : [],
  );
  return {
    name: index.name,
    key: Object.fromEntries(Object.entries(index.keys).map(([field, direction]) => [storageName(field), direction])),
    unique: index.unique ?? false,
    expireAfterSeconds: index.ttlSeconds,
    partialFilterExpression: index.partial,
    weights: textKeys.length > 0 ? Object.fromEntries(textKeys) : undefined,
  };
}

/** Builds the index; content when it is there already. */
export async function createIndex(collection: Collection<StoredDocument>, wanted: StoredIndex): Promise<void> {
  const { key, name, unique, expireAfterSeconds, partialFilterExpression, weights } = wanted;
  await collection.createIndex(Object.entries(key), {
    name,
    ...(unique ? { unique } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
    ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
    ...(weights === undefined ? {} : { weights, default_language: 'none' }),
  });
}

/** Builds an index as a server listed it once. */
export async function recreateIndex(collection: Collection<StoredDocument>, listed: IndexDescriptionInfo): Promise<void> {
  const { key, v: _version, ns: _namespace, ...options } = listed as IndexDescriptionInfo & { ns?: string };
  const weighted = options as CreateIndexesOptions & { weights?: Record<string, number> };
  await collection.createIndex(isText(listed) ? textKey(listed) : key, weighted);
}

/** Options in which a listed index differs from its definition; empty when it means the same. */
export function indexDifferences(listed: IndexDescriptionInfo, wanted: StoredIndex): Difference[] {
  const sameKeys = JSON.stringify(keysOf(listed)) === JSON.stringify(Object.entries(wanted.key));
  const language: unknown = listed['default_language'];
  return [
    // The order of keys is part of the meaning, so they are compared and shown as a list.
    ...(sameKeys ? [] : [{ path: 'keys', actual: keysOf(listed), defined: Object.entries(wanted.key) }]),
    ...differencesOf(listed.unique ?? false, wanted.unique, 'unique'),
    ...differencesOf(listed['sparse'] ?? false, false, 'sparse'),
    ...differencesOf(listed.expireAfterSeconds, wanted.expireAfterSeconds, 'expireAfterSeconds'),
    ...differencesOf(listed['partialFilterExpression'], wanted.partialFilterExpression, 'partialFilterExpression'),
    ...differencesOf(listed['collation'], undefined, 'collation'),
    ...differencesOf(listed['weights'], wanted.weights, 'weights'),
    ...(wanted.weights === undefined || language === undefined ? [] : differencesOf(language, 'none', 'default_language')),
  ];
}

function isText({ key }: IndexDescriptionInfo): boolean {
  return '_fts' in key || Object.values(key).includes('text');
}

/** MongoDB lists the text fields of an index as `_fts` and names them in the weights; other servers list them as they were given. */
function textKey(listed: IndexDescriptionInfo): Record<string, 1 | -1 | 'text'> {
  const own = Object.entries(listed.key).filter(([field]) => field !== '_fts' && field !== '_ftsx');
  const weighted = '_fts' in listed.key ? Object.keys(listed['weights'] ?? {}) : [];
  return Object.fromEntries([...own, ...weighted.map((field) => [field, 'text'] as const)]) as Record<string, 1 | -1 | 'text'>;
}

function keysOf(listed: IndexDescriptionInfo): [string, unknown][] {
  return Object.entries(isText(listed) ? textKey(listed) : listed.key);
}
