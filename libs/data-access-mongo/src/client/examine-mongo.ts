import {
  type Document,
  MongoClient,
  MongoServerError,
  MongoServerSelectionError,
  type ServerDescription,
  type TopologyDescription,
} from 'mongodb';
import { readClock, type ServerExamination, type ServerFault, serverFaultOf } from '@caas/runtime';
import { AUTHENTICATION } from '../repository/driver-errors.js';
import { platformNamespace } from '../tenancy/namespaces.js';
import { clientOptions } from './client-options.js';
import { type MongoConfig, mongoSettings } from './mongo-config.js';
import { isWritable } from './mongo-events.js';
import { hasUser } from './open-client.js';

/** One server of a deployment, as this process reaches it. */
export interface MongoMember {
  readonly address: string;
  /** As the driver calls it: `RSPrimary`, `RSSecondary`, `Standalone`, `Unknown`… */
  readonly type: string;
  readonly fault?: ServerFault;
}

/** What looking at MongoDB came to. */
export interface MongoExamination extends ServerExamination {
  /** Every server that the address or the replica set names. */
  readonly members: readonly MongoMember[];
  /** Address of one that takes writes. */
  readonly primary?: string;
}

export interface ExamineMongoOptions {
  readonly config: MongoConfig;
  readonly appName: string;
  /** Milliseconds for each wait. */
  readonly timeoutMs: number;
}

const POLL_MS = 20;

/**
 * Looks whether MongoDB can be used: reaches its servers, logs in, asks one of them for the time. Unlike `connectMongo` it is content with any server, so that it
 * can tell a deployment without a primary from one that is away. Never rejects, changes nothing and leaves no connection open.
 */
export async function examineMongo({ config, appName, timeoutMs }: ExamineMongoOptions): Promise<MongoExamination> {
  let topology: TopologyDescription | undefined;
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(config.MONGODB_URI, quickOptions(config, { appName, timeoutMs }));
    client.on('topologyDescriptionChanged', ({ newDescription }) => (topology = newDescription));
    await client.connect();
    await askToLogIn(client, config, timeoutMs);
    const time = await tellTime(client, timeoutMs);
    await settled(() => topology, timeoutMs);
    return { ...membersOf(topology), ...time };
  } catch (error) {
    return { ...membersOf(topology), fault: faultOf(error) };
  } finally {
    await client?.close();
  }
}

function quickOptions(
  config: MongoConfig,
  { appName, timeoutMs }: { appName: string; timeoutMs: number },
): ReturnType<typeof clientOptions> {
  const settings = {
    ...mongoSettings(config),
    MONGODB_MIN_POOL_SIZE: 0,
    MONGODB_SERVER_SELECTION_TIMEOUT_MS: timeoutMs,
    MONGODB_CONNECT_TIMEOUT_MS: timeoutMs,
    MONGODB_SOCKET_TIMEOUT_MS: timeoutMs,
  };
  return { ...clientOptions(settings, { appName, hasUser: hasUser(config.MONGODB_URI) }), readPreference: 'nearest' };
}

/** A driver that has no user connects wherever nobody asks for one: only a command that needs a login shows that one is missing. */
async function askToLogIn(client: MongoClient, { MONGODB_DATABASE = mongoSettings({}).MONGODB_DATABASE }: MongoConfig, timeoutMS: number) {
  const { database } = platformNamespace('platform', 'any', { databasePrefix: MONGODB_DATABASE });
  const listing = { listCollections: 1, nameOnly: true, authorizedCollections: true };
  await client.db(database).command(listing, { readPreference: 'nearest', timeoutMS });
}

async function tellTime(client: MongoClient, timeoutMS: number): Promise<Pick<ServerExamination, 'latencyMs' | 'clock'>> {
  const admin = client.db('admin');
  const ask = (command: Document): Promise<Document> => admin.command(command, { readPreference: 'nearest', timeoutMS });
  const askedAtMs = Date.now();
  const started = performance.now();
  // Some relatives know the former name only.
  const { localTime } = await ask({ hello: 1 }).catch(() => ask({ isMaster: 1 }));
  const latencyMs = Math.round(performance.now() - started);
  if (!(localTime instanceof Date)) return { latencyMs };
  return { latencyMs, clock: readClock(localTime.getTime(), { askedAtMs, answeredAtMs: askedAtMs + latencyMs }) };
}

/** Waits until discovery has something to say of every server. */
async function settled(topology: () => TopologyDescription | undefined, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const isOpen = ({ type, error }: ServerDescription): boolean => type === 'Unknown' && error === null;
  while (performance.now() < deadline && [...(topology()?.servers.values() ?? [])].some(isOpen)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function membersOf(topology: TopologyDescription | undefined): Pick<MongoExamination, 'members' | 'primary'> {
  const servers = [...(topology?.servers.values() ?? [])];
  const primary = servers.find(isWritable)?.address;
  const members = servers.map(({ address, type, error }) => ({ address, type, ...(error !== null && { fault: faultOf(error) }) }));
  return { members, ...(primary !== undefined && { primary }) };
}

function faultOf(error: unknown): ServerFault {
  if (error instanceof MongoServerSelectionError) {
    const [first] = [...(error.reason?.servers.values() ?? [])].flatMap((server) => server.error ?? []);
    return first === undefined ? { kind: 'no_answer', said: error.message } : faultOf(first);
  }
  if (error instanceof MongoServerError && typeof error.code === 'number' && AUTHENTICATION.has(error.code)) {
    return { kind: 'access_refused', said: error.message };
  }
  return serverFaultOf(error);
}
