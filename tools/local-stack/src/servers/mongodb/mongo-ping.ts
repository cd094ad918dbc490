import { MongoClient } from 'mongodb';
import { PING_TIMEOUT_MS } from '../server.js';

/** `ping`; with a replica set in the URI it also needs the primary. */
export async function pingMongo(uri: string): Promise<void> {
  await withClient(uri, async (client) => {
    await client.db('admin').command({ ping: 1 });
  });
}

/** Makes a one-node replica set of a fresh `mongod` and waits for its primary; one that is a member already stays as it is. */
export async function initiateReplicaSet(port: number, name: string): Promise<void> {
  await withClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, async (client) => {
    try {
      await client.db('admin').command({ replSetInitiate: { _id: name, members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
    } catch (error) {
      if ((error as { codeName?: string }).codeName !== 'AlreadyInitialized') throw error;
    }
  });
}

async function withClient(uri: string, action: (client: MongoClient) => Promise<void>): Promise<void> {
  const client = new MongoClient(uri, {
    appName: 'caas-stack',
    serverSelectionTimeoutMS: PING_TIMEOUT_MS,
    connectTimeoutMS: PING_TIMEOUT_MS,
    socketTimeoutMS: PING_TIMEOUT_MS,
    maxPoolSize: 1,
  });
  try {
    await action(client);
  } finally {
    await client.close();
  }
}
