import { type MongoClientOptions } from 'mongodb';
import { type MongoSettings } from './mongo-config.js';
import { WRITE_PRESETS } from './write-presets.js';

/** `main`: the process's own client. `tenant`: one of a tenant with credentials of its own; many of them share the server's connections. */
export const POOL_KINDS = ['main', 'tenant'] as const;
export type PoolKind = (typeof POOL_KINDS)[number];

export const HEARTBEAT_MS = 10_000;

/** Connections of one tenant client; none is kept open. */
const TENANT_POOL = { minPoolSize: 0, maxPoolSize: 10 } as const;

export interface ClientOptionsInput {
  /** Shown in the server's logs and lists of connections. */
  readonly appName: string;
  readonly pool?: PoolKind;
  /** Whether the connection string carries a user. */
  readonly hasUser?: boolean;
}

/**
 * Every setting of a client, spelled out: nothing depends on a driver default or on the connection string, except addresses and, where the
 * configuration says nothing else, user and TLS.
 *
 * Majority with journal is the default of all writes, because an acknowledged message must survive a failover; a server without a replica set
 * takes it as one copy. `socketTimeoutMS` ends connections that died unnoticed; the budget of one operation is `maxTimeMS`, set per call.
 */
export function clientOptions(settings: MongoSettings, input: ClientOptionsInput): MongoClientOptions {
  const { appName, pool = 'main' } = input;
  return {
    appName,
    ...(pool === 'tenant' ? TENANT_POOL : { minPoolSize: settings.MONGODB_MIN_POOL_SIZE, maxPoolSize: settings.MONGODB_MAX_POOL_SIZE }),
    maxIdleTimeMS: settings.MONGODB_MAX_IDLE_TIME_MS,
    waitQueueTimeoutMS: settings.MONGODB_WAIT_QUEUE_TIMEOUT_MS,
    connectTimeoutMS: settings.MONGODB_CONNECT_TIMEOUT_MS,
    socketTimeoutMS: settings.MONGODB_SOCKET_TIMEOUT_MS,
    serverSelectionTimeoutMS: settings.MONGODB_SERVER_SELECTION_TIMEOUT_MS,
    heartbeatFrequencyMS: HEARTBEAT_MS,
    compressors: ['snappy', 'zlib'],
    readPreference: 'primaryPreferred',
    // Not `readConcern`: the driver lets `readConcernLevel` of the connection string win over that.
    readConcernLevel: 'majority',
    writeConcern: WRITE_PRESETS.SAFE,
    retryReads: true,
    retryWrites: true,
    // An absent optional field stays absent instead of becoming null.
    ignoreUndefined: true,
    // 64-bit integers come back as numbers (all of ours are safe integers), binary as Buffer.
    promoteLongs: true,
    promoteValues: true,
    promoteBuffers: true,
    // The driver decodes every reply of a cursor a second time for these events; slow queries are found without them.
    monitorCommands: false,
    ...tlsOptions(settings),
    ...userOptions(settings, input),
  };
}

/** What weakens verification is refused in production, see `checkProduction`. */
function tlsOptions(settings: MongoSettings): MongoClientOptions {
  const { MONGODB_TLS: tls, MONGODB_TLS_CA_FILE: ca, MONGODB_TLS_CERTIFICATE_KEY_FILE: certificate } = settings;
  const wanted = tls ?? (ca !== undefined || certificate !== undefined ? true : undefined);
  return {
    ...(wanted === undefined ? {} : { tls: wanted }),
    ...(ca === undefined ? {} : { tlsCAFile: ca }),
    ...(certificate === undefined ? {} : { tlsCertificateKeyFile: certificate }),
  };
}

/** SCRAM-SHA-256 and nothing weaker, whoever logs in by password. */
function userOptions(settings: MongoSettings, { pool, hasUser = false }: ClientOptionsInput): MongoClientOptions {
  const { MONGO_APP_USER: username, MONGO_APP_PASSWORD: password } = settings;
  if (pool !== 'tenant' && username !== undefined && password !== undefined) {
    return { auth: { username, password }, authMechanism: 'SCRAM-SHA-256' };
  }
  return hasUser ? { authMechanism: 'SCRAM-SHA-256' } : {};
}
