import { randomBytes } from 'node:crypto';
import { connectMongo, type Mongo, type MongoConfig, type MongoHealth } from '@caas/data-access-mongo';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { type ResourceGuard } from '@caas/gateway-middleware';
import { connectKafka, CredentialFile, OutboxEntries, type SchemaMode } from '@caas/messaging-kafka';
import {
  type AuditTrail,
  type Clock,
  type ConfigOf,
  faultHook,
  kafkaWeaknesses,
  type Logger,
  type Quotas,
  saslEnabled,
  type SERVICE_CONFIG,
  systemClock,
  type TenantDirectory,
  type TokenMaterial,
  UnavailableError,
} from '@caas/runtime';
import { type ModuleList } from './module-list.js';
import { kafkaConfigOf } from './kafka-config.js';
import { Outbox } from './outbox.js';
import { type ProcessFence } from './process-fence.js';
import { type ProcessParts } from './process-parts.js';
import { parseSecrets } from './secrets.js';
import { type Services } from './services.js';

/**
 * The checks of the connections are registered at `health`, and their closing at `lifecycle`, in the right order: Kafka flushes while the stores are
 * still there.
 */
export interface ConnectServicesOptions extends ProcessParts<ConfigOf<typeof SERVICE_CONFIG> & MongoConfig> {
  readonly modules: ModuleList;
  /** Who registers schemas; everybody else looks them up. */
  readonly schemas: SchemaMode;
  /** Whether the process can work while Kafka is away. */
  readonly kafkaRequired: boolean;
  readonly tenantsFrom: (clients: { mongo: Mongo; redis: RedisAccess }) => TenantDirectory;
  readonly quotasFrom: (services: Pick<Services, 'mongo' | 'redis' | 'outbox' | 'clock' | 'logger' | 'metrics'>) => Quotas;
  readonly clock?: Clock;
  /** For processes that issue or verify access tokens. */
  readonly tokens?: TokenMaterial;
  /** Holds back a tenant's writes while its data changes place. Every process that writes tenant data has one. */
  readonly fence?: ProcessFence;
}

/** Connects a process to everything it needs. Rejects with the first failure; what was connected by then is closed by the lifecycle. */
export async function connectServices(options: ConnectServicesOptions): Promise<Services> {
  const { service, config, modules, logger, metrics, health, lifecycle, fence } = options;
  const clock = options.clock ?? systemClock;
  for (const weakness of kafkaWeaknesses(config)) logger.warn(`Kafka: ${weakness}; production refuses this`);
  const instanceId = `${service}-${randomBytes(6).toString('hex')}`;
  const open: (() => Promise<unknown>)[] = [];
  lifecycle.add({ name: 'connections', stopTimeoutMs: 15_000, stop: () => closeAll(open) });

  const mongo = await connectMongo({
    config,
    logger,
    metrics,
    appName: `caas-${service}`,
    collections: modules.collections,
    clock,
    ...(fence && { fence }),
  });
  open.push(() => mongo.close());
  const redis = await connectRedis({ url: config.REDIS_URL, logger, metrics, name: `caas-${service}` });
  open.push(() => redis.close());
  await fence?.connect({ mongo, redis, instanceId, logger });
  if (fence !== undefined) open.push(() => fence.close());
  const login = openCredentialFile(config, logger);
  const kafka = await connectKafka({
    config: kafkaConfigOf(config, login?.login),
    clientId: `${config.KAFKA_CLIENT_ID ?? `caas-${service}`}-${instanceId.slice(service.length + 1)}`,
    service,
    logger,
    metrics,
    topics: modules.topics,
    schemas: options.schemas,
    clock,
    ...(fence && { fence: fence.sends }),
    crashMarkers: redis.crashMarkers(),
  });
  open.push(() => kafka.close());
  login?.watch((fresh) => kafka.rotate(fresh));
  if (login !== undefined) open.push(async () => login.close());

  health.register({ name: 'mongodb', required: true, check: () => requireAvailable(mongo) });
  health.register({ name: 'redis', required: true, check: async () => ({ ...(await redis.health()) }) });
  health.register({ name: 'kafka', required: options.kafkaRequired, check: async () => ({ ...(await kafka.health()) }) });
  health.register({ name: 'schema_registry', required: false, check: () => kafka.schemas.check() });

  const outbox = new Outbox({ store: mongo.outbox, entries: new OutboxEntries({ topics: modules.topics, source: service }) });
  let audit: Promise<AuditTrail> | undefined;
  let guards: Promise<readonly ResourceGuard[]> | undefined;
  const services: Services = {
    instanceId,
    logger,
    metrics,
    clock,
    secrets: parseSecrets(config),
    ...(options.tokens && { tokens: options.tokens }),
    mongo,
    redis,
    kafka,
    outbox,
    tenants: options.tenantsFrom({ mongo, redis }),
    quotas: options.quotasFrom({ mongo, redis, outbox, clock, logger, metrics }),
    usageCounts: () => modules.usage(services),
    resourceGuards: () => (guards ??= modules.guards(services)),
    jobKinds: () => modules.work(services),
    userData: () => modules.userData(services),
    auditTrail: () => (audit ??= modules.audit(services)),
    quotaSyncIntervalMs: config.QUOTA_SYNC_INTERVAL_MS,
    replies: redis.replies(instanceId),
    faults: faultHook(config.CAAS_FAULT),
  };
  return services;
}

/**
 * Only a database that does not answer or takes no writes makes the process unready. Lag or a full disk stand in the facts: taking every instance out of
 * service would mend neither.
 */
async function requireAvailable(mongo: Mongo): Promise<MongoHealth> {
  const health = await mongo.health();
  if (health.available) return health;
  const reasons = health.checks.flatMap(({ name, status, reason }) => (status === 'unhealthy' ? [`${name}: ${reason ?? status}`] : []));
  throw new UnavailableError(`MongoDB is not available (${reasons.join('; ')}).`);
}

/** In reverse order of opening; one that fails does not keep the others open. */
async function closeAll(open: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of open.toReversed()) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'Not every connection closed cleanly.');
}

/** Those that are watched; nothing when they come from variables, or when SASL is off. */
function openCredentialFile(config: ConfigOf<typeof SERVICE_CONFIG>, logger: Logger): CredentialFile | undefined {
  const path = config.KAFKA_SASL_CREDENTIALS_FILE;
  return path === undefined || !saslEnabled(config) ? undefined : new CredentialFile({ path, logger });
}
