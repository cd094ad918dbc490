import { isDeepStrictEqual } from 'node:util';
import { type Collection, type CollectionInfo, type Db, type IndexDescriptionInfo } from 'mongodb';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type IndexDefinition } from '../definition/index-definition.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type StoredDocument } from '../definition/document-codec.js';

/** One difference between a definition and the server. */
export interface SchemaChange {
  /** `conflict`: an index of this name means something else; `unknown`: an index that no definition names. Both are left to an operator. */
  readonly kind: 'create_collection' | 'set_validator' | 'create_index' | 'skipped' | 'conflict' | 'unknown';
  readonly namespace: Namespace;
  /** `validator`, or the name of the index. */
  readonly subject: string;
  /** Why it is skipped or in conflict. */
  readonly reason?: string;
}

/** A change together with what carries it out. */
export interface PlannedChange extends SchemaChange {
  readonly apply?: (db: Db) => Promise<void>;
}

/** An index as the server is told it, in stored names. */
export interface StoredIndex {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1 | 'text'>>;
  readonly unique: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly partialFilterExpression: unknown;
  readonly weights: unknown;
}

/** Compares one definition with one namespace. Reads only. */
export async function planNamespace(
  db: Db,
  target: { definition: CollectionDefinition; namespace: Namespace; capabilities: ServerCapabilities },
): Promise<PlannedChange[]> {
  const { definition, namespace } = target;
  const info = await findCollection(db, namespace.collection);
  const existing = info === undefined ? [] : await db.collection<StoredDocument>(namespace.collection).indexes();
  return [...planCollection({ ...target, info: info }), ...planIndexes(definition, { ...target, existing })];
}

function planCollection(target: {
  definition: CollectionDefinition;
  namespace: Namespace;
  capabilities: ServerCapabilities;
  info: CollectionInfo | undefined;
}): PlannedChange[] {
  const { definition, namespace, capabilities, info } = target;
  const validator = { $jsonSchema: definition.validator };
  const validation = { validator, validationLevel: 'strict', validationAction: 'error' } as const;
  const skipped = (lacking: string): PlannedChange => ({
    kind: 'skipped',
    namespace,
    subject: 'validator',
    reason: `the server lacks ${lacking}`,
  });
  if (info === undefined) {
    const create: PlannedChange = {
      kind: 'create_collection',
      namespace,
      subject: namespace.collection,
      apply: (db) => createCollection(db, namespace.collection, capabilities.validators ? validation : {}),
    };
    return capabilities.validators ? [create] : [create, skipped('validators')];
  }
  if (!capabilities.validators) return [skipped('validators')];
  if (isSameValidation(info, validator)) return [];
  if (!capabilities.collMod) return [skipped('collMod, which changes the validator of an existing collection')];
  const apply = async (db: Db): Promise<void> => void (await db.command({ collMod: namespace.collection, ...validation }));
  return [{ kind: 'set_validator', namespace, subject: 'validator', apply }];
}

function isSameValidation({ options }: CollectionInfo, validator: unknown): boolean {
  const { validationLevel = 'strict', validationAction = 'error' } = options ?? {};
  return validationLevel === 'strict' && validationAction === 'error' && isDeepStrictEqual(options?.validator, validator);
}

/** Two processes may create the same collection at once; the one that comes second finds it there and is content. */
async function createCollection(db: Db, name: string, options: Record<string, unknown>): Promise<void> {
  try {
    await db.createCollection(name, options);
  } catch (error) {
    if ((await findCollection(db, name)) === undefined) throw error;
  }
}

/** The filter saves the server work; not every relative of MongoDB heeds it. */
async function findCollection(db: Db, name: string): Promise<CollectionInfo | undefined> {
  const listed: CollectionInfo[] = await db.listCollections({ name }).toArray();
  return listed.find((info) => info.name === name);
}

function planIndexes(
  definition: CollectionDefinition,
  { namespace, capabilities, existing }: { namespace: Namespace; capabilities: ServerCapabilities; existing: IndexDescriptionInfo[] },
): PlannedChange[] {
  const byName = new Map(existing.map((index) => [index.name, index]));
  const known = new Set(['_id_', ...definition.indexes.map(({ name }) => name)]);
  const changes = definition.indexes.flatMap((index): PlannedChange[] => {
    const lacking = (index.requires ?? []).filter((capability) => !capabilities.has(capability));
    if (lacking.length > 0) {
      return [{ kind: 'skipped', namespace, subject: index.name, reason: `the server lacks ${lacking.join(', ')}` }];
    }
    const wanted = storedIndex(definition, index);
    const present = byName.get(index.name);
    if (present === undefined)
      return [{ kind: 'create_index', namespace, subject: index.name, apply: (db) => createIndex(db, { namespace, wanted }) }];
    if (isSameIndex(present, wanted)) return [];
    return [
      { kind: 'conflict', namespace, subject: index.name, reason: 'an index of this name has other keys or options; drop or rename one' },
    ];
  });
  const unknown = existing.flatMap(({ name }): PlannedChange[] => {
    if (name === undefined || known.has(name)) return [];
    return [{ kind: 'unknown', namespace, subject: name, reason: 'no definition names this index' }];
  });
  return [...changes, ...unknown];
}

async function createIndex(db: Db, { namespace, wanted }: { namespace: Namespace; wanted: StoredIndex }): Promise<void> {
  const { key, name, unique, expireAfterSeconds, partialFilterExpression, weights } = wanted;
  const collection: Collection<StoredDocument> = db.collection(namespace.collection);
  await collection.createIndex(Object.entries(key), {
    name,
    ...(unique ? { unique } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
    ...(partialFilterExpression === undefined ? {} : { partialFilterExpression: partialFilterExpression as Record<string, unknown> }),
    ...(weights === undefined ? {} : { weights: weights as Record<string, number>, default_language: 'none' }),
  });
}

/** The index in stored names. */
export function storedIndex(definition: CollectionDefinition, index: IndexDefinition): StoredIndex {
  const { storageName } = definition.codec;
  const isText = Object.values(index.keys).includes('text');
  const textKeys = Object.entries(index.keys).flatMap(([field, kind]) =>
    kind === 'text' ? [[field, index.weights?.[field] ?? 1] as const] : [],
  );
  return {
    name: index.name,
    key: Object.fromEntries(Object.entries(index.keys).map(([field, direction]) => [storageName(field), direction])),
    unique: index.unique ?? false,
    expireAfterSeconds: index.ttlSeconds,
    partialFilterExpression: index.partial,
    weights: isText ? Object.fromEntries(textKeys) : undefined,
  };
}

function isSameIndex(present: IndexDescriptionInfo, wanted: StoredIndex): boolean {
  // A server lists a text index by its weights; its keys there are internal ones.
  const isText = wanted.weights !== undefined;
  const sameKeys = isText
    ? isDeepStrictEqual(present['weights'] ?? wanted.weights, wanted.weights)
    : isDeepStrictEqual(Object.entries(present.key), Object.entries(wanted.key));
  return (
    sameKeys &&
    (present.unique ?? false) === wanted.unique &&
    present.expireAfterSeconds === wanted.expireAfterSeconds &&
    isDeepStrictEqual(present['partialFilterExpression'], wanted.partialFilterExpression)
  );
}
