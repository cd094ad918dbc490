import { randomBytes } from 'node:crypto';
import { type Clock, ConfigError, type Logger, type Metrics, systemClock, type TenantFence } from '@caas/runtime';
import { probeServer } from '../capabilities/probe-server.js';
import { CAPABILITY_MEANING, type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { CursorCodec } from '../repository/cursor.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { Mongo } from './mongo.js';
import { createOperationMetrics } from './metrics.js';
import { type MongoConfig, mongoRules, mongoSettings } from './mongo-config.js';
import { type ClientEnvironment, openClient } from './open-client.js';
import { checkProduction, securityOf } from './production-rules.js';
import { TenantConnections, type TenantCredentials } from './tenant-connections.js';
import { Transactions } from './transactions.js';

export interface ConnectOptions {
  readonly config: MongoConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Shown in the server's logs and lists of connections. */
  readonly appName: string;
  /** All definitions of the process. `ensure` and `diff` take them unless given others. */
  readonly collections: readonly CollectionDefinition[];
  readonly clock?: Clock;
  /** First part of database names, in place of `MONGODB_DATABASE`. For test runs. */
  readonly databasePrefix?: string;
  /** Logins of tenants of the database strategy. Without it they are reached through the process's own client. */
  readonly tenantCredentials?: TenantCredentials;
  /** Holds back a tenant's writes while its data changes place. Without it nothing is held back. */
  readonly fence?: TenantFence;
}

/**
 * Connects, as often as the configuration says while nobody answers, and asks the server what it can do. Rejects with `UnavailableError` when no server
 * answers in the end, and with `ConfigError` for settings that do not fit each other or miss what production needs: TLS, a login, transactions, the
 * cursor secret. Reconnecting afterwards is the driver's.
 */
export async function connectMongo(options: ConnectOptions): Promise<Mongo> {
  const { config, appName } = options;
  const logger = options.logger.child({ module: 'data-access-mongo' });
  const settings = mongoSettings(config);
  const problems = mongoRules(settings);
  if (problems.length > 0) throw new ConfigError(problems);
  const metrics = createOperationMetrics(options.metrics);
  const databasePrefix = options.databasePrefix ?? settings.MONGODB_DATABASE;
  const clock = options.clock ?? systemClock;
  const now = options.clock === undefined ? () => performance.now() : () => clock.now();
  const environment: ClientEnvironment = { settings, logger, metrics, appName, now };
  const client = await openClient(config.MONGODB_URI, environment);
  try {
    const capabilities = await probeServer(client.driver, { databasePrefix });
    checkProduction(config, { capabilities, security: securityOf(client.driver) });
    announce(capabilities, logger);
    const { tenantCredentials: credentials } = options;
    const tenants = { uri: config.MONGODB_URI, main: client, environment, databasePrefix };
    return new Mongo({
      client,
      tenantConnections: credentials === undefined ? undefined : new TenantConnections({ ...tenants, credentials }),
      capabilities,
      logger,
      metrics,
      settings,
      databasePrefix,
      transactions: new Transactions(client.driver, { capabilities, logger }),
      collections: options.collections,
      clock,
      now,
      cursors: cursorCodec(config),
      fence: options.fence,
    });
  } catch (error) {
    await client.close();
    throw translateDriverError(error, { collection: 'admin', operation: 'connect' });
  }
}

/** Without the secret, cursors are good for this process only; production refuses that. */
function cursorCodec({ SECRET_ENCRYPTION_KEY: secret }: MongoConfig): CursorCodec {
  return secret === undefined ? new CursorCodec(randomBytes(32)) : CursorCodec.fromSecret(secret);
}

function announce(capabilities: ServerCapabilities, logger: Logger): void {
  const missing = capabilities.missing();
  const facts = { topology: capabilities.topology, version: capabilities.version };
  if (missing.length === 0) return logger.info(facts, 'connected to MongoDB');
  const lacks = missing.map((name) => `${name} (${CAPABILITY_MEANING[name]})`);
  logger.warn({ ...facts, missing }, `connected to a MongoDB server that lacks ${lacks.join(', ')}`);
}
