import { connectServices, processParts, schemaMode, streamFacts } from '@caas/composition';
import { type Lifecycle, ProbeServer } from '@caas/runtime';
import { type ConsumerDefinition, OutboxPublisher } from '@caas/messaging-kafka';
import {
  ALERT_LEASE_MS,
  AlertMonitor,
  kafkaSignals,
  PlatformFollower,
  platformNotifications,
  tenancyPorts,
  TenantRecords,
  TopicDrift,
} from '@caas/tenancy';
import { modules } from '@caas/modules';
import { type WorkerEnvironment } from './worker-config.js';

/** A worker that is connected and consuming. */
export interface RunningWorker {
  readonly metricsUrl: string;
  readonly lifecycle: Lifecycle;
  /** Settles when a consumer cannot go on; the process should end with a code other than 0. */
  readonly failed: Promise<unknown>;
}

/** Connects and starts every consumer. Rejects when anything it needs is missing; then nothing stays open. */
export async function startWorker(config: WorkerEnvironment): Promise<RunningWorker> {
  const started = performance.now();
  const parts = processParts('worker', config);
  const { logger, metrics, health, lifecycle } = parts;
  try {
    const services = await connectServices({
      ...parts,
      ...tenancyPorts(),
      modules,
      schemas: schemaMode(config),
      kafkaRequired: true,
    });
    const { kafka, mongo } = services;
    const failed = kafka.events.next('fatal').then(({ group, error }) => {
      logger.fatal({ err: error, group }, 'a consumer cannot go on');
    });
    const records = new TenantRecords({ mongo });
    // before the consumers, so that they end after them: what is counted last is written down as well
    const drift = new TopicDrift({
      topics: kafka.topics,
      definitions: modules.topics,
      tenants: () => records.contexts(),
      logger,
      metrics,
    });
    const definitions = await modules.consumers(services);
    const monitor = new AlertMonitor({
      signals: [...kafkaSignals({ kafka, topics: modules.topics, consumers: definitions }), ...(await modules.signals(services))],
      producer: kafka.producer(platformNotifications),
      lease: services.redis.lease('alert-monitor', { ttlMs: ALERT_LEASE_MS }),
      board: services.redis.board('alerts'),
      clock: services.clock,
      logger,
      metrics,
    });
    for (const job of [drift, monitor, ...(await modules.jobs(services))]) {
      lifecycle.add({ name: job.name, stopTimeoutMs: 15_000, start: () => job.start(), stop: () => job.stop() });
    }
    const streams = mongo.changeStreams({ owner: services.instanceId });
    for (const stream of await modules.streams(services)) await streams.register(stream);
    health.register({ name: 'change_streams', required: false, check: async () => streamFacts(streams.health()) });
    lifecycle.add({ name: 'change-streams', stopTimeoutMs: 15_000, start: () => streams.start(), stop: () => streams.stop() });
    const relay = mongo.outboxRelay({
      owner: services.instanceId,
      publisher: new OutboxPublisher({ kafka, topics: modules.topics, placementOf: (tenantId) => records.known(tenantId) }),
      metrics,
      tenantOf: (tenantId) => records.known(tenantId),
    });
    health.register({ name: 'outbox', required: false, check: () => Promise.resolve({ ...relay.health() }) });
    lifecycle.add({ name: 'outbox-relay', stopTimeoutMs: 15_000, start: () => relay.start(), stop: () => relay.stop() });
    const consumers = chosen(definitions, config.WORKER_GROUPS).map((definition) => kafka.consumer(definition));
    for (const consumer of consumers) {
      const { group } = consumer.health();
      health.register({ name: `consumer:${group}`, required: true, check: async () => requireRunning(consumer.health()) });
      lifecycle.add({ name: group, stopTimeoutMs: 15_000, start: () => consumer.start(), stop: () => consumer.stop() });
    }
    const follower = new PlatformFollower(services, {
      service: parts.service,
      onEvent: async ({ type }) => {
        if (type !== 'tenant.provisioned' && type !== 'tenant.deleted') return;
        await Promise.all(consumers.map((consumer) => consumer.lookForTopics()));
      },
    });
    health.register({ name: 'platform_events', required: false, check: () => Promise.resolve(follower.health()) });
    lifecycle.add({ name: follower.name, stopTimeoutMs: 15_000, start: () => follower.start(), stop: () => follower.stop() });
    const probes = new ProbeServer({
      host: config.METRICS_HOST,
      port: config.METRICS_PORT,
      health,
      metrics,
      details: {
        version: config.SERVICE_VERSION,
        commit: config.GIT_COMMIT,
        capabilities: () => mongo.capabilities.missing(),
      },
    });
    let metricsUrl = '';
    lifecycle.add({
      name: 'probes',
      start: async () => {
        metricsUrl = await probes.listen();
      },
      stop: () => probes.close(),
    });
    await lifecycle.start();
    lifecycle.add({ name: 'draining', stop: () => health.startDraining() });
    logger.info({ metricsUrl, elapsed_ms: Math.round(performance.now() - started) }, 'startup_complete');
    return { metricsUrl, lifecycle, failed };
  } catch (error) {
    await lifecycle.stop('start failed');
    throw error;
  }
}

function requireRunning(health: { readonly state: string; readonly lagRecords?: number }): Record<string, unknown> {
  if (health.state !== 'running') throw new Error(`the consumer is ${health.state}`);
  return { ...health };
}

/** The definitions of these groups; all of them when none is named. Throws a `TypeError` for a group that there is not. */
function chosen(definitions: readonly ConsumerDefinition[], groups: ReadonlySet<string>): readonly ConsumerDefinition[] {
  if (groups.size === 0) return definitions;
  const unknown = [...groups].find((name) => !definitions.some(({ group }) => group === name));
  if (unknown !== undefined) {
    throw new TypeError(`WORKER_GROUPS names ${unknown}; there are ${definitions.map(({ group }) => group).join(', ')}.`);
  }
  return definitions.filter(({ group }) => groups.has(group));
}
