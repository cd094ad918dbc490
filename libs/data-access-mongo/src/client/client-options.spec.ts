import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { clientOptions } from './client-options.js';
import { mongoSettings } from './mongo-config.js';

describe('clientOptions', () => {
  it('spells out every setting', () => {
    expect(clientOptions(mongoSettings({}), { appName: 'caas-gateway' })).toEqual({
      appName: 'caas-gateway',
      minPoolSize: 10,
      maxPoolSize: 100,
      maxIdleTimeMS: 30_000,
      waitQueueTimeoutMS: 10_000,
      connectTimeoutMS: 10_000,
      socketTimeoutMS: 45_000,
      serverSelectionTimeoutMS: 15_000,
      heartbeatFrequencyMS: 10_000,
      compressors: ['snappy', 'zlib'],
      readPreference: 'primaryPreferred',
      readConcernLevel: 'majority',
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5_000 },
      retryReads: true,
      retryWrites: true,
      ignoreUndefined: true,
      promoteLongs: true,
      promoteValues: true,
      promoteBuffers: true,
    });
  });

  it('follows the configuration', () => {
    const settings = mongoSettings({ MONGODB_MAX_POOL_SIZE: 7, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 300 });

    expect(clientOptions(settings, { appName: 'x' })).toMatchObject({ maxPoolSize: 7, minPoolSize: 10, serverSelectionTimeoutMS: 300 });
  });

  it('is what the driver takes, whatever the connection string says', () => {
    const uri = 'mongodb://127.0.0.1:1/?w=1&readPreference=secondary&readConcernLevel=local&maxPoolSize=1&retryWrites=false';
    const { options } = new MongoClient(uri, clientOptions(mongoSettings({}), { appName: 'caas-gateway' }));

    expect(options.writeConcern).toMatchObject({ w: 'majority', journal: true, wtimeoutMS: 5_000 });
    expect(options.readConcern?.level).toBe('majority');
    expect(options.readPreference.mode).toBe('primaryPreferred');
    expect(options).toMatchObject({
      maxPoolSize: 100,
      retryWrites: true,
      appName: 'caas-gateway',
      compressors: ['snappy', 'zlib'],
    });
  });
});
