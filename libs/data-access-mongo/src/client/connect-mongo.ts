import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { type Clock, type Logger, type Metrics, systemClock } from '@caas/runtime';
import { probeServer } from '../capabilities/probe-server.js';
import { CAPABILITY_MEANING, type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { CursorCodec } from '../repository/cursor.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { DEFAULT_DATABASE_PREFIX } from '../tenancy/namespaces.js';
import { clientOptions } from './client-options.js';
import { Mongo } from './mongo.js';
import { createOperationMetrics, type OperationMetrics } from './metrics.js';
import { type MongoConfig, mongoSettings } from './mongo-config.js';
import { type ClientObserver, observeClient } from './mongo-events.js';
import { checkProduction } from './production-rules.js';
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
  /** First part of database names; `caas` unless given. For test runs. */
  readonly databasePrefix?: string;
}

/**
 * Connects and asks the server what it can do. Rejects with `UnavailableError` when no server answers in time, and with `ConfigError` when
 * production settings miss what production needs: TLS, transactions, the cursor secret. Reconnecting afterwards is the driver's.
 */
export async function connectMongo(options: ConnectOptions): Promise<Mongo> {
  const { config, appName, databasePrefix = DEFAULT_DATABASE_PREFIX } = options;
  const logger = options.logger.child({ module: 'data-access-mongo' });
  const metrics = createOperationMetrics(options.metrics);
  const settings = mongoSettings(config);
  const client = new MongoClient(config.MONGODB_URI, clientOptions(settings, { appName }));
  const observer = observeClient(client, {
    onPoolChange: (pool) => metrics.setPool(pool),
    onPoolWait: (ms) => metrics.observePoolWait(ms),
  });
  recordEvents(observer, { logger, metrics });
  try {
    await open(client, { observer, appName });
    const capabilities = await probeServer(client, { databasePrefix });
    checkProduction(config, { capabilities, tls: client.options.tls });
    announce(capabilities, logger);
    return new Mongo({
      client,
      observer,
      capabilities,
      logger,
      metrics,
      settings,
      databasePrefix,
      transactions: new Transactions(client, { capabilities, logger }),
      collections: options.collections,
      clock: options.clock ?? systemClock,
      cursors: cursorCodec(config),
    });
  } catch (error) {
    await client.close();
    throw translateDriverError(error, { collection: 'admin', operation: 'connect' });
  }
}

async function open(client: MongoClient, { observer, appName }: { observer: ClientObserver; appName: string }): Promise<void> {
  const started = performance.now();
  observer.events.emit('connecting', { appName });
  try {
    await client.connect();
  } catch (error) {
    observer.events.emit('failed', { reason: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
  observer.events.emit('connected', { latencyMs: Math.round(performance.now() - started) });
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

function recordEvents({ events }: ClientObserver, { logger, metrics }: { logger: Logger; metrics: OperationMetrics }): void {
  const bad = ['disconnected', 'reconnecting', 'failed', 'pool_exhausted'] as const;
  const good = ['connecting', 'connected', 'reconnected', 'primary_changed', 'closing', 'closed'] as const;
  for (const name of bad) events.on(name, (event) => record(name, () => logger.warn(event, `MongoDB client: ${name}`)));
  for (const name of good) events.on(name, (event) => record(name, () => logger.info(event, `MongoDB client: ${name}`)));
  function record(name: string, log: () => void): void {
    metrics.countEvent(name);
    log();
  }
}
