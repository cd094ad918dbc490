import { Outbox } from '@caas/composition';
import { type CollectionDefinition, connectMongo, type Mongo, type TenantCollection } from '@caas/data-access-mongo';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { OutboxEntries } from '@caas/messaging-kafka';
import { modules } from '@caas/modules';
import { createLogger, Metrics, PLAN_LIMITS, type PlanLimits, type TenantContext } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { type BenchSystem } from './system.js';

/** Connections of this process, made as an app makes them. */
export interface Stores {
  readonly mongo: Mongo;
  readonly redis: RedisAccess;
  readonly outbox: Outbox;
  readonly metrics: Metrics;
  readonly logger: ReturnType<typeof createLogger>;
  close(): Promise<void>;
}

/** Connects to the stack's MongoDB, with databases of this prefix, and to its Redis. */
export async function connectStores({ stack }: BenchSystem, databasePrefix: string): Promise<Stores> {
  const [logger, metrics] = [createLogger({ service: 'bench', level: 'error' }), new Metrics({ service: 'bench', defaults: false })];
  const config = { MONGODB_URI: stack.mongodb_uri, NODE_ENV: 'development' as const };
  const mongo = await connectMongo({ config, logger, metrics, appName: 'caas-bench', collections: modules.collections, databasePrefix });
  const redis = await connectRedis({ url: stack.redis_url, logger, metrics, name: 'bench' });
  const close = async (): Promise<void> => {
    await redis.close();
    await mongo.close();
  };
  const outbox = new Outbox({ store: mongo.outbox, entries: new OutboxEntries({ topics: modules.topics, source: 'bench' }) });
  return { mongo, redis, outbox, metrics, logger, close };
}

/** The definition of a collection that a domain keeps to itself. Throws `RangeError` when no domain has it. */
export function tenantCollection(name: string): TenantCollection {
  const found: CollectionDefinition | undefined = modules.collections.find((definition) => definition.name === name);
  if (found?.scope !== 'tenant') throw new RangeError(`there is no tenant collection ${name}`);
  return found as TenantCollection;
}

/** A tenant of the shared strategy that is served, with limits that no load reaches. */
export function sharedTenant(limits: Partial<PlanLimits> = {}): TenantContext {
  return {
    tenantId: newTenantId(),
    name: 'Bench',
    plan: 'starter',
    status: 'active',
    provisioning: 'ready',
    isolation: { model: 'shared', epoch: 1 },
    limits: { ...PLAN_LIMITS.starter, requestsPerMinute: 1e9, burstPerSecond: 1e6, ...limits },
  };
}
