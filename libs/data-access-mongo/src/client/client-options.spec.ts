import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { clientOptions, type ClientOptionsInput } from './client-options.js';
import { type MongoSettings, mongoSettings } from './mongo-config.js';

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
      monitorCommands: false,
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
      monitorCommands: false,
    });
  });

  it('gives a tenant’s client a small pool that empties, and everything else as well', () => {
    const [main, tenant] = [{}, { pool: 'tenant' }].map((input) =>
      clientOptions(mongoSettings({}), { appName: 'x', ...(input as Partial<ClientOptionsInput>) }),
    );

    expect(tenant).toEqual({ ...main, minPoolSize: 0, maxPoolSize: 10 });
  });
});

describe('the user', () => {
  const MONGO_APP_USER = 'caas_app';
  const MONGO_APP_PASSWORD = 'p@ss/wörd';
  const driver = (uri: string, settings: MongoSettings, input: Partial<ClientOptionsInput> = {}) =>
    new MongoClient(uri, clientOptions(settings, { appName: 'x', ...input })).options;

  it('logs in by SCRAM-SHA-256, whatever the connection string says', () => {
    const uri = 'mongodb://ada:x@db.example/?authMechanism=SCRAM-SHA-1&authSource=admin';

    expect(driver(uri, mongoSettings({}), { hasUser: true }).credentials).toMatchObject({ username: 'ada', mechanism: 'SCRAM-SHA-256' });
  });

  it('is the configured one before the one in the connection string', () => {
    const settings = mongoSettings({ MONGO_APP_USER, MONGO_APP_PASSWORD });
    const expected = { username: MONGO_APP_USER, password: MONGO_APP_PASSWORD, mechanism: 'SCRAM-SHA-256', source: 'admin' };

    expect(driver('mongodb://db.example/', settings).credentials).toMatchObject(expected);
    expect(driver('mongodb://ada:x@db.example/', settings, { hasUser: true }).credentials).toMatchObject(expected);
  });

  it('of a tenant is never replaced by the application’s', () => {
    const settings = mongoSettings({ MONGO_APP_USER, MONGO_APP_PASSWORD });

    expect(driver('mongodb://t:x@db.example/t?authSource=t', settings, { pool: 'tenant', hasUser: true }).credentials).toMatchObject({
      username: 't',
      source: 't',
      mechanism: 'SCRAM-SHA-256',
    });
  });

  it('is nobody where none is given', () => {
    expect(driver('mongodb://127.0.0.1:1/', mongoSettings({})).credentials).toBeUndefined();
  });
});

describe('TLS', () => {
  it.each<[string, Partial<MongoSettings>, object]>([
    ['stays as the connection string says', {}, {}],
    ['can be turned on', { MONGODB_TLS: true }, { tls: true }],
    ['is on with an authority of its own', { MONGODB_TLS_CA_FILE: '/ca.pem' }, { tls: true, tlsCAFile: '/ca.pem' }],
    ['is on with a client certificate', { MONGODB_TLS_CERTIFICATE_KEY_FILE: '/me.pem' }, { tls: true, tlsCertificateKeyFile: '/me.pem' }],
  ])('%s', (_, settings, expected) => {
    const options = clientOptions(mongoSettings(settings), { appName: 'x' });
    const tls = Object.fromEntries(Object.entries(options).filter(([name]) => name.startsWith('tls')));

    expect(tls).toEqual(expected);
  });
});
