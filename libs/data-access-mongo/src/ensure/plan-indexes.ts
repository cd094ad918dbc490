import { type Collection, type Db, type IndexDescriptionInfo } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { type IndexDefinition } from '../definition/index-definition.js';
import { type PlanTarget, type PlannedChange } from './planned-change.js';
import { BRIDGE_SUFFIX, dropIndex, replaceIndex } from './replace-index.js';
import { createIndex, indexDifferences, storedIndex, type StoredIndex } from './stored-index.js';

/** What is to be done about the indexes. `listed` is what the server has. */
export function planIndexes(target: PlanTarget, listed: readonly IndexDescriptionInfo[]): PlannedChange[] {
  const byName = new Map(listed.map((index) => [index.name, index]));
  const defined = new Set(target.definition.indexes.map(({ name }) => name));
  return [
    ...target.definition.indexes.flatMap((index) => planIndex(target, index, byName.get(index.name))),
    ...listed.flatMap((index) => (index.name === '_id_' || defined.has(index.name ?? '') ? [] : planExtra(target, index, defined))),
  ];
}

function planIndex(target: PlanTarget, index: IndexDefinition, listed: IndexDescriptionInfo | undefined): PlannedChange[] {
  const { definition, namespace, capabilities, include } = target;
  if (!include.indexes) return [];
  const lacking = (index.requires ?? []).filter((capability) => !capabilities.has(capability));
  if (lacking.length > 0) return [{ kind: 'skipped', namespace, subject: index.name, reason: `the server lacks ${lacking.join(', ')}` }];
  const wanted = storedIndex(definition, index);
  if (listed === undefined) {
    return [{ kind: 'create_index', namespace, subject: index.name, apply: (db) => createIndex(collectionOf(db, target), wanted) }];
  }
  return planChange(target, wanted, listed);
}

function planChange(target: PlanTarget, wanted: StoredIndex, listed: IndexDescriptionInfo): PlannedChange[] {
  const { namespace, capabilities, replaceIndexes } = target;
  const differences = indexDifferences(listed, wanted);
  if (differences.length === 0) return [];
  const change = { namespace, subject: wanted.name, differences };
  const { expireAfterSeconds } = wanted;
  const isTtlOnly = differences.every(({ path }) => path === 'expireAfterSeconds') && listed.expireAfterSeconds !== undefined;
  if (isTtlOnly && expireAfterSeconds !== undefined && capabilities.collMod) {
    const index = { name: wanted.name, expireAfterSeconds };
    return [{ ...change, kind: 'set_ttl', apply: async (db) => void (await db.command({ collMod: namespace.collection, index })) }];
  }
  if (replaceIndexes) {
    const canBridge = capabilities.partialIndexes;
    return [{ ...change, kind: 'replace_index', apply: (db) => replaceIndex(collectionOf(db, target), { listed, wanted, canBridge }) }];
  }
  if (isTtlOnly && expireAfterSeconds !== undefined) {
    const reason = 'the server lacks collMod, which changes an existing index';
    return [{ ...change, kind: 'skipped', reason, next: 'apply with --replace-indexes, which drops and builds it' }];
  }
  const reason = 'an index of this name has other keys or options';
  const guards = [...(listed.unique === true ? ['unique'] : []), ...(listed.expireAfterSeconds === undefined ? [] : ['TTL'])];
  const held =
    guards.length === 0 ? '' : ` (the present one is ${guards.join(' and ')}: what it guards is open while the new one is built)`;
  return [{ ...change, kind: 'conflict', reason, next: `apply with --replace-indexes to rebuild it${held}` }];
}

function planExtra(target: PlanTarget, listed: IndexDescriptionInfo, defined: ReadonlySet<string>): PlannedChange[] {
  const { namespace, dropExtra, replaceIndexes, include } = target;
  const { name = '' } = listed;
  if (!include.indexes) return [];
  const extra = { namespace, subject: name };
  const apply = (db: Db): Promise<void> => dropIndex(collectionOf(db, target), name);
  if (name.endsWith(BRIDGE_SUFFIX) && defined.has(name.slice(0, -BRIDGE_SUFFIX.length))) {
    return [{ ...extra, kind: 'drop_index', reason: 'left by a rebuild that was interrupted', apply }];
  }
  const reason = 'no definition names this index';
  const isGuard = listed.unique === true || listed.expireAfterSeconds !== undefined;
  if (dropExtra && (!isGuard || replaceIndexes)) return [{ ...extra, kind: 'drop_index', reason, apply }];
  const flags = isGuard ? '--drop-extra --replace-indexes, because it is unique or a TTL index' : '--drop-extra';
  return [{ ...extra, kind: 'unknown', reason, next: `define it, or apply with ${flags}` }];
}

function collectionOf(db: Db, { namespace }: PlanTarget): Collection<StoredDocument> {
  return db.collection<StoredDocument>(namespace.collection);
}
