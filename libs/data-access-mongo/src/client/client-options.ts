import { type MongoClientOptions } from 'mongodb';
import { type MongoSettings } from './mongo-config.js';

/**
 * Every setting of the client, spelled out: nothing depends on a driver default or on the connection string, except addresses,
 * credentials and TLS.
 *
 * Majority with journal is the default of all writes, because an acknowledged message must survive a failover; a server without a replica set
 * takes it as one copy. `socketTimeoutMS` ends connections that died unnoticed; the budget of one operation is `maxTimeMS`, set per call.
 */
export function clientOptions(settings: MongoSettings, { appName }: { appName: string }): MongoClientOptions {
  return {
    appName,
    minPoolSize: settings.MONGODB_MIN_POOL_SIZE,
    maxPoolSize: settings.MONGODB_MAX_POOL_SIZE,
    maxIdleTimeMS: settings.MONGODB_MAX_IDLE_TIME_MS,
    waitQueueTimeoutMS: settings.MONGODB_WAIT_QUEUE_TIMEOUT_MS,
    connectTimeoutMS: settings.MONGODB_CONNECT_TIMEOUT_MS,
    socketTimeoutMS: settings.MONGODB_SOCKET_TIMEOUT_MS,
    serverSelectionTimeoutMS: settings.MONGODB_SERVER_SELECTION_TIMEOUT_MS,
    heartbeatFrequencyMS: 10_000,
    compressors: ['snappy', 'zlib'],
    readPreference: 'primaryPreferred',
    // Not `readConcern`: the driver lets `readConcernLevel` of the connection string win over that.
    readConcernLevel: 'majority',
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5_000 },
    retryReads: true,
    retryWrites: true,
    // An absent optional field stays absent instead of becoming null.
    ignoreUndefined: true,
    // 64-bit integers come back as numbers (all of ours are safe integers), binary as Buffer.
    promoteLongs: true,
    promoteValues: true,
    promoteBuffers: true,
  };
}
