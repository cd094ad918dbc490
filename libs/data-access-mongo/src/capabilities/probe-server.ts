import { randomBytes } from 'node:crypto';
import {
  type CollectionInfo,
  type CreateCollectionOptions,
  type Db,
  type Document,
  type MongoClient,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { type Capability, ServerCapabilities, type Topology } from './server-capabilities.js';

/** What a probe gets: a database of its own that exists for this run only. */
interface Scratch {
  readonly client: MongoClient;
  readonly db: Db;
}

type Probe = (scratch: Scratch) => Promise<boolean>;

const COMMIT_TIMEOUT_MS = 3_000;
const UNAUTHORIZED = 13;

/**
 * Asks the server what it can do by doing it, in a scratch database that is dropped afterwards: what a server says about itself and what it
 * does differ among MongoDB's relatives. A refusal for lack of rights counts as having the capability, because a server that checks
 * rights knows the command; the users of a deployment need not be allowed to create scratch databases.
 */
export async function probeServer(client: MongoClient, { databasePrefix }: { databasePrefix: string }): Promise<ServerCapabilities> {
  const scratch: Scratch = { client, db: client.db(`${databasePrefix}_probe_${randomBytes(6).toString('hex')}`) };
  try {
    const [server, ...answers] = await Promise.all([
      describeServer(client),
      ...Object.entries(PROBES).map(async ([name, probe]) => [name, await answerOf(probe, scratch)] as const),
    ]);
    // Alone and last: creating collections and indexes beside a transaction makes it fail for reasons that are none of its own.
    const transactions = await answerOf(probeTransactions, scratch);
    const found = Object.fromEntries(answers) as Record<keyof typeof PROBES, boolean>;
    return new ServerCapabilities({ ...server, replicaSet: server.topology !== 'standalone', transactions, ...found });
  } finally {
    await scratch.db.dropDatabase().catch(ignoreUnauthorized);
  }
}

async function answerOf(probe: Probe, scratch: Scratch): Promise<boolean> {
  try {
    return await probe(scratch);
  } catch (error) {
    // A connection that fails says nothing about the server's abilities.
    if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) throw error;
    return error instanceof MongoServerError && error.code === UNAUTHORIZED;
  }
}

function ignoreUnauthorized(error: unknown): void {
  if (!(error instanceof MongoServerError && error.code === UNAUTHORIZED)) throw error;
}

async function describeServer(client: MongoClient): Promise<{ topology: Topology; version: string }> {
  const admin = client.db('admin');
  // Servers older than 4.4 and some relatives know the former name only.
  const hello = await admin.command({ hello: 1 }).catch(() => admin.command({ isMaster: 1 }));
  const { version } = (await admin.command({ buildInfo: 1 }).catch(() => ({}))) as { version?: string };
  return { topology: topologyOf(hello), version: version ?? 'unknown' };
}

function topologyOf(hello: Document): Topology {
  if (typeof hello['setName'] === 'string') return 'replica-set';
  return hello['msg'] === 'isdbgrid' ? 'sharded' : 'standalone';
}

/** Resolves with the server's error code, or `undefined` when the work succeeded. Errors that are not the server's go on. */
async function refusalOf(work: Promise<unknown>): Promise<number | 'unknown' | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code === UNAUTHORIZED) throw error;
    return typeof error.code === 'number' ? error.code : 'unknown';
  }
}

const PROBES = {
  validators: async ({ db }) => {
    const validator = { $jsonSchema: { bsonType: 'object', required: ['a'], properties: { a: { bsonType: 'string' } } } };
    const collection = await db.createCollection('validators', { validator });
    return (await refusalOf(collection.insertOne({ a: 1 }))) === 121;
  },
  collMod: async ({ db }) => {
    await db.createCollection('coll_mod');
    await db.command({ collMod: 'coll_mod', validator: {}, validationLevel: 'strict' });
    return true;
  },
  partialIndexes: async ({ db }) => {
    const collection = db.collection('partial_indexes');
    await collection.createIndex({ a: 1 }, { name: 'a', unique: true, partialFilterExpression: { a: { $type: 'string' } } });
    await collection.insertOne({});
    // A server that ignores the filter takes two rows without the field for duplicates.
    return (await refusalOf(collection.insertOne({}))) === undefined;
  },
  ttl: async ({ client, db }) => {
    const status: { metrics?: { ttl?: unknown } } = await client.db('admin').command({ serverStatus: 1 });
    if (status.metrics?.ttl !== undefined) return true;
    const collection = db.collection('ttl');
    await collection.createIndex({ at: 1 }, { name: 'at', expireAfterSeconds: 0 });
    await collection.insertOne({ at: new Date(0) });
    return (await collection.countDocuments({})) === 0;
  },
  textSearch: async ({ db }) => {
    const collection = db.collection('text_search');
    await collection.createIndex({ tenant_id: 1, a: 'text' }, { name: 'a' });
    await collection.insertOne({ tenant_id: 't', a: 'needle' });
    return (await collection.findOne({ tenant_id: 't', $text: { $search: 'needle' } })) !== null;
  },
  pipelineUpdates: async ({ db }) => {
    const collection = db.collection<{ a: number; b?: number }>('pipeline_updates');
    await collection.insertOne({ a: 1 });
    const after = await collection.findOneAndUpdate({}, [{ $set: { b: { $add: ['$a', 1] } } }], { returnDocument: 'after' });
    return after?.b === 2;
  },
  cursorBatches: async ({ db }) => {
    const collection = db.collection('cursor_batches');
    await collection.insertMany([{}, {}, {}]);
    return (await collection.find({}, { batchSize: 1 }).toArray()).length === 3;
  },
  changeStreams: ({ db }) => seesInsert(db.collection('change_streams').watch([], STREAM_OPTIONS), db),
  deploymentChangeStreams: ({ client, db }) => seesInsert(client.watch([{ $match: { 'ns.db': db.databaseName } }], STREAM_OPTIONS), db),
  preImages: async ({ db }) => {
    await db.createCollection('pre_images', { changeStreamPreAndPostImages: { enabled: true } });
    // A server that does not know the option may also drop it without a word.
    const [info] = await db.listCollections<CollectionInfo>({ name: 'pre_images' }).toArray();
    return (info?.options as CreateCollectionOptions | undefined)?.changeStreamPreAndPostImages?.enabled === true;
  },
  explain: async ({ db }) => {
    const { queryPlanner } = await db.command({ explain: { find: 'explain', filter: {} }, verbosity: 'queryPlanner' });
    return queryPlanner !== undefined;
  },
  profiler: async ({ db }) => {
    await db.command({ profile: -1 });
    return true;
  },
} as const satisfies Partial<Record<Capability, Probe>>;

const STREAM_OPTIONS = { maxAwaitTimeMS: 100 } as const;

/** Whether a change stream reports an insert that follows its opening. */
async function seesInsert(stream: ReturnType<Db['watch']>, db: Db): Promise<boolean> {
  try {
    await stream.tryNext();
    await db.collection('change_streams').insertOne({});
    for (let poll = 0; poll < 5; poll++) if ((await stream.tryNext()) !== null) return true;
    return false;
  } finally {
    await stream.close();
  }
}

/** A transaction that is given up leaves no trace. */
const probeTransactions: Probe = async ({ client, db }) => {
  const collection = await db.createCollection('transactions');
  const session = client.startSession();
  try {
    session.startTransaction({ maxCommitTimeMS: COMMIT_TIMEOUT_MS });
    await collection.insertOne({}, { session });
    await session.abortTransaction();
    return (await collection.countDocuments({})) === 0;
  } finally {
    await session.endSession();
  }
};
