import { type Collection, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import { type StoredDocument } from '../definition/document-codec.js';
import { DUPLICATE_KEY } from '../repository/driver-errors.js';
import { createIndex, recreateIndex, type StoredIndex } from './stored-index.js';

/** What the name of an index gets while it stands in for the one that is being rebuilt. */
export const BRIDGE_SUFFIX = '__bridge';

/**
 * Puts `wanted` in the place of `listed`, which has the same name.
 *
 * An index cannot be renamed, and the name is taken until the old one is gone. So first a stand-in is built with the new keys: reads have an
 * index and unique keys stay unique while the new one is built, and rows that the new one would refuse are found while the old one is still
 * there. It differs from the new one by a filter that holds for every row it is asked for, because MongoDB refuses two indexes that mean the same
 * (before 5.0 also two with equal keys; then there is none, and the collection is without the index for the time of the build).
 * When the new one cannot be built the old one is put back. Rejects with the server's error; a run that is killed leaves the stand-in,
 * which the next one takes away.
 */
export async function replaceIndex(
  collection: Collection<StoredDocument>,
  { listed, wanted, canBridge }: { listed: IndexDescriptionInfo; wanted: StoredIndex; canBridge: boolean },
): Promise<void> {
  const bridge = canBridge ? bridgeFor(wanted) : undefined;
  const bridged = bridge !== undefined && (await isBuilt(collection, bridge));
  await dropIndex(collection, wanted.name);
  try {
    if (!(await isBuilt(collection, wanted))) {
      // A server that refuses two indexes of the same keys: the stand-in is in the way.
      if (bridged) await dropIndex(collection, bridge.name);
      await createIndex(collection, wanted);
    }
  } catch (error) {
    await recreateIndex(collection, listed);
    throw error;
  } finally {
    if (bridged) await dropIndex(collection, bridge.name);
  }
}

/** Drops an index by its name; content when there is none. */
export async function dropIndex(collection: Collection<StoredDocument>, name: string): Promise<void> {
  const listed = await collection.indexes();
  if (listed.some((index) => index.name === name)) await collection.dropIndex(name);
}

/** `undefined` for indexes that take nothing away from reads while they are gone (TTL), or of which there can be one only (text). */
function bridgeFor(wanted: StoredIndex): StoredIndex | undefined {
  const [first] = Object.keys(wanted.key);
  if (first === undefined || wanted.weights !== undefined || wanted.expireAfterSeconds !== undefined) return undefined;
  const always = { [first]: { $exists: true } };
  const { partialFilterExpression: own } = wanted;
  return {
    ...wanted,
    name: `${wanted.name}${BRIDGE_SUFFIX}`,
    partialFilterExpression: own === undefined ? always : { $and: [own, always] },
  };
}

/** Whether the server builds it. Rows that it refuses reject; anything else that the server says means no. */
async function isBuilt(collection: Collection<StoredDocument>, index: StoredIndex): Promise<boolean> {
  try {
    await createIndex(collection, index);
    return true;
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code === DUPLICATE_KEY) throw error;
    return false;
  }
}
