import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { type Clock, createLogger, Metrics, type TenantFence } from '@caas/runtime';
import { connectMongo } from '../client/connect-mongo.js';
import { type Mongo } from '../client/mongo.js';
import { type CollectionDefinition } from '../definition/define-collection.js';

export interface TemporaryOptions {
  /** The server: `MONGODB_URI`, or that of the local stack. */
  readonly uri: string;
  /** Put in place in the shared and platform databases before the promise resolves. */
  readonly collections: readonly CollectionDefinition[];
  /** A registry of its own unless given. */
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  readonly fence?: TenantFence;
}

/** Databases of one run, which nobody else uses. */
export interface TemporaryDatabases {
  readonly mongo: Mongo;
  /** First part of their names, and of no other database's: made of 40 random bits. */
  readonly databasePrefix: string;
  /** Closes the connection and drops every database of the run, those of single tenants too. Safe to call again. */
  end(): Promise<void>;
}

/**
 * Connects with a database prefix that exists for this call only, so that runs never meet, also on one server at the same time. Rejects as `connectMongo`
 * does. A run that is killed leaves its databases behind; their names start with `t` and ten hexadecimal digits.
 */
export async function temporaryDatabases(options: TemporaryOptions): Promise<TemporaryDatabases> {
  const { uri, collections, metrics = new Metrics({ service: 'spec', defaults: false }), clock, fence } = options;
  const databasePrefix = `t${randomBytes(5).toString('hex')}`;
  const mongo = await connectMongo({
    config: { MONGODB_URI: uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    appName: 'caas-spec',
    collections,
    databasePrefix,
    ...(clock && { clock }),
    ...(fence && { fence }),
  });
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await mongo.close();
    await dropDatabases(uri, `${databasePrefix}_`);
  };
  const temporary = { mongo, databasePrefix, end: () => (ended ??= end()) };
  try {
    await mongo.ensure();
    return temporary;
  } catch (error) {
    await temporary.end();
    throw error;
  }
}

async function dropDatabases(uri: string, prefix: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) if (name.startsWith(prefix)) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
